//! Serves the gallery and the sample inbox, live: `cargo run -p web --example gallery 8099`, then
//! `/_gallery`, `/_gallery/inbox`, `/_gallery/list`.

use std::convert::Infallible;
use std::sync::atomic::{AtomicU32, Ordering};
use std::time::Duration;

use askama::Template;
use axum::Router;
use axum::response::sse::{Event, Sse};
use axum::response::{Html, IntoResponse, Response};
use axum::routing::{get, post};
use futures::{Stream, StreamExt};
use http::{HeaderMap, HeaderValue, StatusCode, header};
use tokio_stream::wrappers::IntervalStream;
use tower_http::set_header::SetResponseHeaderLayer;
use web::ui::gallery::Gallery;
use web::ui::samples::{SampleInbox, SamplePlain};
use web::ui::{NavFragment, Preferences, Shell};

static UNREAD: AtomicU32 = AtomicU32::new(12);

/// The shell of a sample, as this reader wants it.
fn dressed(shell: Shell, headers: &HeaderMap) -> Shell {
    let chosen = Preferences::from_headers(headers);
    let unread = UNREAD.load(Ordering::Relaxed);
    let mut shell = shell.with_count("inbox", unread);
    shell.unread = unread;
    shell.frame.locale = chosen.locale;
    shell.frame.theme = chosen.theme;
    shell.frame.zone = chosen.zone;
    shell.frame.simulator_url = Some("/_gallery".to_owned());
    shell
}

fn page(template: &impl Template) -> Response {
    match template.render() {
        Ok(html) => Html(html).into_response(),
        Err(error) => (StatusCode::INTERNAL_SERVER_ERROR, error.to_string()).into_response(),
    }
}

async fn gallery(headers: HeaderMap) -> Response {
    let mut sample = Gallery::sample();
    sample.shell = dressed(sample.shell, &headers);
    page(&sample)
}

async fn thread(headers: HeaderMap) -> Response {
    let mut sample = SampleInbox::sample();
    sample.shell = dressed(sample.shell, &headers);
    page(&sample)
}

async fn list(headers: HeaderMap) -> Response {
    let mut sample = SampleInbox::sample();
    sample.shell = dressed(sample.shell, &headers);
    sample.shell.pane = "list";
    page(&sample)
}

async fn context(headers: HeaderMap) -> Response {
    let mut sample = SampleInbox::sample();
    sample.shell = dressed(sample.shell, &headers);
    sample.shell.pane = "context";
    page(&sample)
}

async fn plain(headers: HeaderMap) -> Response {
    let mut sample = SamplePlain::sample();
    sample.shell.theme = Preferences::from_headers(&headers).theme;
    page(&sample)
}

async fn nav(headers: HeaderMap) -> Response {
    page(&NavFragment {
        shell: dressed(Shell::sample(), &headers),
    })
}

/// Something changes every few seconds.
async fn events() -> Sse<impl Stream<Item = Result<Event, Infallible>>> {
    let ticks = IntervalStream::new(tokio::time::interval(Duration::from_secs(3)));
    Sse::new(ticks.map(|_| {
        UNREAD.fetch_add(1, Ordering::Relaxed);
        Ok(Event::default().data("inbox-changed"))
    }))
}

async fn refuse() -> StatusCode {
    StatusCode::SERVICE_UNAVAILABLE
}

#[tokio::main]
async fn main() -> std::io::Result<()> {
    let port = std::env::args()
        .nth(1)
        .and_then(|port| port.parse().ok())
        .unwrap_or(0_u16);
    let listener = tokio::net::TcpListener::bind(("127.0.0.1", port)).await?;
    let app = Router::new()
        .route("/_gallery", get(gallery))
        .route("/_gallery/inbox", get(thread))
        .route("/_gallery/list", get(list))
        .route("/_gallery/context", get(context))
        .route("/_gallery/plain", get(plain))
        .route("/nav", get(nav))
        .route("/events", get(events))
        .route("/conversations/1/reopen", post(refuse))
        .merge(web::ui::routes())
        .merge(web::assets::routes())
        .layer(SetResponseHeaderLayer::overriding(
            header::CONTENT_SECURITY_POLICY,
            HeaderValue::from_static("default-src 'self'; img-src 'self' data: https:"),
        ));
    axum::serve(listener, app).await
}
