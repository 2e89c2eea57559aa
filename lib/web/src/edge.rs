//! The whole router of the product: the features' routes and what lies around every request.

mod drain;

use std::any::Any;
use std::time::{Duration, Instant};

use axum::Router;
use axum::extract::{DefaultBodyLimit, MatchedPath, Request, State};
use axum::middleware::{Next, from_fn_with_state};
use axum::response::{IntoResponse, Response};
use http::request::Parts;
use http::{HeaderMap, HeaderName, HeaderValue, Method, StatusCode, header};
use tower_http::catch_panic::CatchPanicLayer;
use tower_http::cors::{AllowOrigin, CorsLayer};
use tracing::Instrument;

use crate::limits::{self, RateLimits};
use crate::problem::REQUEST_ID;
use crate::routes::{RouteKind, Routes};
use crate::{Authenticator, CSRF_HEADER, Problem, SimulatorUrl, Watcher};
use crate::{assets, docs, headers, idempotency, problem_page, ui};

/// The largest body that is read unless a handler says otherwise
/// (`handler.layer(DefaultBodyLimit::max(…))`), in bytes.
pub const BODY_LIMIT: usize = 2 * 1024 * 1024;

const WORKSPACE_HEADER: HeaderName = HeaderName::from_static("x-workspace-id");
const REQUEST_ID_HEADER: HeaderName = HeaderName::from_static("x-request-id");

/// What lies around every request.
#[derive(Debug, Clone)]
pub struct Edge {
    /// Finds out who sends a request.
    pub authenticator: Authenticator,
    /// How often a caller may ask.
    pub limits: RateLimits,
    /// Where the simulated platforms have their page, in the demo.
    pub simulator: Option<SimulatorUrl>,
    /// Finds out what waits for a member, for the shell.
    pub watcher: Option<Watcher>,
    /// Other sites whose scripts may use the API in the browser.
    pub cors_origins: Vec<HeaderValue>,
    /// How many proxies in front append to `X-Forwarded-For`.
    pub trusted_hops: usize,
    /// Whether people and programs reach the product by HTTPS, and are to stay there.
    pub https: bool,
}

/// The router: these routes, the description of their API, the assets, and for every request an
/// id, limits, safe headers, and an answer even after a panic. Serve it with
/// `into_make_service_with_connect_info::<SocketAddr>()`, so that addresses are known.
pub fn app(routes: Routes<()>, edge: Edge) -> Router {
    let (router, document, _) = routes.into_parts();
    let (docs, _, _) = docs::routes(&docs::describe(document)).into_parts();
    let router = router
        .merge(docs)
        .merge(assets::routes())
        .merge(ui::routes())
        .fallback(nothing_here)
        .method_not_allowed_fallback(no_such_method)
        .layer(DefaultBodyLimit::max(BODY_LIMIT))
        .layer(CatchPanicLayer::custom(after_panic));
    let router = match cors(&edge.cors_origins) {
        Some(cors) => router.layer(cors),
        None => router,
    };
    router.layer(from_fn_with_state(edge, surround))
}

async fn nothing_here() -> Problem {
    Problem::not_found()
}

async fn no_such_method() -> Problem {
    let message = "This address does not know this method.";
    Problem::new(
        StatusCode::METHOD_NOT_ALLOWED,
        "METHOD_NOT_ALLOWED",
        message,
    )
}

fn after_panic(_: Box<dyn Any + Send>) -> Response {
    // What the panic said is in the log already, by the panic hook.
    tracing::error!("a handler panicked");
    Problem::broken().into_response()
}

