//! A conversation that was given to a person.

use chrono::{DateTime, Utc};
use db::{DbResult, TenantTx};
use futures::future::BoxFuture;
use inbox::conversation::Owner;
use inbox::events::{ConversationErased, ConversationResolved, HumanReplied, OwnerChanged};
use kernel::{ConversationId, EscalationId, Limit, Page, RunId, UserId};
use serde::{Deserialize, Serialize};

use crate::store;

/// Whether a person still has to look.
#[derive(
    Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize, sqlx::Type, utoipa::ToSchema,
)]
#[serde(rename_all = "snake_case")]
#[sqlx(type_name = "text", rename_all = "snake_case")]
pub enum EscalationState {
    /// A person has it.
    Open,
    /// It was handed back or resolved.
    Closed,
}

impl EscalationState {
    /// The name in the database.
    pub const fn as_str(self) -> &'static str {
        match self {
            Self::Open => "open",
            Self::Closed => "closed",
        }
    }
}

/// An escalation.
#[derive(Clone, Debug, PartialEq, Serialize, utoipa::ToSchema)]
pub struct Escalation {
    /// Its id.
    pub id: EscalationId,
    /// The conversation.
    pub conversation_id: ConversationId,
    /// The run that asked for a person.
    pub run_id: Option<RunId>,
    /// `request` when the customer asked, `rule` when a setting says so, `unsure` when the agent
    /// did not know, `failure` when something broke.
    pub category: String,
    /// Why, as a stable key.
    pub reason: String,
    /// Whether it is open.
    pub state: EscalationState,
    /// Since when.
    pub created_at: DateTime<Utc>,
    /// Until when.
    pub closed_at: Option<DateTime<Utc>>,
    /// Who closed it.
    pub closed_by: Option<UserId>,
}

/// The category of a reason.
pub(crate) fn category(reason: &str) -> &'static str {
    match reason {
        "customer_asked_for_human" => "request",
        "blocked_keyword" | "blocked_phrase" | "no_text" | "offensive_message"
        | "person_in_danger" => "rule",
        "model_unavailable" | "limit_reached" => "failure",
        _ => "unsure",
    }
}

/// Escalations, the newest first.
pub async fn list(
    tx: &mut TenantTx,
    state: Option<EscalationState>,
    after: Option<(DateTime<Utc>, EscalationId)>,
    limit: Limit,
) -> DbResult<Page<Escalation>> {
    let rows = store::escalations::list(tx, state, after, limit).await?;
    Ok(Page::from_probe(rows, limit, |e| (e.created_at, e.id)))
}

/// Reaction: handing a conversation back to the AI closes its escalation.
pub fn close_handed_back<'a>(
    tx: &'a mut TenantTx,
    event: &'a OwnerChanged,
) -> BoxFuture<'a, DbResult<()>> {
    Box::pin(async move {
        if event.owner == Owner::Ai {
            close(tx, event.conversation, event.at).await?;
        }
        Ok(())
    })
}

/// Reaction: a resolved conversation has no open escalation.
pub fn close_resolved<'a>(
    tx: &'a mut TenantTx,
    event: &'a ConversationResolved,
) -> BoxFuture<'a, DbResult<()>> {
    Box::pin(close(tx, event.conversation, event.at))
}

/// Reaction: a person answered, so that the others need not look any more.
pub fn seen_to<'a>(tx: &'a mut TenantTx, event: &'a HumanReplied) -> BoxFuture<'a, DbResult<()>> {
    Box::pin(async move {
        accounts::notifications::settle(tx, &event.conversation.to_string(), event.at).await
    })
}

/// Reaction: what was told of an erased conversation names a person who is to be forgotten.
pub fn forget<'a>(
    tx: &'a mut TenantTx,
    event: &'a ConversationErased,
) -> BoxFuture<'a, DbResult<()>> {
    Box::pin(
        async move { accounts::notifications::forget(tx, &event.conversation.to_string()).await },
    )
}

async fn close(tx: &mut TenantTx, conversation: ConversationId, at: DateTime<Utc>) -> DbResult<()> {
    let by = tx.scope().actor().user();
    store::escalations::close(tx, conversation, by, at).await?;
    accounts::notifications::settle(tx, &conversation.to_string(), at).await
}
