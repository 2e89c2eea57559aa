//! The REST routes of documents.

use axum::extract::{DefaultBodyLimit, Multipart, State};
use axum::http::StatusCode;
use axum::response::IntoResponse;
use bytes::Bytes;
use kernel::{FileId, Page, Role};
use serde::Serialize;
use web::{Access, Json, ListQuery, Member, Path, Problem, Query, Routes, routes};

use super::Items;
use crate::Knowledge;
use crate::chunk::Piece;
use crate::document::{self, Document, DocumentError, Version};
use crate::upload::{LARGEST, UploadError, upload, upload_version};
use crate::versions::{self, Comparison};

/// Room for the borders of a multipart body, in bytes.
pub(crate) const BORDERS: usize = 64 * 1024;

fn duplicate() -> Problem {
    Problem::conflict("DUPLICATE_DOCUMENT", "The same document is there already.")
}

impl From<DocumentError> for Problem {
    fn from(error: DocumentError) -> Self {
        match error {
            DocumentError::NotFound => Self::not_found(),
            DocumentError::NotFailed => Self::conflict(
                "NOT_FAILED",
                "Only a document that could not be read is read again.",
            ),
            DocumentError::Duplicate(_) => duplicate(),
            DocumentError::Db(error) => error.into(),
        }
    }
}

impl From<UploadError> for Problem {
    fn from(error: UploadError) -> Self {
        match error {
            UploadError::TooLarge => Self::too_large(),
            UploadError::Refused(refusal) => Self::invalid([("file", refusal)]),
            UploadError::Duplicate(_) => duplicate(),
            UploadError::NotFound => Self::not_found(),
            UploadError::OfTheWeb => Self::conflict(
                "PAGE_OF_A_SITE",
                "A page of the web gets its versions from its site. Read the site again.",
            ),
            UploadError::Db(error) => error.into(),
            other => Self::internal(&other),
        }
    }
}

pub(super) fn routes() -> Routes<Knowledge> {
    let (viewer, agent) = (Access::Member(Role::Viewer), Access::Member(Role::Agent));
    let roomy = || DefaultBodyLimit::max(LARGEST + BORDERS);
    Routes::new()
        .api(viewer, routes!(list_documents))
        .api(agent, {
            let (schemas, paths, methods) = routes!(upload_document);
            (schemas, paths, methods.layer(roomy()))
        })
        .api(viewer, routes!(read_document))
        .api(agent, routes!(delete_document))
        .api(agent, routes!(retry_document))
        .api(viewer, routes!(list_document_versions))
        .api(agent, {
            let (schemas, paths, methods) = routes!(upload_document_version);
            (schemas, paths, methods.layer(roomy()))
        })
        .api(viewer, routes!(compare_document_version))
        .api(agent, routes!(restore_document_version))
}

/// The documents that were uploaded, newest first.
#[utoipa::path(get, path = "/api/knowledge/documents", tag = "knowledge",
    params(ListQuery), responses((status = 200, body = Page<Document>)))]
async fn list_documents(
    State(state): State<Knowledge>,
    member: Member,
    Query(query): Query<ListQuery>,
) -> Result<Json<Page<Document>>, Problem> {
    let mut tx = state.db.tenant(&member.scope).await?;
    let documents = document::page(&mut tx, query.after()?, query.limit()).await?;
    Ok(Json(documents))
}

/// The body of an upload, for the OpenAPI document.
#[derive(utoipa::ToSchema)]
#[expect(dead_code, reason = "it describes the form, nothing reads it")]
pub(super) struct UploadForm {
    /// A PDF, Word (.docx), text, Markdown, HTML or CSV file of at most 10 MB.
    #[schema(format = Binary, content_media_type = "application/octet-stream")]
    file: String,
}

/// The first file of a multipart body: its name and its content.
pub(crate) async fn first_file(mut body: Multipart) -> Result<(String, Bytes), Problem> {
    let refuse = |error: axum::extract::multipart::MultipartError| {
        if error.status() == StatusCode::PAYLOAD_TOO_LARGE {
            Problem::too_large()
        } else {
            Problem::bad_request("The body is not a well-formed multipart form.")
        }
    };
    while let Some(field) = body.next_field().await.map_err(refuse)? {
        if let Some(name) = field.file_name().map(str::to_owned) {
            return Ok((name, field.bytes().await.map_err(refuse)?));
        }
    }
    Err(Problem::invalid([("file", "A file is needed.")]))
}

/// Takes in a document. A worker reads it: its state goes from `queued` over `reading` to `ready` or
/// `failed`.
#[utoipa::path(post, path = "/api/knowledge/documents", tag = "knowledge",
    request_body(content = UploadForm, content_type = "multipart/form-data"),
    responses((status = 201, body = Document)))]
async fn upload_document(
    State(state): State<Knowledge>,
    member: Member,
    body: Multipart,
) -> Result<impl IntoResponse, Problem> {
    let (name, content) = first_file(body).await?;
    let mut tx = state.db.tenant(&member.scope).await?;
    let document = upload(&state, &mut tx, &name, content).await?;
    tx.commit().await?;
    Ok((StatusCode::CREATED, Json(document)))
}

