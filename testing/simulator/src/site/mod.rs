//! The web site of Atelier Lumen under `/site/`, to be read by programs.
//!
//! Honest pages in English and French, with versions, a list of pages and wishes in `robots.txt`;
//! corners that a crawler has to leave by itself (a calendar without end, a circle of redirects);
//! and hostile ones that lead into the house, drip or never end.

pub mod control;
mod hostile;
mod pages;

use std::collections::BTreeMap;

use axum::Router;
use axum::body::Body;
use axum::extract::{RawPathParams, State};
use axum::http::{HeaderMap, HeaderValue, Response, StatusCode, header};
use axum::response::IntoResponse;
use axum::routing::get;
use bytes::Bytes;
use sha2::{Digest as _, Sha256};

use crate::world::{Shared, World};

/// Since when the pages are as they are.
const MODIFIED: &str = "Mon, 02 Mar 2026 09:00:00 GMT";

/// A page.
#[derive(Clone, Debug)]
pub struct SitePage {
    pub kind: String,
    pub body: Bytes,
    pub modified: String,
}

/// What the control API changed: a page by its path, or that it is gone.
pub type Changes = BTreeMap<String, Option<SitePage>>;

/// The site, and what stands at the root of its host.
pub fn routes() -> Router<Shared> {
    Router::new()
        .route("/robots.txt", get(robots))
        .route("/site", get(async || moved("/site/")))
        .route("/site/", get(page))
        .route("/site/{*path}", get(page))
}

async fn page(
    State(shared): State<Shared>,
    names: RawPathParams,
    headers: HeaderMap,
) -> Response<Body> {
    let path = names.iter().next().map_or("", |(_, path)| path);
    let world = shared.world();
    match world.site.get(path) {
        Some(Some(changed)) => return versioned(changed, &headers),
        Some(None) => return missing(),
        None => {}
    }
    if let Some(page) = found(&world, path) {
        return versioned(&page, &headers);
    }
    match path {
        "old-delivery" => moved("/site/delivery"),
        "fr" => moved("/site/fr/"),
        "circle" => moved("/site/circle/on"),
        "circle/on" => moved("/site/circle"),
        _ => path
            .strip_prefix("hostile/")
            .and_then(hostile::answer)
            .unwrap_or_else(missing),
    }
}

fn found(world: &World, path: &str) -> Option<SitePage> {
    let (kind, body) = if path == "sitemap.xml" {
        let list = pages::sitemap(&world.base_url, &world.site);
        ("application/xml", Bytes::from(list))
    } else if let Some(page) = pages::page(path) {
        page
    } else {
        let week = path.strip_prefix("calendar/")?.parse().ok()?;
        (pages::HTML, Bytes::from(pages::calendar(week)))
    };
    Some(SitePage {
        kind: kind.to_owned(),
        body,
        modified: MODIFIED.to_owned(),
    })
}

async fn robots(State(shared): State<Shared>) -> impl IntoResponse {
    let base = shared.world().base_url.clone();
    let text = format!(
        "# The shop is for everybody, the simulated platforms are not.\nUser-agent: *\n\
         Disallow: /\nAllow: /site/\nDisallow: /site/staff/\n\nSitemap: {base}/site/sitemap.xml\n"
    );
    ([(header::CONTENT_TYPE, "text/plain; charset=utf-8")], text)
}

/// The page, or that the caller has it already (by `If-None-Match`, else `If-Modified-Since`).
fn versioned(page: &SitePage, asked: &HeaderMap) -> Response<Body> {
    let digest = hex::encode(Sha256::digest(&page.body));
    let (tag, _) = digest.split_at_checked(16).unwrap_or((&digest, ""));
    let etag = format!("\"{tag}\"");
    let text = |name| {
        asked
            .get(name)
            .and_then(|value: &HeaderValue| value.to_str().ok())
    };
    let known = match text(header::IF_NONE_MATCH) {
        Some(tags) => tags.split(',').any(|tag| tag.trim() == etag),
        None => text(header::IF_MODIFIED_SINCE) == Some(&page.modified),
    };
    let mut response = Response::new(if known {
        Body::empty()
    } else {
        Body::from(page.body.clone())
    });
    if known {
        *response.status_mut() = StatusCode::NOT_MODIFIED;
    }
    let headers = [
        (header::CONTENT_TYPE, page.kind.as_str()),
        (header::ETAG, &etag),
        (header::LAST_MODIFIED, &page.modified),
    ];
    for (name, value) in headers {
        if let Ok(value) = HeaderValue::from_str(value) {
            response.headers_mut().insert(name, value);
        }
    }
    response
}

fn moved(target: &str) -> Response<Body> {
    let mut response = Response::new(Body::empty());
    *response.status_mut() = StatusCode::MOVED_PERMANENTLY;
    if let Ok(value) = HeaderValue::from_str(target) {
        response.headers_mut().insert(header::LOCATION, value);
    }
    response
}

fn missing() -> Response<Body> {
    let text = "<!doctype html><title>Not found</title><h1>There is no such page</h1>";
    let kind = [(header::CONTENT_TYPE, pages::HTML)];
    (StatusCode::NOT_FOUND, kind, text).into_response()
}
