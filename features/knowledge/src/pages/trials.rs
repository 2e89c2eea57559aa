//! The page of a document that is tried before it is put to use.

use askama::Template;
use axum::extract::{DefaultBodyLimit, Multipart, State};
use axum::handler::Handler;
use axum::http::{HeaderMap, Method, StatusCode};
use axum::response::{IntoResponse, Redirect, Response};
use kernel::{FileId, Role, TrialId};
use serde::Deserialize;
use web::ui::{FieldErrors, Shell, told};
use web::{Access, Html, Member, Path, Problem, Query, Routes, member_shell};

use super::{Refused, chosen_file, documents};
use crate::Knowledge;
use crate::api::{BORDERS, discard_trial};
use crate::chunk::Piece;
use crate::document::State as Progress;
use crate::trial::{self, Trial, TrialError};
use crate::upload::{LARGEST, UploadError};

pub(super) fn routes() -> Routes<Knowledge> {
    let (viewer, agent) = (Access::Member(Role::Viewer), Access::Member(Role::Agent));
    let roomy = DefaultBodyLimit::max(LARGEST + BORDERS);
    let post = Method::POST;
    Routes::new()
        .page(post.clone(), "/knowledge/trials", agent, begin.layer(roomy))
        .page(Method::GET, "/knowledge/trials/{id}", viewer, show)
        .page(
            post.clone(),
            "/knowledge/trials/{id}/use",
            agent,
            put_to_use,
        )
        .page(post, "/knowledge/trials/{id}/discard", agent, discard)
}

/// A trial with its passages.
#[derive(Template)]
#[template(path = "knowledge_trial.html")]
struct Page {
    shell: Shell,
    document: Trial,
    passages: Vec<Piece>,
    /// Why it was not put to use or tried.
    errors: FieldErrors,
}

impl From<TrialError> for Refused {
    fn from(error: TrialError) -> Self {
        match error {
            TrialError::TooMany => Self::InWords("knowledge.trial.many", String::new()),
            TrialError::Upload(error) => error.into(),
            other => Self::Problem(other.into()),
        }
    }
}

/// What a file would be.
#[derive(Debug, Default, Deserialize)]
#[serde(default)]
struct Of {
    /// The document that it would be a new version of.
    document: Option<FileId>,
}

async fn begun(
    state: &Knowledge,
    member: &Member,
    body: Multipart,
    document: Option<FileId>,
) -> Result<TrialId, Refused> {
    let (name, content) = chosen_file(body).await?;
    let mut tx = state.db.tenant(&member.scope).await?;
    let trial = trial::begin(state, &mut tx, document, &name, content).await?;
    tx.commit().await?;
    Ok(trial.id)
}

async fn begin(
    State(state): State<Knowledge>,
    member: Member,
    headers: HeaderMap,
    Query(of): Query<Of>,
    body: Multipart,
) -> Result<Response, Problem> {
    match begun(&state, &member, body, of.document).await {
        Ok(id) => Ok(Redirect::to(&format!("/knowledge/trials/{id}")).into_response()),
        Err(Refused::InWords(key, what)) => {
            documents::refused(&state, &member, &headers, of.document, key, &what).await
        }
        Err(Refused::Problem(problem)) => Err(problem),
    }
}

async fn page(
    state: &Knowledge,
    member: &Member,
    headers: &HeaderMap,
    id: TrialId,
) -> Result<Page, Problem> {
    let mut tx = state.db.tenant(&member.scope).await?;
    let (document, passages) = trial::load(&mut tx, id).await?;
    Ok(Page {
        shell: member_shell(member, "knowledge", headers),
        document,
        passages,
        errors: FieldErrors::default(),
    })
}

/// The page of a trial once more, with what stood against what somebody wanted.
pub async fn again(
    state: &Knowledge,
    member: &Member,
    headers: &HeaderMap,
    id: TrialId,
    errors: FieldErrors,
) -> Result<Response, Problem> {
    let mut page = page(state, member, headers, id).await?;
    page.errors = errors;
    Ok((StatusCode::UNPROCESSABLE_ENTITY, Html(page)).into_response())
}

async fn show(
    State(state): State<Knowledge>,
    member: Member,
    headers: HeaderMap,
    Path(id): Path<TrialId>,
) -> Result<Html<Page>, Problem> {
    Ok(Html(page(&state, &member, &headers, id).await?))
}

async fn put_to_use(
    State(state): State<Knowledge>,
    member: Member,
    headers: HeaderMap,
    Path(id): Path<TrialId>,
) -> Result<Response, Problem> {
    let mut tx = state.db.tenant(&member.scope).await?;
    let key = match trial::put_to_use(&state, &mut tx, id).await {
        Ok(document) => {
            tx.commit().await?;
            let path = format!("/knowledge/documents/{}", document.id);
            return Ok(told("knowledge.trial.used", &path));
        }
        Err(TrialError::NotReady) => "knowledge.trial.not_ready",
        Err(TrialError::DocumentGone) => "knowledge.trial.document_gone",
        Err(TrialError::Upload(UploadError::Duplicate(_))) => "knowledge.refused.duplicate",
        Err(error) => return Err(error.into()),
    };
    drop(tx);
    let mut errors = FieldErrors::default();
    errors.whole(member_shell(&member, "knowledge", &headers).t(key));
    again(&state, &member, &headers, id, errors).await
}

async fn discard(
    State(state): State<Knowledge>,
    member: Member,
    Path(id): Path<TrialId>,
) -> Result<Response, Problem> {
    discard_trial(&state, &member, id).await?;
    Ok(told("knowledge.trial.discarded", "/knowledge/documents"))
}
