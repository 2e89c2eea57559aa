//! Serves the gallery and the sample inbox: `cargo run -p web --example gallery [PORT]`.

use askama::Template;
use axum::Router;
use axum::response::Html;
use axum::routing::get;
use http::HeaderMap;
use web::ui::gallery::Gallery;
use web::ui::samples::SampleInbox;
use web::ui::{Preferences, Shell};

fn dressed(mut shell: Shell, headers: &HeaderMap) -> Shell {
    let chosen = Preferences::from_headers(headers);
    shell.frame.locale = chosen.locale;
    shell.frame.theme = chosen.theme;
    shell.frame.zone = chosen.zone;
    shell
}

async fn gallery(headers: HeaderMap) -> Html<String> {
    let mut page = Gallery::sample();
    page.shell = dressed(page.shell, &headers);
    Html(page.render().unwrap_or_else(|error| error.to_string()))
}

async fn inbox(headers: HeaderMap) -> Html<String> {
    let mut page = SampleInbox::sample();
    page.shell = dressed(page.shell, &headers);
    Html(page.render().unwrap_or_else(|error| error.to_string()))
}

async fn list(headers: HeaderMap) -> Html<String> {
    let mut page = SampleInbox::sample();
    page.shell = dressed(page.shell, &headers);
    page.shell.pane = "list";
    Html(page.render().unwrap_or_else(|error| error.to_string()))
}

#[tokio::main]
async fn main() -> std::io::Result<()> {
    let port = std::env::args().nth(1).and_then(|port| port.parse().ok()).unwrap_or(0_u16);
    let listener = tokio::net::TcpListener::bind(("127.0.0.1", port)).await?;
    tracing::info!(address = %listener.local_addr()?, "serving");
    let app = Router::new()
        .route("/_gallery", get(gallery))
        .route("/_gallery/inbox", get(inbox))
        .route("/_gallery/list", get(list))
        .merge(web::ui::routes())
        .merge(web::assets::routes());
    axum::serve(listener, app).await
}
