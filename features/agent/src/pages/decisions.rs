//! The decisions: the list with its filters, one decision, and the panel beside a thread.

mod filters;
mod one;
pub(crate) mod panel;

use askama::Template;
use axum::extract::State;
use axum::http::{HeaderMap, Method};
use axum::response::{IntoResponse, Response};
use kernel::Role;
use web::i18n::Message;
use web::ui::Shell;
use web::{Access, Html, Member, Problem, Query, Routes, member_shell};

use crate::Agent;
use crate::api::decisions::DecisionQuery;
use crate::decision::mark::Mark;
use crate::decision::{self, Decision};
use crate::why;
use filters::Filters;

pub(crate) fn routes() -> Routes<Agent> {
    let (viewer, agent) = (Access::Member(Role::Viewer), Access::Member(Role::Agent));
    Routes::new()
        .page(Method::GET, "/decisions", viewer, list)
        .page(Method::GET, "/decisions/panel", viewer, panel::fresh)
        .page(Method::GET, "/decisions/{id}", viewer, one::show)
        .page(Method::POST, "/decisions/{id}/mark", agent, one::mark)
        .page(Method::POST, "/decisions/{id}/replay", agent, one::replay)
}

/// A decision in the list.
struct Row {
    decision: Decision,
    outcome: String,
    reason: String,
    tone: &'static str,
}

impl Row {
    fn is_right(&self) -> Option<bool> {
        let mark = self.decision.mark.as_ref()?;
        Some(mark.mark == Mark::Right)
    }
}

#[derive(Template)]
#[template(path = "decisions.html")]
struct DecisionsPage {
    shell: Shell,
    rows: Vec<Row>,
    filters: Filters,
    next: Option<String>,
}

/// The decisions, with filters.
async fn list(
    State(agent): State<Agent>,
    member: Member,
    headers: HeaderMap,
    Query(query): Query<DecisionQuery>,
) -> Result<Response, Problem> {
    let shell = member_shell(&member, "decisions", &headers);
    let mut tx = agent.db.tenant(&member.scope).await?;
    let page = decision::list(&mut tx, &query.filter(), query.after()?, query.limit()).await?;
    let filters = Filters::new(&mut tx, shell.locale, &query).await?;
    let say = |key| Message::new(shell.locale, key).to_string();
    let rows = page.items.into_iter().map(|decision| Row {
        outcome: say(why::outcome_key(decision.outcome)),
        reason: say(why::reason_key(&decision.reason)),
        tone: why::tone(decision.outcome),
        decision,
    });
    Ok(Html(DecisionsPage {
        rows: rows.collect(),
        next: page.next_cursor.map(|cursor| filters.page(&cursor)),
        filters,
        shell,
    })
    .into_response())
}
