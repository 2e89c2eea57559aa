//! Why the newest message of a conversation was answered, or not, beside its thread.

use std::fmt::Display;

use askama::Template;
use axum::extract::State;
use axum::http::HeaderMap;
use axum::response::{IntoResponse, Response};
use db::{DbResult, TenantTx};
use futures::FutureExt as _;
use futures::future::BoxFuture;
use kernel::{ConversationId, Limit};
use serde::Deserialize;
use web::ui::Frame;
use web::{Html, Member, Problem, Query};

use crate::Agent;
use crate::decision::{self, Decision, Filter};
use crate::why::{self, Line};

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
pub(super) struct Wanted {
    conversation: ConversationId,
}

/// The panel alone, when something was decided.
pub(super) async fn fresh(
    State(agent): State<Agent>,
    member: Member,
    headers: HeaderMap,
    Query(wanted): Query<Wanted>,
) -> Result<Response, Problem> {
    let mut tx = agent.db.tenant(&member.scope).await?;
    let shell = member.caller.frame(&headers);
    let panel = Panel::load(&mut tx, &shell, wanted.conversation).await?;
    Ok(Html(panel).into_response())
}

/// The panel as a part of the inbox.
pub(crate) fn of<'a>(
    tx: &'a mut TenantTx,
    shell: &'a Frame,
    conversation: ConversationId,
) -> BoxFuture<'a, DbResult<Box<dyn Display + Send + Sync>>> {
    async move {
        let panel: Box<dyn Display + Send + Sync> =
            Box::new(Panel::load(tx, shell, conversation).await?);
        Ok(panel)
    }
    .boxed()
}

impl Panel {
    async fn load(
        tx: &mut TenantTx,
        shell: &Frame,
        conversation: ConversationId,
    ) -> DbResult<Self> {
        let filter = Filter {
            conversation: Some(conversation),
            ..Filter::default()
        };
        let page = decision::list(tx, &filter, None, Limit::new(1)).await?;
        let decision = page.items.into_iter().next();
        let lines = decision.as_ref().map(|d| why::lines(d, shell.locale));
        Ok(Self {
            shell: shell.clone(),
            conversation,
            lines: lines.unwrap_or_default(),
            decision,
        })
    }
}
