//! The pages of web pages and sites.

use askama::Template;
use axum::extract::State;
use axum::http::{HeaderMap, Method, StatusCode};
use axum::response::{IntoResponse, Redirect, Response};
use kernel::{Role, SourceId};
use serde::Deserialize;
use web::ui::{FieldErrors, Shell, told};
use web::{Access, Form, Html, Member, Path, Problem, Query, Routes, member_shell};

use super::{Done, Tab};
use crate::Knowledge;
use crate::api::remove_source;
use crate::document::{Document, State as Progress};
use crate::sources::{
    self, Change, Every, Mention, Source, SourceError, USUAL_DEPTH, USUAL_PAGES, Wanted,
};

pub(super) fn routes() -> Routes<Knowledge> {
    let viewer = Access::Member(Role::Viewer);
    let agent = Access::Member(Role::Agent);
    let one = "/knowledge/web/{id}";
    let act = |name: &str| format!("{one}/{name}");
    Routes::new()
        .page(Method::GET, "/knowledge/web", viewer, overview)
        .page(Method::POST, "/knowledge/web", agent, create)
        .page(Method::GET, one, viewer, show)
        .page(Method::POST, one, agent, change)
        .page(Method::POST, &act("read"), agent, read_now)
        .page(Method::POST, &act("delete"), agent, delete)
}

fn address(id: SourceId) -> String {
    format!("/knowledge/web/{id}")
}

/// The web pages and sites.
#[derive(Template)]
#[template(path = "knowledge_web.html")]
struct Overview {
    shell: Shell,
    tab: Tab,
    sources: Vec<Source>,
    typed: Typed,
    errors: FieldErrors,
}

/// A web page or site with its documents.
#[derive(Template)]
#[template(path = "knowledge_source.html")]
struct Shown {
    shell: Shell,
    source: Source,
    documents: Vec<Document>,
    typed: Typed,
    errors: FieldErrors,
}

impl Shown {
    async fn of(
        state: &Knowledge,
        member: &Member,
        headers: &HeaderMap,
        id: SourceId,
    ) -> Result<Self, Problem> {
        let mut tx = state.db.tenant(&member.scope).await?;
        let source = sources::load(&mut tx, id).await?;
        Ok(Self {
            shell: member_shell(member, "knowledge", headers),
            documents: sources::pages(&mut tx, id).await?,
            typed: Typed::of(&source),
            source,
            errors: FieldErrors::default(),
        })
    }

    fn reason(&self, page: &Mention) -> String {
        reason(&self.shell, page)
    }

    fn error(&self) -> Option<String> {
        error(&self.shell, &self.source)
    }
}

/// Why a page was left out, in the reader's language.
fn reason(shell: &Shell, page: &Mention) -> String {
    let words = page.obstacle.as_deref().and_then(sources::obstacle_words);
    let told = words.map(|key| {
        let about = page.about.as_deref().unwrap_or_default();
        shell.t(key).with("what", about).to_string()
    });
    told.or_else(|| page.reason.clone()).unwrap_or_default()
}

/// Why a source could not be read: what kept its first page from being taken, else what the reading
/// itself said.
fn error(shell: &Shell, source: &Source) -> Option<String> {
    let error = source.error.clone()?;
    let report = source.report.as_ref();
    let first = report.and_then(|report| report.left_out.first());
    Some(first.map_or(error, |page| reason(shell, page)))
}

/// What somebody typed into the form.
#[derive(Debug, Default, Deserialize)]
struct Typed {
    #[serde(default)]
    url: String,
    whole_site: Option<String>,
    #[serde(default)]
    most_pages: String,
    #[serde(default)]
    depth: String,
    #[serde(default)]
    every: Every,
}

impl Typed {
    fn of(source: &Source) -> Self {
        Self {
            url: source.url.clone(),
            whole_site: source.whole_site.then(|| "on".to_owned()),
            most_pages: source.most_pages.to_string(),
            depth: source.depth.to_string(),
            every: source.every,
        }
    }

    /// A number that was typed; one that is none is out of bounds.
    fn number(text: &str) -> i32 {
        text.trim().parse().unwrap_or(-1)
    }
}

/// The field that an error is about.
fn field(error: &SourceError) -> &'static str {
    match error {
        SourceError::Pages => "most_pages",
        SourceError::Depth => "depth",
        _ => "url",
    }
}

