//! The REST routes of documents that are tried before they are put to use.

use axum::extract::{DefaultBodyLimit, Multipart, State};
use axum::http::StatusCode;
use axum::response::IntoResponse;
use kernel::{FileId, Role, TrialId};
use serde::{Deserialize, Serialize};
use web::{Access, Json, Member, Path, Problem, Query, Routes, routes};

use super::Items;
use super::documents::{BORDERS, UploadForm, first_file};
use crate::Knowledge;
use crate::chunk::Piece;
use crate::document::Document;
use crate::trial::{self, Trial, TrialError};
use crate::upload::LARGEST;

impl From<TrialError> for Problem {
    fn from(error: TrialError) -> Self {
        let sentence = error.to_string();
        match error {
            TrialError::TooMany => Self::conflict("TOO_MANY_TRIALS", sentence),
            TrialError::NotFound => Self::not_found(),
            TrialError::NotReady => {
                Self::conflict("NOT_READ", "Only a document that was read is put to use.")
            }
            TrialError::DocumentGone => Self::conflict(
                "DOCUMENT_GONE",
                "The document that it would be a new version of is gone.",
            ),
            TrialError::Upload(error) => error.into(),
            TrialError::Db(error) => error.into(),
        }
    }
}

pub(super) fn routes() -> Routes<Knowledge> {
    let (viewer, agent) = (Access::Member(Role::Viewer), Access::Member(Role::Agent));
    Routes::new()
        .api(viewer, routes!(list_trials))
        .api(agent, {
            let (schemas, paths, methods) = routes!(begin_trial);
            let roomy = DefaultBodyLimit::max(LARGEST + BORDERS);
            (schemas, paths, methods.layer(roomy))
        })
        .api(viewer, routes!(read_trial))
        .api(agent, routes!(discard_trial))
        .api(agent, routes!(use_trial))
}

/// The documents that are tried, newest first.
#[utoipa::path(get, path = "/api/knowledge/trials", tag = "knowledge",
    responses((status = 200, body = Items<Trial>)))]
async fn list_trials(
    State(state): State<Knowledge>,
    member: Member,
) -> Result<Json<Items<Trial>>, Problem> {
    let mut tx = state.db.tenant(&member.scope).await?;
    let items = trial::list(&mut tx).await?;
    Ok(Json(Items { items }))
}

/// What is tried.
#[derive(Debug, Deserialize, utoipa::IntoParams)]
#[into_params(parameter_in = Query)]
struct TrialQuery {
    /// The document that it would be a new version of, `fil_…`; a new document when left out.
    #[param(value_type = Option<String>)]
    document: Option<FileId>,
}

/// Takes in a document to be tried. A worker reads it; no search and no answer finds it.
#[utoipa::path(post, path = "/api/knowledge/trials", tag = "knowledge", params(TrialQuery),
    request_body(content = UploadForm, content_type = "multipart/form-data"),
    responses((status = 201, body = Trial)))]
async fn begin_trial(
    State(state): State<Knowledge>,
    member: Member,
    Query(query): Query<TrialQuery>,
    body: Multipart,
) -> Result<impl IntoResponse, Problem> {
    let (name, content) = first_file(body).await?;
    let mut tx = state.db.tenant(&member.scope).await?;
    let trial = trial::begin(&state, &mut tx, query.document, &name, content).await?;
    tx.commit().await?;
    Ok((StatusCode::CREATED, Json(trial)))
}

/// A trial with its first 500 passages.
#[derive(Debug, Serialize, utoipa::ToSchema)]
#[schema(as = DocumentTrialView)]
struct TrialView {
    trial: Trial,
    passages: Vec<Piece>,
}

/// One trial with its passages.
#[utoipa::path(get, path = "/api/knowledge/trials/{id}", tag = "knowledge",
    params(("id" = TrialId, Path)), responses((status = 200, body = TrialView)))]
async fn read_trial(
    State(state): State<Knowledge>,
    member: Member,
    Path(id): Path<TrialId>,
) -> Result<Json<TrialView>, Problem> {
    let mut tx = state.db.tenant(&member.scope).await?;
    let (trial, passages) = trial::load(&mut tx, id).await?;
    Ok(Json(TrialView { trial, passages }))
}

/// Puts a document that was tried to use, as if it were uploaded now.
#[utoipa::path(post, path = "/api/knowledge/trials/{id}/use", tag = "knowledge",
    params(("id" = TrialId, Path)), responses((status = 200, body = Document)))]
async fn use_trial(
    State(state): State<Knowledge>,
    member: Member,
    Path(id): Path<TrialId>,
) -> Result<Json<Document>, Problem> {
    let mut tx = state.db.tenant(&member.scope).await?;
    let document = trial::put_to_use(&state, &mut tx, id).await?;
    tx.commit().await?;
    Ok(Json(document))
}

/// Discards a document that was tried.
#[utoipa::path(delete, path = "/api/knowledge/trials/{id}", tag = "knowledge",
    params(("id" = TrialId, Path)), responses((status = 204)))]
async fn discard_trial(
    State(state): State<Knowledge>,
    member: Member,
    Path(id): Path<TrialId>,
) -> Result<StatusCode, Problem> {
    discard(&state, &member, id).await?;
    Ok(StatusCode::NO_CONTENT)
}

/// Discards a trial, then its content.
pub(crate) async fn discard(
    state: &Knowledge,
    member: &Member,
    id: TrialId,
) -> Result<(), Problem> {
    let mut tx = state.db.tenant(&member.scope).await?;
    let content = trial::discard(&mut tx, id).await?;
    tx.commit().await?;
    state.forget(member.scope.workspace(), &[content]).await;
    Ok(())
}
