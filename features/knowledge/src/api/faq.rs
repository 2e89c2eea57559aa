//! The REST routes of FAQ entries.

use axum::extract::{Multipart, State};
use axum::http::{StatusCode, header};
use axum::response::IntoResponse;
use kernel::{FaqId, Page, Role};
use web::{Access, Json, ListQuery, Member, Path, Problem, Query, Routes, routes};

use super::first_file;
use crate::Knowledge;
use crate::faq::sheet::{self, Import, SheetError};
use crate::faq::{self, Draft, Entry, FaqError};

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

impl From<SheetError> for Problem {
    fn from(error: SheetError) -> Self {
        match error {
            SheetError::Db(error) => error.into(),
            error => Self::invalid([("file", error)]),
        }
    }
}

pub(super) fn routes() -> Routes<Knowledge> {
    let (viewer, agent) = (Access::Member(Role::Viewer), Access::Member(Role::Agent));
    Routes::new()
        .api(viewer, routes!(list_faq))
        .api(agent, routes!(create_faq))
        .api(viewer, routes!(export_faq))
        .api(agent, routes!(import_faq))
        .api(viewer, routes!(read_faq))
        .api(agent, routes!(update_faq))
        .api(agent, routes!(delete_faq))
}

/// The FAQ entries, those changed last first.
#[utoipa::path(get, path = "/api/knowledge/faq", tag = "knowledge",
    params(ListQuery), responses((status = 200, body = Page<Entry>)))]
async fn list_faq(
    State(state): State<Knowledge>,
    member: Member,
    Query(query): Query<ListQuery>,
) -> Result<Json<Page<Entry>>, Problem> {
    let mut tx = state.db.tenant(&member.scope).await?;
    let entries = faq::page(&mut tx, query.after()?, query.limit()).await?;
    Ok(Json(entries))
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

/// All FAQ entries as CSV in UTF-8: `question`, `more questions` (one a line), `answer`,
/// `language`, `enabled`.
#[utoipa::path(get, path = "/api/knowledge/faq/export", tag = "knowledge",
    responses((status = 200, body = String, content_type = "text/csv")))]
async fn export_faq(
    State(state): State<Knowledge>,
    member: Member,
) -> Result<impl IntoResponse, Problem> {
    let mut tx = state.db.tenant(&member.scope).await?;
    let text = sheet::export(&mut tx).await?;
    let headers = [
        (header::CONTENT_TYPE, "text/csv; charset=utf-8"),
        (
            header::CONTENT_DISPOSITION,
            "attachment; filename=\"faq.csv\"",
        ),
    ];
    Ok((headers, text))
}

/// The body of an import, for the OpenAPI document.
#[derive(utoipa::ToSchema)]
#[expect(dead_code, reason = "it describes the form, nothing reads it")]
struct ImportForm {
    /// A CSV file with the columns `question` and `answer`, of at most 2 MB.
    #[schema(format = Binary, content_media_type = "application/octet-stream")]
    file: String,
}

/// Takes in FAQ entries from a CSV file. One whose first question is there already is replaced. Rows
/// with mistakes are left out and named; all others are kept.
#[utoipa::path(post, path = "/api/knowledge/faq/import", tag = "knowledge",
    request_body(content = ImportForm, content_type = "multipart/form-data"),
    responses((status = 200, body = Import)))]
async fn import_faq(
    State(state): State<Knowledge>,
    member: Member,
    body: Multipart,
) -> Result<Json<Import>, Problem> {
    let (_, content) = first_file(body).await?;
    let mut tx = state.db.tenant(&member.scope).await?;
    let import = sheet::import(&mut tx, &content, state.clock.now()).await?;
    tx.commit().await?;
    Ok(Json(import))
}
