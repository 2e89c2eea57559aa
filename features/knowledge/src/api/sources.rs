//! The REST routes of web pages and sites.

use axum::extract::State;
use axum::http::StatusCode;
use axum::response::IntoResponse;
use kernel::{Role, SourceId};
use serde::Serialize;
use web::{Access, Json, Member, Path, Problem, Routes, routes};

use super::Items;
use crate::Knowledge;
use crate::document::Document;
use crate::sources::{self, Change, Source, SourceError, Wanted};

impl From<SourceError> for Problem {
    fn from(error: SourceError) -> Self {
        match error {
            SourceError::NoAddress | SourceError::Credentials => Self::invalid([("url", error)]),
            SourceError::Pages => Self::invalid([("most_pages", error)]),
            SourceError::Depth => Self::invalid([("depth", error)]),
            SourceError::Duplicate => Self::conflict("DUPLICATE_SOURCE", error.to_string()),
            SourceError::Busy => Self::conflict("BEING_READ", error.to_string()),
            SourceError::NotFound => Self::not_found(),
            SourceError::Db(error) => error.into(),
        }
    }
}

pub(super) fn routes() -> Routes<Knowledge> {
    let (viewer, agent) = (Access::Member(Role::Viewer), Access::Member(Role::Agent));
    Routes::new()
        .api(viewer, routes!(list_sources))
        .api(agent, routes!(create_source))
        .api(viewer, routes!(read_source))
        .api(agent, routes!(change_source))
        .api(agent, routes!(delete_source))
        .api(agent, routes!(read_source_now))
}

/// The web pages and sites, newest first.
#[utoipa::path(get, path = "/api/knowledge/sources", tag = "knowledge",
    responses((status = 200, body = Items<Source>)))]
async fn list_sources(
    State(state): State<Knowledge>,
    member: Member,
) -> Result<Json<Items<Source>>, Problem> {
    let mut tx = state.db.tenant(&member.scope).await?;
    let items = sources::list(&mut tx).await?;
    Ok(Json(Items { items }))
}

/// Takes a web page or a site. A worker reads it: its state goes from `queued` over `reading` to
/// `ready` or `failed`. Only addresses on the public internet are read.
#[utoipa::path(post, path = "/api/knowledge/sources", tag = "knowledge", request_body = Wanted,
    responses((status = 201, body = Source)))]
async fn create_source(
    State(state): State<Knowledge>,
    member: Member,
    Json(wanted): Json<Wanted>,
) -> Result<impl IntoResponse, Problem> {
    let mut tx = state.db.tenant(&member.scope).await?;
    let source = sources::create(&mut tx, &wanted, state.clock.now()).await?;
    tx.commit().await?;
    Ok((StatusCode::CREATED, Json(source)))
}

/// A source with its first 500 pages.
#[derive(Debug, Serialize, utoipa::ToSchema)]
struct SourceView {
    source: Source,
    documents: Vec<Document>,
}

/// One web page or site with its documents.
#[utoipa::path(get, path = "/api/knowledge/sources/{id}", tag = "knowledge",
    params(("id" = SourceId, Path)), responses((status = 200, body = SourceView)))]
async fn read_source(
    State(state): State<Knowledge>,
    member: Member,
    Path(id): Path<SourceId>,
) -> Result<Json<SourceView>, Problem> {
    let mut tx = state.db.tenant(&member.scope).await?;
    let source = sources::load(&mut tx, id).await?;
    let documents = sources::pages(&mut tx, id).await?;
    Ok(Json(SourceView { source, documents }))
}

/// Changes how a web page or site is read, from its next reading on.
#[utoipa::path(patch, path = "/api/knowledge/sources/{id}", tag = "knowledge",
    request_body = Change, params(("id" = SourceId, Path)),
    responses((status = 200, body = Source)))]
async fn change_source(
    State(state): State<Knowledge>,
    member: Member,
    Path(id): Path<SourceId>,
    Json(change): Json<Change>,
) -> Result<Json<Source>, Problem> {
    let mut tx = state.db.tenant(&member.scope).await?;
    let source = sources::change(&mut tx, id, &change, state.clock.now()).await?;
    tx.commit().await?;
    Ok(Json(source))
}

/// Has a web page or site read now. What changed since the last time is in its `report`.
#[utoipa::path(post, path = "/api/knowledge/sources/{id}/read", tag = "knowledge",
    params(("id" = SourceId, Path)), responses((status = 200, body = Source)))]
async fn read_source_now(
    State(state): State<Knowledge>,
    member: Member,
    Path(id): Path<SourceId>,
) -> Result<Json<Source>, Problem> {
    let mut tx = state.db.tenant(&member.scope).await?;
    let source = sources::read_now(&mut tx, id, state.clock.now()).await?;
    tx.commit().await?;
    Ok(Json(source))
}

/// Removes a web page or site with all its documents.
#[utoipa::path(delete, path = "/api/knowledge/sources/{id}", tag = "knowledge",
    params(("id" = SourceId, Path)), responses((status = 204)))]
async fn delete_source(
    State(state): State<Knowledge>,
    member: Member,
    Path(id): Path<SourceId>,
) -> Result<StatusCode, Problem> {
    remove(&state, &member, id).await?;
    Ok(StatusCode::NO_CONTENT)
}

/// Removes a source with its documents, then their contents.
pub(crate) async fn remove(
    state: &Knowledge,
    member: &Member,
    id: SourceId,
) -> Result<(), Problem> {
    let mut tx = state.db.tenant(&member.scope).await?;
    let contents = sources::delete(&mut tx, id).await?;
    tx.commit().await?;
    state.forget(member.scope.workspace(), &contents).await;
    Ok(())
}
