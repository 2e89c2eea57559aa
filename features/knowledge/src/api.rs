//! The REST routes of the knowledge.

mod embedder;

use axum::extract::{DefaultBodyLimit, Multipart, State};
use axum::http::StatusCode;
use axum::response::IntoResponse;
use bytes::Bytes;
use kernel::{FaqId, FileId, Role};
use serde::{Deserialize, Serialize};
use web::{Access, Json, Member, Path, Problem, Query, Routes, routes};

use crate::Knowledge;
use crate::chunk::Piece;
use crate::document::{self, Document, DocumentError};
use crate::faq::{self, Draft, Entry, FaqError};
use crate::language::Language;
use crate::search::Hit;
use crate::upload::{LARGEST, UploadError, upload};

/// The most hits a search gives.
const MOST_HITS: usize = 20;
/// Room for the borders of a multipart body, in bytes.
const BORDERS: usize = 64 * 1024;

impl From<FaqError> for Problem {
    fn from(error: FaqError) -> Self {
        match error {
            FaqError::Invalid(fields) => Self::invalid(fields.into_iter().map(|(field, key)| {
                let text = web::i18n::Message::new(web::Locale::default(), key);
                (field, text.to_string())
            })),
            FaqError::NotFound => Self::not_found(),
            FaqError::Db(error) => error.into(),
        }
    }
}

impl From<DocumentError> for Problem {
    fn from(error: DocumentError) -> Self {
        match error {
            DocumentError::NotFound => Self::not_found(),
            DocumentError::NotFailed => Self::conflict(
                "NOT_FAILED",
                "Only a document that could not be read is read again.",
            ),
            DocumentError::Db(error) => error.into(),
        }
    }
}

impl From<UploadError> for Problem {
    fn from(error: UploadError) -> Self {
        match error {
            UploadError::TooLarge => Self::too_large(),
            UploadError::UnknownKind => Self::invalid([("file", error)]),
            UploadError::Duplicate(_) => {
                Self::conflict("DUPLICATE_DOCUMENT", "The same document is there already.")
            }
            UploadError::Db(error) => error.into(),
            other => Self::internal(&other),
        }
    }
}

/// The routes of the API.
pub fn routes(state: Knowledge) -> Routes<()> {
    Routes::new()
        .api(Access::Member(Role::Viewer), routes!(list_faq))
        .api(Access::Member(Role::Agent), routes!(create_faq))
        .api(Access::Member(Role::Viewer), routes!(read_faq))
        .api(Access::Member(Role::Agent), routes!(update_faq))
        .api(Access::Member(Role::Agent), routes!(delete_faq))
        .api(Access::Member(Role::Viewer), routes!(list_documents))
        .api(Access::Member(Role::Agent), {
            let (schemas, paths, methods) = routes!(upload_document);
            (
                schemas,
                paths,
                methods.layer(DefaultBodyLimit::max(LARGEST + BORDERS)),
            )
        })
        .api(Access::Member(Role::Viewer), routes!(read_document))
        .api(Access::Member(Role::Agent), routes!(delete_document))
        .api(Access::Member(Role::Agent), routes!(retry_document))
        .api(Access::Member(Role::Viewer), routes!(find))
        .merge(embedder::routes())
        .with_state(state)
}

/// A list.
#[derive(Debug, Serialize, utoipa::ToSchema)]
pub struct Items<T> {
    /// All of it.
    pub items: Vec<T>,
}

/// The FAQ entries, those changed last first.
#[utoipa::path(get, path = "/api/knowledge/faq", tag = "knowledge",
    responses((status = 200, body = Items<Entry>)))]
async fn list_faq(
    State(state): State<Knowledge>,
    member: Member,
) -> Result<Json<Items<Entry>>, Problem> {
    let mut tx = state.db.tenant(&member.scope).await?;
    Ok(Json(Items {
        items: faq::list(&mut tx).await?,
    }))
}

/// Writes a new FAQ entry.
#[utoipa::path(post, path = "/api/knowledge/faq", tag = "knowledge", request_body = Draft,
    responses((status = 201, body = Entry)))]
