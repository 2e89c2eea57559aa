//! The pages of the knowledge.

use askama::Template;
use axum::extract::{DefaultBodyLimit, Multipart, State};
use axum::handler::Handler;
use axum::http::{HeaderMap, Method, StatusCode};
use axum::response::{IntoResponse, Redirect, Response};
use db::DbError;
use kernel::{FaqId, FileId, Role};
use serde::Deserialize;
use web::ui::{FieldErrors, Flash, Shell};
use web::{Access, Form, Html, Member, Path, Problem, Query, Routes, member_shell};

use crate::Knowledge;
use crate::api::{first_file, remove};
use crate::chunk::Piece;
use crate::document::{self, Document, DocumentError, State as Progress};
use crate::faq::{self, Draft, Entry, FaqError};
use crate::search::Hit;
use crate::upload::{LARGEST, UploadError, upload};

/// How many hits the search test shows.
const SHOWN: usize = 8;
/// Room for the borders of a multipart body, in bytes.
const BORDERS: usize = 64 * 1024;

/// The routes of the pages.
pub fn routes(state: Knowledge) -> Routes<()> {
    let viewer = Access::Member(Role::Viewer);
    let agent = Access::Member(Role::Agent);
    let roomy = DefaultBodyLimit::max(LARGEST + BORDERS);
    Routes::new()
        .page(Method::GET, "/knowledge", viewer, overview)
        .page(Method::GET, "/knowledge/faq/new", agent, new_entry)
        .page(Method::POST, "/knowledge/faq", agent, create)
        .page(Method::GET, "/knowledge/faq/{id}", viewer, edit)
        .page(Method::POST, "/knowledge/faq/{id}", agent, change)
        .page(
            Method::POST,
            "/knowledge/faq/{id}/delete",
            agent,
            delete_entry,
        )
        .page(
            Method::POST,
            "/knowledge/documents",
            agent,
            take_in.layer(roomy),
        )
        .page(Method::GET, "/knowledge/documents/{id}", viewer, show)
        .page(
            Method::POST,
            "/knowledge/documents/{id}/delete",
            agent,
            delete_document,
        )
        .page(
            Method::POST,
            "/knowledge/documents/{id}/retry",
            agent,
            retry_document,
        )
        .with_state(state)
}

/// Everything that is known, and the search test.
#[derive(Template)]
#[template(path = "knowledge.html")]
struct Overview {
    shell: Shell,
    entries: Vec<Entry>,
    documents: Vec<Document>,
    query: String,
    hits: Vec<Hit>,
    /// Why a file was not taken in.
    errors: FieldErrors,
}

/// The editor of an FAQ entry.
#[derive(Template)]
#[template(path = "knowledge_entry.html")]
struct Editor {
    shell: Shell,
    id: Option<FaqId>,
    questions: String,
    answer: String,
    enabled: bool,
    errors: FieldErrors,
}

impl Editor {
    /// Where the entry is deleted.
    fn deletion(&self) -> Option<String> {
        let id = self.id?;
        Some(format!("/knowledge/faq/{id}/delete"))
    }
}

/// A document and its passages.
#[derive(Template)]
#[template(path = "knowledge_document.html")]
struct Shown {
    shell: Shell,
    document: Document,
    passages: Vec<Piece>,
}

#[derive(Default, Deserialize)]
#[serde(default)]
struct Asked {
    q: String,
    /// What was done on the page before.
    done: String,
}

async fn overview(
    State(state): State<Knowledge>,
    member: Member,
    headers: HeaderMap,
    Query(asked): Query<Asked>,
) -> Result<Html<Overview>, Problem> {
    let mut page = overview_of(&state, &member, &headers, asked.q).await?;
    let done = match asked.done.as_str() {
        "saved" => Some(page.shell.t("knowledge.done.saved")),
        "deleted" => Some(page.shell.t("knowledge.done.deleted")),
        _ => None,
    };
    page.shell.frame.flash = done.map(|done| Flash::ok(done.to_string()));
    Ok(Html(page))
}

async fn overview_of(
    state: &Knowledge,
    member: &Member,
    headers: &HeaderMap,
    query: String,
) -> Result<Overview, Problem> {
    let hits = if query.trim().is_empty() {
        Vec::new()
    } else {
        state.find(&member.scope, &query, None, SHOWN).await?
    };
    let mut tx = state.db.tenant(&member.scope).await?;
    Ok(Overview {
        shell: member_shell(member, "knowledge", headers),
        entries: faq::list(&mut tx).await?,
        documents: document::list(&mut tx).await?,
        query,
        hits,
        errors: FieldErrors::default(),
    })
}

async fn new_entry(member: Member, headers: HeaderMap) -> Html<Editor> {
    Html(Editor {
        shell: member_shell(&member, "knowledge", &headers),
        id: None,
        questions: String::new(),
        answer: String::new(),
        enabled: true,
        errors: FieldErrors::default(),
    })
}

async fn edit(
    State(state): State<Knowledge>,
    member: Member,
    headers: HeaderMap,
    Path(id): Path<FaqId>,
) -> Result<Html<Editor>, Problem> {
    let mut tx = state.db.tenant(&member.scope).await?;
    let entry = faq::load(&mut tx, id).await?;
    Ok(Html(Editor {
        shell: member_shell(&member, "knowledge", &headers),
        id: Some(id),
        questions: entry.questions.join("\n"),
        answer: entry.answer,
        enabled: entry.enabled,
        errors: FieldErrors::default(),
    }))
}

/// The fields of the editor.
#[derive(Clone, Deserialize)]
struct Fields {
    questions: String,
    answer: String,
    enabled: Option<String>,
}