/// What lies around every request.
async fn surround(State(edge): State<Edge>, request: Request, next: Next) -> Response {
    let (mut parts, body) = request.into_parts();
    let id = request_id(&parts.headers);
    if let Some(address) = limits::client_address(&parts, edge.trusted_hops) {
        parts.extensions.insert(address);
    }
    parts.extensions.insert(edge.authenticator);
    parts.extensions.insert(edge.limits);
    if let Some(simulator) = edge.simulator {
        parts.extensions.insert(simulator);
    }
    if let Some(watcher) = edge.watcher {
        parts.extensions.insert(watcher);
    }
    let asked = parts.clone();
    let page = !parts.uri.path().starts_with("/api") && wants_html(&asked.headers);
    let route = parts.extensions.get::<MatchedPath>();
    let route = route.map_or_else(|| "unknown".to_owned(), |path| path.as_str().to_owned());
    let method = known(&parts.method);
    let span = tracing::info_span!("request", request_id = id, method, route);
    let started = Instant::now();
    let body = drain::drained(&asked.headers, body);
    let request = Request::from_parts(parts, body);
    let answer = async {
        let mut response = dress(next.run(request).await, &asked, page).await;
        ui::forget(&asked.headers, &asked.method, &mut response);
        headers::secure(response.headers_mut(), edge.https);
        let ms = milliseconds(started.elapsed());
        tracing::info!(status = response.status().as_u16(), ms, "answered");
        response
    };
    let mut response = REQUEST_ID.scope(id.clone(), answer.instrument(span)).await;
    let status = response.status().as_u16().to_string();
    metrics::histogram!("http_request_seconds", "method" => method, "route" => route, "status" => status)
        .record(started.elapsed());
    if let Ok(value) = HeaderValue::from_str(&id) {
        response.headers_mut().insert(REQUEST_ID_HEADER, value);
    }
    response
}

/// The method, among those that somebody may use; strangers make up others, and every one of them
/// would be another line of figures.
fn known(method: &Method) -> &'static str {
    match *method {
        Method::GET => "GET",
        Method::POST => "POST",
        Method::PUT => "PUT",
        Method::PATCH => "PATCH",
        Method::DELETE => "DELETE",
        Method::HEAD => "HEAD",
        Method::OPTIONS => "OPTIONS",
        _ => "other",
    }
}

/// To a tenth.
fn milliseconds(time: Duration) -> f64 {
    (time.as_secs_f64() * 10_000.0).round() / 10.0
}

/// A problem of a page becomes a page.
async fn dress(response: Response, asked: &Parts, page: bool) -> Response {
    let Some(problem) = response.extensions().get::<Problem>() else {
        return response;
    };
    let page = match response.extensions().get::<RouteKind>() {
        Some(kind) => *kind == RouteKind::Page,
        None => page,
    };
    if page {
        return problem_page::render(problem, asked).await;
    }
    response
}

fn wants_html(headers: &HeaderMap) -> bool {
    let accept = headers
        .get(header::ACCEPT)
        .and_then(|value| value.to_str().ok());
    crate::access::is_htmx(headers) || accept.is_some_and(|accept| accept.contains("text/html"))
}

/// The id that a proxy gave the request, if it looks like one, or a new one.
fn request_id(headers: &HeaderMap) -> String {
    let given = headers
        .get(REQUEST_ID_HEADER)
        .and_then(|value| value.to_str().ok());
    let plain = |text: &&str| {
        (8..=64).contains(&text.len())
            && text
                .chars()
                .all(|c| c.is_ascii_alphanumeric() || c == '-' || c == '_')
    };
    match given.filter(plain) {
        Some(given) => given.to_owned(),
        None => uuid::Uuid::new_v4().simple().to_string(),
    }
}

fn cors(origins: &[HeaderValue]) -> Option<CorsLayer> {
    if origins.is_empty() {
        return None;
    }
    let layer = CorsLayer::new()
        .allow_origin(AllowOrigin::list(origins.iter().cloned()))
        .allow_credentials(true)
        .allow_methods([
            Method::GET,
            Method::POST,
            Method::PUT,
            Method::PATCH,
            Method::DELETE,
        ])
        .allow_headers([
            header::AUTHORIZATION,
            header::CONTENT_TYPE,
            HeaderName::from_static(CSRF_HEADER),
            WORKSPACE_HEADER,
            idempotency::KEY_HEADER,
        ])
        .expose_headers([
            REQUEST_ID_HEADER,
            header::RETRY_AFTER,
            idempotency::REPLAYED,
            limits::LIMIT,
            limits::REMAINING,
            limits::RESET,
        ]);
    Some(layer)
}

#[cfg(test)]
mod tests;
