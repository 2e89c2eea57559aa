//! A conversation: the thread with one contact on one account.

use chrono::{DateTime, Utc};
use db::{DbResult, TenantTx};
use kernel::{AccountId, ContactId, ConversationId, Platform, UserId};
use meta::WindowState;
use serde::{Deserialize, Serialize};

use crate::message::Direction;
use crate::store;

/// Whether somebody still owes something.
#[derive(
    Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize, sqlx::Type, utoipa::ToSchema,
)]
#[serde(rename_all = "snake_case")]
#[sqlx(type_name = "text", rename_all = "snake_case")]
pub enum Status {
    /// It goes on.
    Open,
    /// It is done, until the customer writes again.
    Resolved,
}

impl Status {
    /// The name in the database.
    pub const fn as_str(self) -> &'static str {
        match self {
            Self::Open => "open",
            Self::Resolved => "resolved",
        }
    }
}

/// Who answers.
#[derive(
    Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize, sqlx::Type, utoipa::ToSchema,
)]
#[serde(rename_all = "snake_case")]
#[sqlx(type_name = "text", rename_all = "snake_case")]
pub enum Owner {
    /// The agent.
    Ai,
    /// People; the agent is silent.
    Human,
}

impl Owner {
    /// The name in the database.
    pub const fn as_str(self) -> &'static str {
        match self {
            Self::Ai => "ai",
            Self::Human => "human",
        }
    }
}

/// What the list says about a conversation.
#[derive(
    Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize, sqlx::Type, utoipa::ToSchema,
)]
#[serde(rename_all = "snake_case")]
#[sqlx(type_name = "text", rename_all = "snake_case")]
pub enum Badge {
    /// The customer waits.
    Waiting,
    /// The agent answered.
    AiReplied,
    /// A person answered.
    Replied,
    /// A draft waits for approval.
    Suggested,
    /// The agent asked for a person.
    Escalated,
    /// Done.
    Resolved,
    /// An answer did not go out.
    Failed,
}

impl Badge {
    /// The name in the database.
    pub const fn as_str(self) -> &'static str {
        match self {
            Self::Waiting => "waiting",
            Self::AiReplied => "ai_replied",
            Self::Replied => "replied",
            Self::Suggested => "suggested",
            Self::Escalated => "escalated",
            Self::Resolved => "resolved",
            Self::Failed => "failed",
        }
    }
}

/// Why the epoch was raised: what made all drafts of before stale.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum EpochCause {
    /// The customer wrote.
    Inbound,
    /// A member answered.
    HumanReply,
    /// Somebody answered in the platform's own app.
    NativeReply,
    /// The owner, or the AI switch, changed.
    Owner,
    /// The conversation was resolved.
    Resolved,
    /// The customer changed or took back a message.
    Changed,
}

impl EpochCause {
    /// The name in the database.
    pub const fn as_str(self) -> &'static str {
        match self {
            Self::Inbound => "inbound",
            Self::HumanReply => "human_reply",
            Self::NativeReply => "native_reply",
            Self::Owner => "owner",
            Self::Resolved => "resolved",
            Self::Changed => "changed",
        }
    }
}

/// A conversation with the customer's name beside it.
#[derive(Clone, Debug, PartialEq, Serialize, utoipa::ToSchema)]
pub struct Conversation {
    /// Its id.
    pub id: ConversationId,
    /// The connected account.
    pub account_id: AccountId,
    /// The account's platform.
    #[serde(serialize_with = "platform_name")]
    #[schema(value_type = Platform)]
    pub platform: String,
    /// The customer.
    pub contact_id: ContactId,
    /// The customer's name, else the user name or number; may be empty.
    pub name: String,
    /// The customer's user name; may be empty.
    pub username: String,
    /// The customer's number; may be empty.
    pub phone: String,
    /// The customer's language, as far as it was found out.
    pub language: Option<String>,
    /// When the customer was first seen.
    pub first_seen_at: DateTime<Utc>,
    /// Open or resolved.
    pub status: Status,
    /// Who answers.
    pub owner: Owner,
    /// Why people answer: `take_over`, `native_reply`, or the reason of an escalation.
    pub owner_reason: Option<String>,
    /// The member who has it.
    pub assignee_id: Option<UserId>,
    /// Whether the agent may work here at all.
    pub ai_enabled: bool,
    /// Counts what makes drafts stale.
    pub epoch: i64,
    /// What raised the epoch last.
    pub epoch_cause: String,
    /// Another application holds the thread: shown, not answered.
    pub standby: bool,
    /// The customer's messages that nobody has read.
    pub unread_count: i32,
    /// What the list says.
    pub badge: Badge,
    /// When the customer wrote last.
    pub last_inbound_at: Option<DateTime<Utc>>,
    /// When anybody wrote last.
    pub last_message_at: DateTime<Utc>,
    /// The words of the last message in a line; empty when it has none.
    pub last_preview: String,
    /// What kind of thing the last message is: `text`, `image`, `removed`, ….
    pub last_kind: String,
    /// Which way the last message went.
    pub last_direction: Direction,
    /// When it was resolved.
    pub resolved_at: Option<DateTime<Utc>>,
}

fn platform_name<S: serde::Serializer>(name: &str, serializer: S) -> Result<S::Ok, S::Error> {
    serializer.serialize_str(name)
}

impl Conversation {
    /// The platform.
    pub fn platform(&self) -> Platform {
        self.platform.parse().unwrap_or(Platform::Instagram)
    }

    /// What may be sent now.
    pub fn window(&self, now: DateTime<Utc>) -> WindowState {
        meta::reply_window(self.platform(), self.last_inbound_at, now)
    }

    /// Whether the agent may answer, as far as the conversation itself says.
    pub fn answered_by_ai(&self) -> bool {
        self.owner == Owner::Ai && self.ai_enabled && !self.standby
    }

    /// The signal of its thread.
    pub fn signal(&self) -> String {
        signal(self.id)
    }
}

/// The signal that a thread changed.
pub(crate) fn signal(id: ConversationId) -> String {
    format!("thread-changed:{id}")
}

/// Tells the screens that show the list and this thread.
pub(crate) fn tell(tx: &mut TenantTx, id: ConversationId) {
    tx.signal("inbox-changed");
    tx.signal(signal(id));
}

/// The conversation, without holding it.
pub async fn load(tx: &mut TenantTx, id: ConversationId) -> DbResult<Option<Conversation>> {
    store::conversations::load(tx, id).await
}

/// Those of these conversations that there are, in any order, without holding them.
pub async fn load_all(tx: &mut TenantTx, ids: &[ConversationId]) -> DbResult<Vec<Conversation>> {
    store::conversations::load_all(tx, ids).await
}

/// The conversation, held until the end of the transaction. Hold conversations in the order of
/// their ids, and before anything of theirs.
pub async fn lock(tx: &mut TenantTx, id: ConversationId) -> DbResult<Option<Conversation>> {
    store::conversations::load_held(tx, id).await
}

/// Raises the epoch of a held conversation and gives the new one. An open draft is stale then.
pub(crate) async fn raise_epoch(
    tx: &mut TenantTx,
    id: ConversationId,
    cause: EpochCause,
    now: DateTime<Utc>,
) -> DbResult<i64> {
    store::suggestions::make_stale(tx, id, now).await?;
    store::conversations::raise_epoch(tx, id, cause).await
}
