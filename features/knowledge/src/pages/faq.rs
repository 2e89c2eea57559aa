//! The pages of FAQ entries.

use askama::Template;
use axum::extract::{Multipart, State};
use axum::http::{HeaderMap, Method, StatusCode};
use axum::response::{IntoResponse, Redirect, Response};
use chrono::{DateTime, Utc};
use db::TenantTx;
use kernel::{FaqId, Role};
use serde::Deserialize;
use web::ui::{FieldErrors, Shell};
use web::{Access, Form, Html, Member, Path, Problem, Query, Routes, member_shell};

use super::{Done, Refused, Tab, chosen_file};
use crate::Knowledge;
use crate::faq::sheet::{self, Import, SheetError};
use crate::faq::{self, Draft, Entry, FaqError};

pub(super) fn routes() -> Routes<Knowledge> {
    let viewer = Access::Member(Role::Viewer);
    let agent = Access::Member(Role::Agent);
    Routes::new()
        .page(Method::GET, "/knowledge", viewer, overview)
        .page(Method::GET, "/knowledge/faq/new", agent, new_entry)
        .page(Method::POST, "/knowledge/faq", agent, create)
        .page(Method::POST, "/knowledge/faq/import", agent, import)
        .page(Method::GET, "/knowledge/faq/{id}", viewer, edit)
        .page(Method::POST, "/knowledge/faq/{id}", agent, change)
        .page(
            Method::POST,
            "/knowledge/faq/{id}/delete",
            agent,
            delete_entry,
        )
}

/// The entries.
#[derive(Template)]
#[template(path = "knowledge.html")]
struct Overview {
    shell: Shell,
    tab: Tab,
    entries: Vec<Entry>,
    /// What came of a file that was just taken in.
    import: Option<Import>,
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

async fn overview(
    State(state): State<Knowledge>,
    member: Member,
    headers: HeaderMap,
    Query(done): Query<Done>,
) -> Result<Html<Overview>, Problem> {
    let mut shell = member_shell(&member, "knowledge", &headers);
    done.tell(&mut shell);
    let mut tx = state.db.tenant(&member.scope).await?;
    Ok(Html(Overview {
        shell,
        tab: Tab::Faq,
        entries: faq::list(&mut tx).await?,
        import: None,
        errors: FieldErrors::default(),
    }))
}

/// Takes in a CSV file and tells what came of it.
async fn import(
    State(state): State<Knowledge>,
    member: Member,
    headers: HeaderMap,
    body: Multipart,
) -> Result<Response, Problem> {
    let shell = member_shell(&member, "knowledge", &headers);
    let mut errors = FieldErrors::default();
    let mut tx = state.db.tenant(&member.scope).await?;
    let import = match taken_in(&mut tx, body, state.clock.now()).await {
        Ok(import) => Some(import),
        Err(Refused::Problem(problem)) => return Err(problem),
        Err(Refused::InWords(key, _)) => {
            errors.add("file", shell.t(key));
            None
        }
    };
    let entries = faq::list(&mut tx).await?;
    tx.commit().await?;
    let status = if import.is_some() {
        StatusCode::OK
    } else {
        StatusCode::UNPROCESSABLE_ENTITY
    };
    let page = Overview {
        shell,
        tab: Tab::Faq,
        entries,
        import,
        errors,
    };
    Ok((status, Html(page)).into_response())
}

async fn taken_in(
    tx: &mut TenantTx,
    body: Multipart,
    now: DateTime<Utc>,
) -> Result<Import, Refused> {
    let (_, content) = chosen_file(body).await?;
    sheet::import(tx, &content, now)
        .await
        .map_err(|error| match error {
            SheetError::Db(error) => Refused::Problem(error.into()),
            error => Refused::InWords(error.key(), String::new()),
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
#[derive(Clone, Debug, Deserialize)]
pub struct Fields {
    questions: String,
    answer: String,
    enabled: Option<String>,
}

impl Fields {
    /// What they say.
    pub fn draft(&self) -> Draft {
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
    again(member, headers, id, fields, errors)
}

/// The editor again, with what was typed and why nothing came of it.
pub fn again(
    member: &Member,
    headers: &HeaderMap,
    id: Option<FaqId>,
    fields: Fields,
    errors: FieldErrors,
) -> Response {
    let shell = member_shell(member, "knowledge", headers);
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
