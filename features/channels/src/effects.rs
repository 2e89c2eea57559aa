//! Writes to the outside world: a row first, one attempt at a time, then the outcome.
//!
//! `pending → in_flight → confirmed | failed | unknown | cancelled`; an unknown one is asked for
//! and becomes confirmed, pending again (it provably did not happen) or rests for a person.

mod create;
mod find_out;
mod handle;
mod judge;
mod recognise;
mod resolve;
mod retry;
mod send;
mod settle;
pub(crate) mod store;

use chrono::{DateTime, Utc};
use db::{DbResult, TenantTx};
use futures::future::BoxFuture;
use kernel::{AccountId, ConversationId, EffectId, MediaId, MessageId, UserId};
use serde::{Deserialize, Serialize};

pub use create::{cancel_pending, create};
pub use recognise::{confirm_by_callback, conversation_of_callback, is_ours, match_echo};
pub use resolve::{ResolveError, do_not_send, mark_sent, send_again};
pub use retry::RetryError;
pub(crate) use store::knows_message;
pub use store::{Wanted, forget, list, load};

/// What kind of write it is.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize, utoipa::ToSchema)]
#[serde(rename_all = "snake_case")]
pub enum EffectKind {
    /// A message to a customer.
    SendMessage,
}

impl EffectKind {
    /// Every kind.
    pub const ALL: [Self; 1] = [Self::SendMessage];

    /// The name in the database.
    pub const fn as_str(self) -> &'static str {
        match self {
            Self::SendMessage => "send_message",
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

/// How the platform names the person it goes to.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize, utoipa::ToSchema)]
#[serde(rename_all = "snake_case")]
pub enum RecipientKind {
    /// Instagram-scoped id.
    Igsid,
    /// WhatsApp number.
    WaId,
    /// WhatsApp business-scoped user id.
    UserId,
}

/// To whom.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize, utoipa::ToSchema)]
pub struct Recipient {
    /// Which kind of id.
    pub kind: RecipientKind,
    /// The id.
    pub value: String,
}

/// What is sent.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize, utoipa::ToSchema)]
#[serde(tag = "kind", rename_all = "snake_case")]
pub enum Body {
    /// Text, within the platform's length.
    Text {
        /// The text.
        text: String,
    },
    /// A picture at an address that the platform can fetch.
    Image {
        /// The address.
        url: String,
        /// WhatsApp: the words under it. Instagram has none.
        caption: Option<String>,
    },
    /// A picture that is kept here: WhatsApp is handed it, Instagram a link that ends.
    Upload {
        /// The file.
        file: MediaId,
        /// What it is.
        media_type: String,
        /// WhatsApp: the words under it. Instagram has none.
        caption: Option<String>,
    },
}

/// A message to send.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize, utoipa::ToSchema)]
pub struct SendRequest {
    /// To whom.
    pub to: Recipient,
    /// What.
    pub body: Body,
    /// Instagram, 24 hours to 7 days after the customer's last message: the member who wrote it.
    /// The platform allows this to people only (`HUMAN_AGENT`), so the AI has nothing to put here.
    #[serde(default)]
    pub human_agent: Option<UserId>,
}

/// An effect that is to come into being.
#[derive(Clone, Debug)]
pub struct NewEffect {
    /// Its kind.
    pub kind: EffectKind,
    /// What it acts on (the message id); one effect of a kind for a subject, ever.
    pub subject: String,
    /// The account it is sent from.
    pub account: AccountId,
    /// Effects of one lane are sent one after the other: the conversation id.
    pub lane: String,
    /// The conversation.
    pub conversation: Option<ConversationId>,
    /// The message.
    pub message: Option<MessageId>,
    /// The conversation's epoch it was written for; none when a person wrote it.
    pub epoch: Option<i64>,
    /// What is sent.
    pub request: SendRequest,
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
    /// What is sent.
    pub request: SendRequest,
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

/// Holds a conversation until the transaction ends; the application injects it.
pub type Hold = for<'a> fn(&'a mut TenantTx, ConversationId) -> BoxFuture<'a, DbResult<()>>;