/// A document with its first 500 passages.
#[derive(Debug, Serialize, utoipa::ToSchema)]
struct DocumentView {
    document: Document,
    passages: Vec<Piece>,
}

/// One document with its passages.
#[utoipa::path(get, path = "/api/knowledge/documents/{id}", tag = "knowledge",
    params(("id" = FileId, Path)), responses((status = 200, body = DocumentView)))]
async fn read_document(
    State(state): State<Knowledge>,
    member: Member,
    Path(id): Path<FileId>,
) -> Result<Json<DocumentView>, Problem> {
    let mut tx = state.db.tenant(&member.scope).await?;
    let (document, passages) = document::load(&mut tx, id).await?;
    Ok(Json(DocumentView { document, passages }))
}

/// Has a document that could not be read, read once more.
#[utoipa::path(post, path = "/api/knowledge/documents/{id}/retry", tag = "knowledge",
    params(("id" = FileId, Path)), responses((status = 200, body = Document)))]
async fn retry_document(
    State(state): State<Knowledge>,
    member: Member,
    Path(id): Path<FileId>,
) -> Result<Json<Document>, Problem> {
    let mut tx = state.db.tenant(&member.scope).await?;
    let document = document::retry(&mut tx, id, state.clock.now()).await?;
    tx.commit().await?;
    Ok(Json(document))
}

/// Removes a document.
#[utoipa::path(delete, path = "/api/knowledge/documents/{id}", tag = "knowledge",
    params(("id" = FileId, Path)), responses((status = 204)))]
async fn delete_document(
    State(state): State<Knowledge>,
    member: Member,
    Path(id): Path<FileId>,
) -> Result<StatusCode, Problem> {
    remove(&state, &member, id).await?;
    Ok(StatusCode::NO_CONTENT)
}

/// Removes a document, then its contents.
pub(crate) async fn remove(state: &Knowledge, member: &Member, id: FileId) -> Result<(), Problem> {
    let mut tx = state.db.tenant(&member.scope).await?;
    let contents = document::delete(&mut tx, id).await?;
    tx.commit().await?;
    state.forget(member.scope.workspace(), &contents).await;
    Ok(())
}

/// The versions of a document, newest first.
#[utoipa::path(get, path = "/api/knowledge/documents/{id}/versions", tag = "knowledge",
    params(("id" = FileId, Path)), responses((status = 200, body = Items<Version>)))]
async fn list_document_versions(
    State(state): State<Knowledge>,
    member: Member,
    Path(id): Path<FileId>,
) -> Result<Json<Items<Version>>, Problem> {
    let mut tx = state.db.tenant(&member.scope).await?;
    let items = document::versions(&mut tx, id).await?;
    Ok(Json(Items { items }))
}

/// Takes in a new version of a document. Until it was read, the version before is searched.
#[utoipa::path(post, path = "/api/knowledge/documents/{id}/versions", tag = "knowledge",
    params(("id" = FileId, Path)),
    request_body(content = UploadForm, content_type = "multipart/form-data"),
    responses((status = 201, body = Document)))]
async fn upload_document_version(
    State(state): State<Knowledge>,
    member: Member,
    Path(id): Path<FileId>,
    body: Multipart,
) -> Result<impl IntoResponse, Problem> {
    let (name, content) = first_file(body).await?;
    let mut tx = state.db.tenant(&member.scope).await?;
    let document = upload_version(&state, &mut tx, id, &name, content).await?;
    tx.commit().await?;
    Ok((StatusCode::CREATED, Json(document)))
}

/// Compares a version with the one that was read before it, line by line.
#[utoipa::path(get, path = "/api/knowledge/documents/{id}/versions/{number}/changes",
    tag = "knowledge", params(("id" = FileId, Path), ("number" = i32, Path)),
    responses((status = 200, body = Comparison)))]
async fn compare_document_version(
    State(state): State<Knowledge>,
    member: Member,
    Path((id, number)): Path<(FileId, i32)>,
) -> Result<Json<Comparison>, Problem> {
    let mut tx = state.db.tenant(&member.scope).await?;
    Ok(Json(versions::compare(&mut tx, id, number).await?))
}

/// Has the document say what this version says. What is searched now is searched until it was read
/// once more.
#[utoipa::path(post, path = "/api/knowledge/documents/{id}/versions/{number}/restore",
    tag = "knowledge", params(("id" = FileId, Path), ("number" = i32, Path)),
    responses((status = 200, body = Document)))]
async fn restore_document_version(
    State(state): State<Knowledge>,
    member: Member,
    Path((id, number)): Path<(FileId, i32)>,
) -> Result<Json<Document>, Problem> {
    let mut tx = state.db.tenant(&member.scope).await?;
    let document = document::restore(&mut tx, id, number, state.clock.now()).await?;
    tx.commit().await?;
    Ok(Json(document))
}
