//! Why one message of a customer was answered, or not.

mod filter;
pub mod mark;
pub mod replay;

use chrono::{DateTime, Utc};
use db::{DbResult, TenantTx};
use kernel::{AccountId, ConversationId, DecisionId, Limit, MessageId, Page, RunId};
use serde::{Deserialize, Serialize};

use crate::store;
pub use filter::{Filter, MarkFilter};
use mark::Marked;

/// What became of a message.
#[derive(
    Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize, sqlx::Type, utoipa::ToSchema,
)]
#[serde(rename_all = "snake_case")]
#[sqlx(type_name = "text", rename_all = "snake_case")]
pub enum Outcome {
    /// An answer was sent.
    Answered,
    /// A draft waits for a person.
    Suggested,
    /// A person was asked.
    Escalated,
    /// Nothing was said.
    Silent,
    /// A draft was kept to be compared with what a person answers.
    Shadowed,
    /// Something broke.
    Failed,
}

impl Outcome {
    /// All of them.
    pub const ALL: [Self; 6] = [
        Self::Answered,
        Self::Suggested,
        Self::Escalated,
        Self::Silent,
        Self::Shadowed,
        Self::Failed,
    ];

    /// The name in the database.
    pub const fn as_str(self) -> &'static str {
        match self {
            Self::Answered => "answered",
            Self::Suggested => "suggested",
            Self::Escalated => "escalated",
            Self::Silent => "silent",
            Self::Shadowed => "shadowed",
            Self::Failed => "failed",
        }
    }
}

/// A decision about one message.
#[derive(Clone, Debug, PartialEq, Serialize, utoipa::ToSchema)]
pub struct Decision {
    /// Its id.
    pub id: DecisionId,
    /// The customer's message.
    pub message_id: MessageId,
    /// The conversation.
    pub conversation_id: ConversationId,
    /// The run that decided.
    pub run_id: Option<RunId>,
    /// What became of the message.
    pub outcome: Outcome,
    /// Why, as a stable key.
    pub reason: String,
    /// Rules tried, passages with scores, tool calls, tokens, cost and versions.
    #[schema(value_type = Object)]
    pub explanation: serde_json::Value,
    /// How sure the agent was, 0 to 1.
    pub confidence: Option<f32>,
    /// The first message of the answer.
    pub reply_message_id: Option<MessageId>,
    /// When.
    pub created_at: DateTime<Utc>,
    /// What the customer wrote.
    pub message_text: String,
    /// The customer's name.
    pub contact_name: String,
    /// The channel.
    pub account_id: AccountId,
    /// What people think of it, once somebody said so.
    pub mark: Option<Marked>,
}

impl Decision {
    /// What was answered, or considered.
    pub fn answer(&self) -> Option<&str> {
        self.told("answer")
    }

    /// The language that was to be answered in.
    pub fn language(&self) -> Option<&str> {
        self.told("language")
    }

    fn told(&self, key: &str) -> Option<&str> {
        let text = self.explanation.get(key)?.as_str()?;
        Some(text).filter(|text| !text.is_empty())
    }
}

/// Decisions, the newest first.
pub async fn list(
    tx: &mut TenantTx,
    filter: &Filter,
    after: Option<(DateTime<Utc>, DecisionId)>,
    limit: Limit,
) -> DbResult<Page<Decision>> {
    let rows = store::decisions::list(tx, filter, after, limit).await?;
    Ok(Page::from_probe(rows, limit, |d| (d.created_at, d.id)))
}

/// One decision.
pub async fn load(tx: &mut TenantTx, id: DecisionId) -> DbResult<Option<Decision>> {
    store::decisions::load(tx, id).await
}
