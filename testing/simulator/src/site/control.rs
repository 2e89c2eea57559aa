//! `/_sandbox/site/{path}`: a page that changes, or goes.

use axum::Json;
use axum::extract::{Path, State};
use axum::http::{HeaderMap, header};
use bytes::Bytes;
use serde_json::{Value, json};

use super::{SitePage, pages};
use crate::world::Shared;

/// Sets what stands at a path; the kind is the request's, HTML unless it says so.
pub async fn change(
    State(shared): State<Shared>,
    Path(path): Path<String>,
    headers: HeaderMap,
    body: Bytes,
) -> Json<Value> {
    let mut world = shared.world();
    let kind = headers.get(header::CONTENT_TYPE);
    let kind = kind.and_then(|kind| kind.to_str().ok());
    let page = SitePage {
        kind: kind.unwrap_or(pages::HTML).to_owned(),
        body,
        modified: world.now().format("%a, %d %b %Y %H:%M:%S GMT").to_string(),
    };
    world.site.insert(path, Some(page));
    Json(json!({"success": true}))
}

/// Takes a page away.
pub async fn remove(State(shared): State<Shared>, Path(path): Path<String>) -> Json<Value> {
    shared.world().site.insert(path, None);
    Json(json!({"success": true}))
}