impl Fields {
    fn draft(&self) -> Draft {
        Draft {
            questions: self.questions.lines().map(str::to_owned).collect(),
            answer: self.answer.clone(),
            language: None,
            enabled: self.enabled.is_some(),
        }
    }
}

async fn create(
    State(state): State<Knowledge>,
    member: Member,
    headers: HeaderMap,
    Form(fields): Form<Fields>,
) -> Result<Response, Problem> {
    let mut tx = state.db.tenant(&member.scope).await?;
    let written = faq::create(&mut tx, fields.draft(), state.clock.now()).await;
    if let Err(FaqError::Invalid(mistakes)) = written {
        return Ok(mistaken(&member, &headers, None, fields, &mistakes));
    }
    written?;
    tx.commit().await?;
    Ok(Redirect::to("/knowledge?done=saved").into_response())
}

async fn change(
    State(state): State<Knowledge>,
    member: Member,
    headers: HeaderMap,
    Path(id): Path<FaqId>,
    Form(fields): Form<Fields>,
) -> Result<Response, Problem> {
    let mut tx = state.db.tenant(&member.scope).await?;
    let written = faq::update(&mut tx, id, fields.draft(), state.clock.now()).await;
    if let Err(FaqError::Invalid(mistakes)) = written {
        return Ok(mistaken(&member, &headers, Some(id), fields, &mistakes));
    }
    written?;
    tx.commit().await?;
    Ok(Redirect::to("/knowledge?done=saved").into_response())
}

/// The editor again, with what was typed and what is wrong with it.
fn mistaken(
    member: &Member,
    headers: &HeaderMap,
    id: Option<FaqId>,
    fields: Fields,
    mistakes: &std::collections::BTreeMap<&'static str, &'static str>,
) -> Response {
    let shell = member_shell(member, "knowledge", headers);
    let mut errors = FieldErrors::default();
    for (field, key) in mistakes {
        errors.add(*field, shell.t(key));
    }
    let page = Editor {
        shell,
        id,
        questions: fields.questions,
        answer: fields.answer,
        enabled: fields.enabled.is_some(),
        errors,
    };
    (StatusCode::UNPROCESSABLE_ENTITY, Html(page)).into_response()
}

async fn delete_entry(
    State(state): State<Knowledge>,
    member: Member,
    Path(id): Path<FaqId>,
) -> Result<Redirect, Problem> {
    let mut tx = state.db.tenant(&member.scope).await?;
    faq::delete(&mut tx, id).await?;
    tx.commit().await?;
    Ok(Redirect::to("/knowledge?done=deleted"))
}

async fn take_in(
    State(state): State<Knowledge>,
    member: Member,
    headers: HeaderMap,
    body: Multipart,
) -> Result<Response, Problem> {
    let key = match taken_in(&state, &member, body).await {
        Ok(id) => return Ok(Redirect::to(&format!("/knowledge/documents/{id}")).into_response()),
        Err(Refused::InWords(key)) => key,
        Err(Refused::Problem(problem)) => return Err(problem),
    };
    let mut page = overview_of(&state, &member, &headers, String::new()).await?;
    page.errors.add("file", page.shell.t(key));
    Ok((StatusCode::UNPROCESSABLE_ENTITY, Html(page)).into_response())
}

/// Why a file was not taken in.
enum Refused {
    /// It is said at the field, by this key.
    InWords(&'static str),
    /// It is nothing that another file would mend.
    Problem(Problem),
}

async fn taken_in(state: &Knowledge, member: &Member, body: Multipart) -> Result<FileId, Refused> {
    let (name, content) = first_file(body).await.map_err(|problem| {
        if problem.status == StatusCode::PAYLOAD_TOO_LARGE {
            Refused::InWords("knowledge.refused.large")
        } else if problem.fields.contains_key("file") {
            Refused::InWords("knowledge.refused.none")
        } else {
            Refused::Problem(problem)
        }
    })?;
    if name.is_empty() {
        // What a browser sends when no file was chosen.
        return Err(Refused::InWords("knowledge.refused.none"));
    }
    let mut tx = state.db.tenant(&member.scope).await?;
    let document = upload(state, &mut tx, &name, content)
        .await
        .map_err(|error| match error {
            UploadError::TooLarge => Refused::InWords("knowledge.refused.large"),
            UploadError::UnknownKind => Refused::InWords("knowledge.refused.kind"),
            UploadError::Duplicate(_) => Refused::InWords("knowledge.refused.duplicate"),
            other => Refused::Problem(other.into()),
        })?;
    tx.commit().await?;
    Ok(document.id)
}

impl From<DbError> for Refused {
    fn from(error: DbError) -> Self {
        Self::Problem(error.into())
    }
}

async fn show(
    State(state): State<Knowledge>,
    member: Member,
    headers: HeaderMap,
    Path(id): Path<FileId>,
) -> Result<Html<Shown>, Problem> {
    let mut tx = state.db.tenant(&member.scope).await?;
    let (document, passages) = document::load(&mut tx, id).await?;
    let shell = member_shell(&member, "knowledge", &headers);
    Ok(Html(Shown {
        shell,
        document,
        passages,
    }))
}

async fn retry_document(
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
    Ok(Redirect::to(&format!("/knowledge/documents/{id}")))
}

async fn delete_document(
    State(state): State<Knowledge>,
    member: Member,
    Path(id): Path<FileId>,
) -> Result<Redirect, Problem> {
    remove(&state, &member, id).await?;
    Ok(Redirect::to("/knowledge?done=deleted"))
}
