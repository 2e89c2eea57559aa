//! The page for people at `/_sandbox/`: customers, comments, faults, calls received.

mod view;

use askama::Template as _;
use axum::Router;
use axum::extract::{Query, State};
use axum::http::StatusCode;
use axum::response::{Html, IntoResponse, Redirect, Response};
use axum::routing::get;

use crate::world::Shared;
use view::{Choice, Page};

/// The page and its two files.
pub fn routes() -> Router<Shared> {
    Router::new()
        .route("/", get(async || Redirect::temporary("/_sandbox/")))
        .route("/_sandbox", get(async || Redirect::permanent("/_sandbox/")))
        .route("/_sandbox/", get(page))
        .route("/_sandbox/page.css", get(css))
        .route("/_sandbox/page.js", get(js))
}

async fn page(State(shared): State<Shared>, Query(choice): Query<Choice>) -> Response {
    let page = Page::of(&shared.world(), &choice);
    match page.render() {
        Ok(html) => Html(html).into_response(),
        Err(error) => {
            tracing::error!(%error, "the simulator's page can't be rendered");
            StatusCode::INTERNAL_SERVER_ERROR.into_response()
        }
    }
}

async fn css() -> impl IntoResponse {
    (
        [("content-type", "text/css; charset=utf-8")],
        include_str!("page.css"),
    )
}

async fn js() -> impl IntoResponse {
    (
        [("content-type", "text/javascript; charset=utf-8")],
        include_str!("page.js"),
    )
}
