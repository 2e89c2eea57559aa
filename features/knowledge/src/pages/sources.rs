//! The pages of web pages and sites.

use askama::Template;
use axum::extract::State;
use axum::http::{HeaderMap, Method, StatusCode};
use axum::response::{IntoResponse, Redirect, Response};
use kernel::{Role, SourceId};
use serde::Deserialize;
use web::ui::{FieldErrors, Shell};
use web::{Access, Form, Html, Member, Path, Problem, Query, Routes, member_shell};

use super::{Done, Tab};
use crate::Knowledge;
use crate::api::remove_source;
use crate::document::{Document, State as Progress};
use crate::sources::{self, Every, Source, SourceError, USUAL_PAGES, Wanted};

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
    every: Every,
}

impl Overview {
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
        most_pages: Some(typed.most_pages.trim().parse().unwrap_or(0)),
        depth: None,
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
    let field = if matches!(error, SourceError::Pages) {
        "most_pages"
    } else {
        "url"
    };
    page.errors.add(field, page.shell.t(error.key()));
    Ok((StatusCode::UNPROCESSABLE_ENTITY, Html(page)).into_response())
}

async fn show(
    State(state): State<Knowledge>,
    member: Member,
    headers: HeaderMap,
    Path(id): Path<SourceId>,
) -> Result<Html<Shown>, Problem> {
    let mut tx = state.db.tenant(&member.scope).await?;
    Ok(Html(Shown {
        shell: member_shell(&member, "knowledge", &headers),
        source: sources::load(&mut tx, id).await?,
        documents: sources::pages(&mut tx, id).await?,
    }))
}

/// How often a source is read again.
#[derive(Debug, Deserialize)]
struct Schedule {
    every: Every,
}

async fn change(
    State(state): State<Knowledge>,
    member: Member,
    Path(id): Path<SourceId>,
    Form(schedule): Form<Schedule>,
) -> Result<Redirect, Problem> {
    let mut tx = state.db.tenant(&member.scope).await?;
    sources::set_every(&mut tx, id, schedule.every, state.clock.now()).await?;
    tx.commit().await?;
    Ok(Redirect::to(&address(id)))
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
