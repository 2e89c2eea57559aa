//! The pages of documents.

use askama::Template;
use axum::extract::{DefaultBodyLimit, Multipart, State};
use axum::handler::Handler;
use axum::http::{HeaderMap, Method, StatusCode};
use axum::response::{IntoResponse, Redirect, Response};
use db::DbError;
use kernel::{FileId, Role};
use web::ui::{FieldErrors, Shell};
use web::{Access, Html, Member, Path, Problem, Query, Routes, member_shell};

use super::{Done, Refused, Tab, chosen_file};
use crate::Knowledge;
use crate::api::{BORDERS, remove_document};
use crate::chunk::Piece;
use crate::document::{self, Document, DocumentError, State as Progress, Trouble, Version};
use crate::trial::{self, Trial};
use crate::upload::{LARGEST, UploadError, upload, upload_version};
use crate::versions::{self, Change, Comparison};

pub(super) fn routes() -> Routes<Knowledge> {
    let viewer = Access::Member(Role::Viewer);
    let agent = Access::Member(Role::Agent);
    let roomy = || DefaultBodyLimit::max(LARGEST + BORDERS);
    let one = "/knowledge/documents/{id}";
    let act = |name: &str| format!("{one}/{name}");
    Routes::new()
        .page(Method::GET, "/knowledge/documents", viewer, overview)
        .page(
            Method::POST,
            "/knowledge/documents",
            agent,
            take_in.layer(roomy()),
        )
        .page(Method::GET, one, viewer, show)
        .page(Method::POST, &act("delete"), agent, delete)
        .page(Method::POST, &act("retry"), agent, retry)
        .page(
            Method::POST,
            &act("versions"),
            agent,
            take_version.layer(roomy()),
        )
        .page(Method::GET, &act("versions/{number}"), viewer, compare)
        .page(
            Method::POST,
            &act("versions/{number}/restore"),
            agent,
            restore,
        )
}

fn address(id: FileId) -> String {
    format!("/knowledge/documents/{id}")
}

/// The documents.
#[derive(Template)]
#[template(path = "knowledge_documents.html")]
struct Overview {
    shell: Shell,
    tab: Tab,
    documents: Vec<Document>,
    /// Those that are tried and not in use.
    trials: Vec<Trial>,
    /// Why a file was not taken in.
    errors: FieldErrors,
}

/// A document with its versions and its passages.
#[derive(Template)]
#[template(path = "knowledge_document.html")]
struct Shown {
    shell: Shell,
    document: Document,
    versions: Vec<Version>,
    passages: Vec<Piece>,
    /// Why a file was not taken in.
    errors: FieldErrors,
}

/// What changed with a version.
#[derive(Template)]
#[template(path = "knowledge_changes.html")]
struct Compared {
    shell: Shell,
    document: Document,
    number: i32,
    comparison: Comparison,
}

async fn overview(
    State(state): State<Knowledge>,
    member: Member,
    headers: HeaderMap,
    Query(done): Query<Done>,
) -> Result<Html<Overview>, Problem> {
    let mut page = overview_of(&state, &member, &headers).await?;
    done.tell(&mut page.shell);
    Ok(Html(page))
}

async fn overview_of(
    state: &Knowledge,
    member: &Member,
    headers: &HeaderMap,
) -> Result<Overview, Problem> {
    let mut tx = state.db.tenant(&member.scope).await?;
    Ok(Overview {
        shell: member_shell(member, "knowledge", headers),
        tab: Tab::Documents,
        documents: document::list(&mut tx).await?,
        trials: trial::list(&mut tx).await?,
        errors: FieldErrors::default(),
    })
}

impl From<UploadError> for Refused {
    fn from(error: UploadError) -> Self {
        let (key, what) = match error {
            UploadError::TooLarge => ("knowledge.refused.large", None),
            UploadError::Duplicate(_) => ("knowledge.refused.duplicate", None),
            UploadError::Refused(refusal) => {
                let (trouble, what) = Trouble::of(refusal);
                (trouble.key(), what)
            }
            other => return Self::Problem(other.into()),
        };
        Self::InWords(key, what.unwrap_or_default())
    }
}

impl From<DbError> for Refused {
    fn from(error: DbError) -> Self {
        Self::Problem(error.into())
    }
}