impl Overview {
    fn error(&self, source: &Source) -> Option<String> {
        error(&self.shell, source)
    }

    async fn of(
        state: &Knowledge,
        member: &Member,
        headers: &HeaderMap,
        typed: Typed,
    ) -> Result<Self, Problem> {
        let mut tx = state.db.tenant(&member.scope).await?;
        Ok(Self {
            shell: member_shell(member, "knowledge", headers),
            tab: Tab::Sources,
            sources: sources::list(&mut tx).await?,
            typed,
            errors: FieldErrors::default(),
        })
    }
}

async fn overview(
    State(state): State<Knowledge>,
    member: Member,
    headers: HeaderMap,
    Query(done): Query<Done>,
) -> Result<Html<Overview>, Problem> {
    let typed = Typed {
        whole_site: Some("on".to_owned()),
        most_pages: USUAL_PAGES.to_string(),
        depth: USUAL_DEPTH.to_string(),
        ..Typed::default()
    };
    let mut page = Overview::of(&state, &member, &headers, typed).await?;
    done.tell(&mut page.shell);
    Ok(Html(page))
}

async fn create(
    State(state): State<Knowledge>,
    member: Member,
    headers: HeaderMap,
    Form(typed): Form<Typed>,
) -> Result<Response, Problem> {
    let wanted = Wanted {
        url: typed.url.clone(),
        whole_site: typed.whole_site.is_some(),
        most_pages: Some(Typed::number(&typed.most_pages)),
        depth: Some(Typed::number(&typed.depth)),
        every: typed.every,
    };
    let mut tx = state.db.tenant(&member.scope).await?;
    let error = match sources::create(&mut tx, &wanted, state.clock.now()).await {
        Ok(source) => {
            tx.commit().await?;
            return Ok(Redirect::to(&address(source.id)).into_response());
        }
        Err(SourceError::Db(error)) => return Err(error.into()),
        Err(error) => error,
    };
    drop(tx);
    let mut page = Overview::of(&state, &member, &headers, typed).await?;
    page.errors.add(field(&error), page.shell.t(error.key()));
    Ok((StatusCode::UNPROCESSABLE_ENTITY, Html(page)).into_response())
}

async fn show(
    State(state): State<Knowledge>,
    member: Member,
    headers: HeaderMap,
    Path(id): Path<SourceId>,
) -> Result<Html<Shown>, Problem> {
    Ok(Html(Shown::of(&state, &member, &headers, id).await?))
}

async fn change(
    State(state): State<Knowledge>,
    member: Member,
    headers: HeaderMap,
    Path(id): Path<SourceId>,
    Form(typed): Form<Typed>,
) -> Result<Response, Problem> {
    let change = Change {
        every: Some(typed.every),
        whole_site: Some(typed.whole_site.is_some()),
        most_pages: Some(Typed::number(&typed.most_pages)),
        depth: Some(Typed::number(&typed.depth)),
    };
    let mut tx = state.db.tenant(&member.scope).await?;
    let error = match sources::change(&mut tx, id, &change, state.clock.now()).await {
        Ok(_) => {
            tx.commit().await?;
            return Ok(told("knowledge.source.saved", &address(id)));
        }
        Err(error @ (SourceError::Pages | SourceError::Depth)) => error,
        Err(error) => return Err(error.into()),
    };
    drop(tx);
    let mut page = Shown::of(&state, &member, &headers, id).await?;
    page.typed = typed;
    page.errors.add(field(&error), page.shell.t(error.key()));
    Ok((StatusCode::UNPROCESSABLE_ENTITY, Html(page)).into_response())
}

async fn read_now(
    State(state): State<Knowledge>,
    member: Member,
    Path(id): Path<SourceId>,
) -> Result<Redirect, Problem> {
    let mut tx = state.db.tenant(&member.scope).await?;
    match sources::read_now(&mut tx, id, state.clock.now()).await {
        // Pressed twice: it is on its way already.
        Ok(_) | Err(SourceError::Busy) => tx.commit().await?,
        Err(error) => return Err(error.into()),
    }
    Ok(Redirect::to(&address(id)))
}

async fn delete(
    State(state): State<Knowledge>,
    member: Member,
    Path(id): Path<SourceId>,
) -> Result<Redirect, Problem> {
    remove_source(&state, &member, id).await?;
    Ok(Redirect::to("/knowledge/web?done=deleted"))
}
