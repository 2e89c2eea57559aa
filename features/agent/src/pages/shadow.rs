//! What the agent would have said, beside what people answered.

use askama::Template;
use axum::extract::State;
use axum::http::HeaderMap;
use axum::response::{IntoResponse, Response};
use web::i18n::Message;
use web::ui::Shell;
use web::{Html, ListQuery, Member, Problem, Query, member_shell};

use crate::shadow::{self, Draft, Summary, Would};
use crate::{Agent, why};

#[derive(Template)]
#[template(path = "shadow.html")]
struct ShadowPage {
    shell: Shell,
    rows: Vec<Draft>,
    summary: Summary,
    next: Option<String>,
}

impl ShadowPage {
    fn would(draft: &Draft) -> &'static str {
        match draft.would {
            Would::Send => "agent.shadow.send",
            Would::Suggest => "agent.shadow.suggest",
            Would::Escalate => "agent.shadow.escalate",
        }
    }

    fn tone(draft: &Draft) -> &'static str {
        match draft.would {
            Would::Send => "ai",
            Would::Suggest => "info",
            Would::Escalate => "warn",
        }
    }

    fn reason(&self, draft: &Draft) -> String {
        Message::new(self.shell.locale, why::reason_key(&draft.reason)).to_string()
    }

    /// A share of 1 in percent.
    fn percent(share: f64) -> String {
        format!("{:.0} %", share * 100.0)
    }

    fn likeness(&self) -> String {
        let likeness = self.summary.likeness;
        likeness.map_or_else(|| "–".to_owned(), Self::percent)
    }
}

/// The drafts, the newest first.
pub(crate) async fn list(
    State(agent): State<Agent>,
    member: Member,
    headers: HeaderMap,
    Query(query): Query<ListQuery>,
) -> Result<Response, Problem> {
    let mut tx = agent.db.tenant(&member.scope).await?;
    let summary = shadow::summary(&mut tx).await?;
    let page = shadow::list(&mut tx, query.after()?, query.limit()).await?;
    let next = page.next_cursor;
    Ok(Html(ShadowPage {
        shell: member_shell(&member, "agent", &headers),
        rows: page.items,
        summary,
        next: next.map(|cursor| format!("/agent/shadow?cursor={}", cursor.as_str())),
    })
    .into_response())
}
