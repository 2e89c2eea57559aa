//! The agent's pages: its settings, its decisions, and why one answer was given.

pub(crate) mod form;
mod labels;
pub(crate) mod versions;

use askama::Template;
use axum::extract::State;
use axum::http::HeaderMap;
use axum::response::{IntoResponse, Response};
use kernel::{ConversationId, Limit};
use serde::Deserialize;
use web::ui::{Frame, Shell};
use web::{Html, Member, Problem, Query, member_shell};

use crate::Agent;
use crate::api::DecisionQuery;
use crate::decision::{self, Decision, Filter, Outcome};
use crate::why::{self, Line};

/// A decision in the list.
struct Row {
    decision: Decision,
    outcome: String,
    reason: String,
    tone: &'static str,
}

/// An outcome to filter by.
struct Choice {
    name: &'static str,
    label: String,
    chosen: bool,
}

#[derive(Template)]
#[template(path = "decisions.html")]
struct DecisionsPage {
    shell: Shell,
    rows: Vec<Row>,
    choices: Vec<Choice>,
    unfiltered: bool,
    next: Option<String>,
}

/// The decisions, with a filter by outcome.
pub(crate) async fn decisions(
    State(agent): State<Agent>,
    member: Member,
    headers: HeaderMap,
    Query(query): Query<DecisionQuery>,
) -> Result<Response, Problem> {
    let shell = member_shell(&member, "decisions", &headers);
    let mut tx = agent.db.tenant(&member.scope).await?;
    let page = decision::list(&mut tx, &query.filter(), query.after()?, query.limit()).await?;
    let locale = shell.locale;
    let say = |key| web::i18n::Message::new(locale, key).to_string();
    let next = page.next_cursor.map(|cursor| {
        let filter = query
            .outcome
            .map_or_else(String::new, |o| format!("&outcome={}", o.as_str()));
        format!("/decisions?cursor={}{filter}", cursor.as_str())
    });
    let rows = page.items.into_iter().map(|decision| Row {
        outcome: say(why::outcome_key(decision.outcome)),
        reason: say(why::reason_key(&decision.reason)),
        tone: why::tone(decision.outcome),
        decision,
    });
    Ok(Html(DecisionsPage {
        rows: rows.collect(),
        choices: Outcome::ALL
            .into_iter()
            .map(|outcome| Choice {
                name: outcome.as_str(),
                label: say(why::outcome_key(outcome)),
                chosen: query.outcome == Some(outcome),
            })
            .collect(),
        unfiltered: query.outcome.is_none(),
        next,
        shell,
    })
    .into_response())
}

#[derive(Template)]
#[template(path = "why_panel.html")]
struct Panel {
    shell: Frame,
    conversation: ConversationId,
    lines: Vec<Line>,
}

/// Which conversation's panel is wanted.
#[derive(Deserialize)]
pub(crate) struct PanelQuery {
    conversation: ConversationId,
}

/// Why the newest message of a conversation was answered, or not: a fragment.
pub(crate) async fn panel(
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
    let newest = page.items.first();
    let lines = newest
        .map(|d| why::lines(d, shell.locale))
        .unwrap_or_default();
    let panel = Panel {
        shell,
        conversation: query.conversation,
        lines,
    };
    Ok(Html(panel).into_response())
}
