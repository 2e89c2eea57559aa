//! Knowledge gaps: the list, and one of them with its draft and its preview.

mod language;
mod one;

use askama::Template;
use axum::extract::State;
use axum::http::{HeaderMap, Method};
use axum::response::Response;
use kernel::{Cursor, GapId, Limit, Role};
use knowledge::Tab;
use serde::Deserialize;
use web::ui::{Flash, Shell, TimeTag, told};
use web::{Access, Html, Member, Problem, Query, Routes, member_shell};

use crate::Agent;
use crate::gaps::{self, Gap, GapState, Refreshed, refresh};

pub(crate) fn routes() -> Routes<Agent> {
    let (viewer, agent) = (Access::Member(Role::Viewer), Access::Member(Role::Agent));
    Routes::new()
        .page(Method::GET, "/knowledge/gaps", viewer, list)
        .page(Method::POST, "/knowledge/gaps/refresh", agent, look)
        .page(Method::GET, "/knowledge/gaps/{id}", viewer, one::show)
        .page(
            Method::POST,
            "/knowledge/gaps/{id}/preview",
            agent,
            one::preview,
        )
        .page(
            Method::POST,
            "/knowledge/gaps/{id}/write",
            agent,
            one::write,
        )
        .page(
            Method::POST,
            "/knowledge/gaps/{id}/answer",
            agent,
            one::answer,
        )
        .page(
            Method::POST,
            "/knowledge/gaps/{id}/dismiss",
            agent,
            one::dismiss,
        )
        .page(
            Method::POST,
            "/knowledge/gaps/{id}/restore",
            agent,
            one::restore,
        )
}

/// The gaps.
#[derive(Template)]
#[template(path = "gaps.html")]
struct GapsPage {
    shell: Shell,
    tab: Tab,
    state: GapState,
    rows: Vec<Gap>,
    refreshed: Refreshed,
    next: Option<String>,
}

impl GapsPage {
    fn address(state: GapState) -> String {
        match state {
            GapState::Open => "/knowledge/gaps".to_owned(),
            other => format!("/knowledge/gaps?state={}", other.as_str()),
        }
    }

    /// When gaps were looked for last.
    fn looked_at(&self) -> Option<TimeTag> {
        let at = self.refreshed.refreshed_at?;
        Some(self.shell.ago(at))
    }

    /// The languages of a gap.
    fn spoken(&self, gap: &Gap) -> String {
        language::names(&self.shell, &gap.languages)
    }

    fn own_address(&self) -> String {
        Self::address(self.state)
    }

    fn shows(&self, state: GapState) -> bool {
        self.state == state
    }

    const fn state_key(state: GapState) -> &'static str {
        match state {
            GapState::Open => "gaps.state.open",
            GapState::Answered => "gaps.state.answered",
            GapState::Dismissed => "gaps.state.dismissed",
        }
    }

    const fn tone(gap: &Gap) -> &'static str {
        match gap.state {
            GapState::Open => "warn",
            GapState::Answered => "ok",
            GapState::Dismissed => "neutral",
        }
    }

    const fn empty_title(&self) -> &'static str {
        match self.state {
            GapState::Open => "gaps.empty_title",
            GapState::Answered => "gaps.empty_answered_title",
            GapState::Dismissed => "gaps.empty_dismissed_title",
        }
    }

    const fn empty_text(&self) -> &'static str {
        match self.state {
            GapState::Open => "gaps.empty_text",
            GapState::Answered => "gaps.empty_answered_text",
            GapState::Dismissed => "gaps.empty_dismissed_text",
        }
    }
}

#[derive(Deserialize)]
struct Wanted {
    state: Option<GapState>,
    cursor: Option<Cursor>,
    /// The gap that was put away just now.
    dismissed: Option<GapId>,
}

async fn list(
    State(agent): State<Agent>,
    member: Member,
    headers: HeaderMap,
    Query(wanted): Query<Wanted>,
) -> Result<Html<GapsPage>, Problem> {
    let mut shell = member_shell(&member, "knowledge", &headers);
    if let Some(id) = wanted.dismissed {
        let text = shell.t("gaps.done.dismissed").to_string();
        let undo = format!("/knowledge/gaps/{id}/restore");
        shell.frame.flash = Some(Flash::ok(text).with_undo(undo));
    }
    let state = wanted.state.unwrap_or(GapState::Open);
    let after = wanted.cursor.as_ref().map(Cursor::key).transpose()?;
    let mut tx = agent.db.tenant(&member.scope).await?;
    let page = gaps::list(&mut tx, Some(state), after, Limit::default()).await?;
    let refreshed = gaps::refreshed(&mut tx).await?;
    let next = page.next_cursor.map(|cursor| {
        let (name, cursor) = (state.as_str(), cursor.as_str());
        format!("/knowledge/gaps?state={name}&cursor={cursor}")
    });
    Ok(Html(GapsPage {
        shell,
        tab: Tab::Gaps,
        state,
        rows: page.items,
        refreshed,
        next,
    }))
}

async fn look(State(agent): State<Agent>, member: Member) -> Result<Response, Problem> {
    let mut tx = agent.db.tenant(&member.scope).await?;
    refresh::look_again(&mut tx, agent.clock.now()).await?;
    tx.commit().await?;
    Ok(told("gaps.done.looking", "/knowledge/gaps"))
}