async fn create_faq(
    State(state): State<Knowledge>,
    member: Member,
    Json(draft): Json<Draft>,
) -> Result<impl IntoResponse, Problem> {
    let mut tx = state.db.tenant(&member.scope).await?;
    let entry = faq::create(&mut tx, draft, state.clock.now()).await?;
    tx.commit().await?;
    Ok((StatusCode::CREATED, Json(entry)))
}

/// One FAQ entry.
#[utoipa::path(get, path = "/api/knowledge/faq/{id}", tag = "knowledge",
    params(("id" = FaqId, Path)), responses((status = 200, body = Entry)))]
async fn read_faq(
    State(state): State<Knowledge>,
    member: Member,
    Path(id): Path<FaqId>,
) -> Result<Json<Entry>, Problem> {
    let mut tx = state.db.tenant(&member.scope).await?;
    Ok(Json(faq::load(&mut tx, id).await?))
}

/// Replaces what an FAQ entry says.
#[utoipa::path(put, path = "/api/knowledge/faq/{id}", tag = "knowledge", request_body = Draft,
    params(("id" = FaqId, Path)), responses((status = 200, body = Entry)))]
async fn update_faq(
    State(state): State<Knowledge>,
    member: Member,
    Path(id): Path<FaqId>,
    Json(draft): Json<Draft>,
) -> Result<Json<Entry>, Problem> {
    let mut tx = state.db.tenant(&member.scope).await?;
    let entry = faq::update(&mut tx, id, draft, state.clock.now()).await?;
    tx.commit().await?;
    Ok(Json(entry))
}

/// Removes an FAQ entry.
#[utoipa::path(delete, path = "/api/knowledge/faq/{id}", tag = "knowledge",
    params(("id" = FaqId, Path)), responses((status = 204)))]
async fn delete_faq(
    State(state): State<Knowledge>,
    member: Member,
    Path(id): Path<FaqId>,
) -> Result<StatusCode, Problem> {
    let mut tx = state.db.tenant(&member.scope).await?;
    faq::delete(&mut tx, id).await?;
    tx.commit().await?;
    Ok(StatusCode::NO_CONTENT)
}

/// The documents, newest first.
#[utoipa::path(get, path = "/api/knowledge/documents", tag = "knowledge",
    responses((status = 200, body = Items<Document>)))]
async fn list_documents(
    State(state): State<Knowledge>,
    member: Member,
) -> Result<Json<Items<Document>>, Problem> {
    let mut tx = state.db.tenant(&member.scope).await?;
    Ok(Json(Items {
        items: document::list(&mut tx).await?,
    }))
}

/// The body of an upload, for the OpenAPI document.
#[derive(utoipa::ToSchema)]
#[expect(dead_code, reason = "it describes the form, nothing reads it")]
struct UploadForm {
    /// A .txt or .md file in UTF-8 of at most 10 MB.
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

/// Removes a document, then its content.
pub(crate) async fn remove(state: &Knowledge, member: &Member, id: FileId) -> Result<(), Problem> {
    let mut tx = state.db.tenant(&member.scope).await?;
    document::delete(&mut tx, id).await?;
    tx.commit().await?;
    if let Err(error) = state.forget(member.scope.workspace(), id).await {
        tracing::warn!(%error, document = %id, "the content of a removed document stays behind");
    }
    Ok(())
}

/// What is searched for.
#[derive(Debug, Deserialize, utoipa::IntoParams)]
#[into_params(parameter_in = Query)]
struct SearchQuery {
    /// The question.
    q: String,
    /// The language that is preferred, as `en`, `fr` or `es`.
    #[param(value_type = Option<String>)]
    language: Option<Language>,
    /// How many hits at most, 1 to 20; 5 unless given.
    limit: Option<usize>,
}

/// Finds the passages that may answer a question, by words and by vectors, the best first. Each
/// says its place in both lists, the score of both together, and how sure it is to answer.
#[utoipa::path(get, path = "/api/knowledge/search", tag = "knowledge", params(SearchQuery),
    responses((status = 200, body = Items<Hit>)))]
async fn find(
    State(state): State<Knowledge>,
    member: Member,
    Query(query): Query<SearchQuery>,
) -> Result<Json<Items<Hit>>, Problem> {
    let limit = query.limit.unwrap_or(5).clamp(1, MOST_HITS);
    let items = state
        .find(&member.scope, &query.q, query.language, limit)
        .await?;
    Ok(Json(Items { items }))
}
