//! Writes to the outside world: a row first, one attempt at a time, then the outcome.
//!
//! `pending → in_flight → confirmed | failed | unknown | cancelled`; an unknown one is asked for
//! and becomes confirmed, pending again (it provably did not happen) or rests for a person.

mod comments;
mod create;
mod find_out;
mod handle;
mod judge;
mod recognise;
mod request;
mod resolve;
mod retry;
mod send;
mod settle;
pub(crate) mod store;

use chrono::{DateTime, Utc};
use db::{DbResult, TenantTx};
use futures::future::BoxFuture;
use kernel::{AccountId, ConversationId, EffectId, MessageId};
use serde::{Deserialize, Serialize};

pub use comments::GONE as COMMENT_GONE;
pub use create::{cancel_pending, create};
pub use recognise::{
    confirm_by_callback, conversation_of_callback, is_ours, match_comment_reply, match_echo,
};
pub use request::{
    Body, HideComment, Recipient, RecipientKind, ReplyComment, Request, SendRequest,
};
pub use resolve::{ResolveError, do_not_send, mark_sent, send_again};
pub use retry::RetryError;
pub(crate) use store::knows_message;
pub use store::{Wanted, forget, forget_comments, list, load};

/// What kind of write it is.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize, utoipa::ToSchema)]
#[serde(rename_all = "snake_case")]
pub enum EffectKind {
    /// A message to a customer.
    SendMessage,
    /// A public reply to a comment.
    ReplyComment,
    /// Hiding a comment, or showing it again.
    HideComment,
}

impl EffectKind {
    /// Every kind.
    pub const ALL: [Self; 3] = [Self::SendMessage, Self::ReplyComment, Self::HideComment];

    /// The name in the database.
    pub const fn as_str(self) -> &'static str {
        match self {
            Self::SendMessage => "send_message",
            Self::ReplyComment => "reply_comment",
            Self::HideComment => "hide_comment",
        }
    }

    pub(crate) fn parse(text: &str) -> Option<Self> {
        Self::ALL.into_iter().find(|kind| kind.as_str() == text)
    }
}

/// How far an effect is.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize, utoipa::ToSchema)]
#[serde(rename_all = "snake_case")]
pub enum EffectState {
    /// Waits to be sent.
    Pending,
    /// A worker has it.
    InFlight,
    /// It happened.
    Confirmed,
    /// It did not happen and will not.
    Failed,
    /// It may have happened.
    Unknown,
    /// It was withdrawn before it was sent.
    Cancelled,
}

impl EffectState {
    /// Every state.
    pub const ALL: [Self; 6] = [
        Self::Pending,
        Self::InFlight,
        Self::Confirmed,
        Self::Failed,
        Self::Unknown,
        Self::Cancelled,
    ];

    /// The name in the database and the API.
    pub const fn as_str(self) -> &'static str {
        match self {
            Self::Pending => "pending",
            Self::InFlight => "in_flight",
            Self::Confirmed => "confirmed",
            Self::Failed => "failed",
            Self::Unknown => "unknown",
            Self::Cancelled => "cancelled",
        }
    }

    pub(crate) fn parse(text: &str) -> Option<Self> {
        Self::ALL.into_iter().find(|state| state.as_str() == text)
    }
}

/// An effect that is to come into being.
#[derive(Clone, Debug)]
pub struct NewEffect {
    /// Its kind.
    pub kind: EffectKind,
    /// What it acts on; one effect of a kind for a subject, ever. The message's id, or with
    /// [`subject_of`] the comment's id and the number of the turn.
    pub subject: String,
    /// The account it is sent from.
    pub account: AccountId,
    /// Effects of one lane are sent one after the other: the conversation's id, or that of the post
    /// or the comment. One in doubt holds up the rest of its lane, so a busy post is better served
    /// by lanes of its comments.
    pub lane: String,
    /// The conversation of a message.
    pub conversation: Option<ConversationId>,
    /// The message.
    pub message: Option<MessageId>,
    /// The epoch it was written for; none when a person wrote it. A person's writes go on when
    /// little of the account's allowance is left.
    pub epoch: Option<i64>,
    /// What is asked of the platform.
    pub request: Request,
}

/// A write to the outside world.
#[derive(Clone, Debug)]
pub struct Effect {
    /// Its id.
    pub id: EffectId,
    /// Its kind.
    pub kind: EffectKind,
    /// What it acts on.
    pub subject: String,
    /// The account it is sent from.
    pub account: AccountId,
    /// Its lane.
    pub lane: String,
    /// The conversation.
    pub conversation: Option<ConversationId>,
    /// The message.
    pub message: Option<MessageId>,
    /// The epoch it was written for; none when a person wrote it.
    pub epoch: Option<i64>,
    /// What is asked of the platform.
    pub request: Request,
    /// How far it is.
    pub state: EffectState,
    /// When it is looked at next.
    pub due_at: DateTime<Utc>,
    /// How often it was tried.
    pub attempts: i32,
    /// When a worker took it last.
    pub leased_at: Option<DateTime<Utc>>,
    /// When the last attempt may have reached the platform.
    pub attempted_at: Option<DateTime<Utc>>,
    /// How often an unknown outcome was asked for.
    pub checks: i32,
    /// Whether only a person can settle it.
    pub resting: bool,
    /// The platform's id.
    pub provider_id: Option<String>,
    /// The class of the last error.
    pub error_class: Option<String>,
    /// The last error, for people.
    pub error: Option<String>,
    /// Since when it exists.
    pub created_at: DateTime<Utc>,
    /// When it was settled.
    pub finished_at: Option<DateTime<Utc>>,
}

impl Effect {
    /// The id of what it acts on, whatever turn it is: the reverse of [`subject_of`].
    pub fn about(&self) -> &str {
        self.subject
            .split_once('/')
            .map_or(self.subject.as_str(), |(id, _)| id)
    }
}

/// The subject of a write that can come again for the same thing: hiding a comment, showing it,
/// hiding it once more; a second reply. The caller counts the turns of each kind in the row of the
/// thing itself (hold the row, add one, create the effect), so that the same wish stored twice is
/// one effect and the next wish another. [`Effect::about`] finds the id again.
pub fn subject_of(id: impl std::fmt::Display, turn: i64) -> String {
    format!("{id}/{turn}")
}

/// What the rules of the features say to an effect that is about to be sent.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Verdict {
    /// Send it.
    Send,
    /// Never send it.
    Cancel {
        /// Why, as a stable key.
        reason: &'static str,
    },
    /// Ask again later.
    Later {
        /// When.
        at: DateTime<Utc>,
    },
}

/// The question asked in the transaction that begins an attempt; the application injects it.
pub type Guard =
    for<'a> fn(&'a mut TenantTx, &'a Effect, DateTime<Utc>) -> BoxFuture<'a, DbResult<Verdict>>;

/// Holds what an effect belongs to (its conversation, its comment) until the transaction ends, before
/// the effect itself is touched; the application injects it.
pub type Hold = for<'a> fn(&'a mut TenantTx, &'a Effect) -> BoxFuture<'a, DbResult<()>>;
