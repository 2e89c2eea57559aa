//! The decisions: the list with its filters, one decision, and why one answer was given.

mod filters;
mod one;

use askama::Template;
use axum::extract::State;
use axum::http::{HeaderMap, Method};
use axum::response::{IntoResponse, Response};
use kernel::{ConversationId, Limit, Role};
use serde::Deserialize;
use web::i18n::Message;
use web::ui::{Frame, Shell};
use web::{Access, Html, Member, Problem, Query, Routes, member_shell};

use crate::Agent;
use crate::api::decisions::DecisionQuery;
use crate::decision::mark::Mark;
use crate::decision::{self, Decision, Filter};
use crate::why::{self, Line};
use filters::Filters;

pub(crate) fn routes() -> Routes<Agent> {
    let (viewer, agent) = (Access::Member(Role::Viewer), Access::Member(Role::Agent));
    Routes::new()
        .page(Method::GET, "/decisions", viewer, list)
        .page(Method::GET, "/decisions/panel", viewer, panel)
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

#[derive(Template)]
#[template(path = "why_panel.html")]
struct Panel {
    shell: Frame,
    conversation: ConversationId,
    /// The newest decision.
    decision: Option<Decision>,
    lines: Vec<Line>,
}

/// Which conversation's panel is wanted.
#[derive(Deserialize)]
struct PanelQuery {
    conversation: ConversationId,
}

/// Why the newest message of a conversation was answered, or not: a fragment.
async fn panel(
    State(agent): State<Agent>,
    member: Member,
    headers: HeaderMap,
    Query(query): Query<PanelQuery>,
) -> Result<Response, Problem> {
    let shell = member.caller.frame(&headers);
    let filter = Filter {
        conversation: Some(query.conversation),
        ..Filter::default()
    };
    let mut tx = agent.db.tenant(&member.scope).await?;
    let page = decision::list(&mut tx, &filter, None, Limit::new(1)).await?;
    let decision = page.items.into_iter().next();
    let lines = decision.as_ref().map(|d| why::lines(d, shell.locale));
    let panel = Panel {
        shell,
        conversation: query.conversation,
        lines: lines.unwrap_or_default(),
        decision,
    };
    Ok(Html(panel).into_response())
}