/// Takes in a file, as a new version of a document when one is named.
async fn taken_in(
    state: &Knowledge,
    member: &Member,
    body: Multipart,
    of: Option<FileId>,
) -> Result<FileId, Refused> {
    let (name, content) = chosen_file(body).await?;
    let mut tx = state.db.tenant(&member.scope).await?;
    let document = match of {
        None => upload(state, &mut tx, &name, content).await?,
        Some(id) => upload_version(state, &mut tx, id, &name, content).await?,
    };
    tx.commit().await?;
    Ok(document.id)
}

async fn take_in(
    State(state): State<Knowledge>,
    member: Member,
    headers: HeaderMap,
    body: Multipart,
) -> Result<Response, Problem> {
    let (key, what) = match taken_in(&state, &member, body, None).await {
        Ok(id) => return Ok(Redirect::to(&address(id)).into_response()),
        Err(Refused::InWords(key, what)) => (key, what),
        Err(Refused::Problem(problem)) => return Err(problem),
    };
    refused(&state, &member, &headers, None, key, &what).await
}

/// The page that a file was sent from, with why it was not taken in at its field.
pub(super) async fn refused(
    state: &Knowledge,
    member: &Member,
    headers: &HeaderMap,
    of: Option<FileId>,
    key: &'static str,
    what: &str,
) -> Result<Response, Problem> {
    let status = StatusCode::UNPROCESSABLE_ENTITY;
    if let Some(id) = of {
        let mut page = shown(state, member, headers, id).await?;
        page.errors
            .add("file", page.shell.t(key).with("what", what));
        return Ok((status, Html(page)).into_response());
    }
    let mut page = overview_of(state, member, headers).await?;
    page.errors
        .add("file", page.shell.t(key).with("what", what));
    Ok((status, Html(page)).into_response())
}

async fn take_version(
    State(state): State<Knowledge>,
    member: Member,
    headers: HeaderMap,
    Path(id): Path<FileId>,
    body: Multipart,
) -> Result<Response, Problem> {
    let (key, what) = match taken_in(&state, &member, body, Some(id)).await {
        Ok(id) => return Ok(Redirect::to(&address(id)).into_response()),
        Err(Refused::InWords(key, what)) => (key, what),
        Err(Refused::Problem(problem)) => return Err(problem),
    };
    refused(&state, &member, &headers, Some(id), key, &what).await
}

async fn show(
    State(state): State<Knowledge>,
    member: Member,
    headers: HeaderMap,
    Path(id): Path<FileId>,
) -> Result<Html<Shown>, Problem> {
    Ok(Html(shown(&state, &member, &headers, id).await?))
}

async fn shown(
    state: &Knowledge,
    member: &Member,
    headers: &HeaderMap,
    id: FileId,
) -> Result<Shown, Problem> {
    let mut tx = state.db.tenant(&member.scope).await?;
    let (document, passages) = document::load(&mut tx, id).await?;
    Ok(Shown {
        shell: member_shell(member, "knowledge", headers),
        document,
        versions: document::versions(&mut tx, id).await?,
        passages,
        errors: FieldErrors::default(),
    })
}

async fn compare(
    State(state): State<Knowledge>,
    member: Member,
    headers: HeaderMap,
    Path((id, number)): Path<(FileId, i32)>,
) -> Result<Html<Compared>, Problem> {
    let mut tx = state.db.tenant(&member.scope).await?;
    Ok(Html(Compared {
        shell: member_shell(&member, "knowledge", &headers),
        document: document::find(&mut tx, id).await?,
        number,
        comparison: versions::compare(&mut tx, id, number).await?,
    }))
}

async fn restore(
    State(state): State<Knowledge>,
    member: Member,
    Path((id, number)): Path<(FileId, i32)>,
) -> Result<Redirect, Problem> {
    let mut tx = state.db.tenant(&member.scope).await?;
    document::restore(&mut tx, id, number, state.clock.now()).await?;
    tx.commit().await?;
    Ok(Redirect::to(&address(id)))
}

async fn retry(
    State(state): State<Knowledge>,
    member: Member,
    Path(id): Path<FileId>,
) -> Result<Redirect, Problem> {
    let mut tx = state.db.tenant(&member.scope).await?;
    match document::retry(&mut tx, id, state.clock.now()).await {
        // Pressed twice: it is on its way already.
        Ok(_) | Err(DocumentError::NotFailed) => tx.commit().await?,
        Err(error) => return Err(error.into()),
    }
    Ok(Redirect::to(&address(id)))
}

async fn delete(
    State(state): State<Knowledge>,
    member: Member,
    Path(id): Path<FileId>,
) -> Result<Redirect, Problem> {
    remove_document(&state, &member, id).await?;
    Ok(Redirect::to("/knowledge/documents?done=deleted"))
}
