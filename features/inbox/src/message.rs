//! A message of a conversation, and how far it has come.

use chrono::{DateTime, Utc};
use kernel::{AccountId, ConversationId, MessageId, RunId, UserId};
use serde::{Deserialize, Serialize};

/// Which way a message went.
#[derive(
    Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize, sqlx::Type, utoipa::ToSchema,
)]
#[serde(rename_all = "snake_case")]
#[sqlx(type_name = "text", rename_all = "snake_case")]
pub enum Direction {
    /// From the customer.
    Inbound,
    /// To the customer.
    Outbound,
}

impl Direction {
    /// The name in the database.
    pub const fn as_str(self) -> &'static str {
        match self {
            Self::Inbound => "inbound",
            Self::Outbound => "outbound",
        }
    }
}

/// Who wrote a message.
#[derive(
    Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize, sqlx::Type, utoipa::ToSchema,
)]
#[serde(rename_all = "snake_case")]
#[sqlx(type_name = "text", rename_all = "snake_case")]
pub enum Author {
    /// The customer.
    Customer,
    /// The agent.
    Ai,
    /// A member, in this product.
    Human,
    /// Somebody in the platform's own app.
    Native,
    /// A notice of ours, such as "a person will answer".
    Notice,
}

impl Author {
    /// The name in the database.
    pub const fn as_str(self) -> &'static str {
        match self {
            Self::Customer => "customer",
            Self::Ai => "ai",
            Self::Human => "human",
            Self::Native => "native",
            Self::Notice => "notice",
        }
    }
}

/// How far a message has come.
#[derive(
    Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize, sqlx::Type, utoipa::ToSchema,
)]
#[serde(rename_all = "snake_case")]
#[sqlx(type_name = "text", rename_all = "snake_case")]
pub enum MessageState {
    /// It came from the customer.
    Received,
    /// It waits to be sent.
    Queued,
    /// It is being sent.
    Sending,
    /// It may have been sent; nobody knows yet.
    Unknown,
    /// The platform took it.
    Sent,
    /// It reached the customer's device.
    Delivered,
    /// The customer read it.
    Read,
    /// The customer listened to it.
    Played,
    /// It will not arrive.
    Failed,
    /// It was withdrawn before it was sent.
    Cancelled,
}

impl MessageState {
    /// The name in the database.
    pub const fn as_str(self) -> &'static str {
        match self {
            Self::Received => "received",
            Self::Queued => "queued",
            Self::Sending => "sending",
            Self::Unknown => "unknown",
            Self::Sent => "sent",
            Self::Delivered => "delivered",
            Self::Read => "read",
            Self::Played => "played",
            Self::Failed => "failed",
            Self::Cancelled => "cancelled",
        }
    }

    /// How far along the way it is. A failure stands behind `sent`, where WhatsApp still reports
    /// failures, and before `delivered`, which proves that there was none.
    const fn rank(self) -> u8 {
        match self {
            Self::Queued => 0,
            Self::Sending => 1,
            Self::Unknown => 2,
            Self::Cancelled => 3,
            Self::Sent => 4,
            Self::Failed => 5,
            Self::Delivered => 6,
            Self::Read => 7,
            Self::Played => 8,
            Self::Received => 9,
        }
    }

    /// Whether news of `next` moves a message in this state: only forward, and what the customer
    /// wrote has no way to go.
    pub const fn moves_to(self, next: Self) -> bool {
        !matches!(self, Self::Received)
            && !matches!(next, Self::Received)
            && next.rank() > self.rank()
    }
}

/// A message.
#[derive(Clone, Debug, PartialEq, Serialize, utoipa::ToSchema)]
pub struct Message {
    /// Its id.
    pub id: MessageId,
    /// The conversation it stands in.
    pub conversation_id: ConversationId,
    /// The connected account.
    pub account_id: AccountId,
    /// Which way it went.
    pub direction: Direction,
    /// Who wrote it.
    pub author: Author,
    /// The member who wrote it.
    pub author_user_id: Option<UserId>,
    /// `text`, `image`, `audio`, `share`, `postback`, `location`, `unsupported`, ….
    pub kind: String,
    /// What a person reads first; empty when there are no words.
    pub text: String,
    /// Attachments, referral, payload, place, cards; the raw piece of an unsupported kind.
    pub details: serde_json::Value,
    /// The platform's id, once it is known.
    pub external_id: Option<String>,
    /// The platform's id of the message it answers.
    pub reply_to: Option<String>,
    /// When it was written: the platform's time for the customer's, ours for our own.
    pub sent_at: DateTime<Utc>,
    /// How far it has come.
    pub state: MessageState,
    /// When it reached the customer.
    pub delivered_at: Option<DateTime<Utc>>,
    /// When the customer read it.
    pub read_at: Option<DateTime<Utc>>,
    /// Why it failed, in words for people.
    pub error: Option<String>,
    /// Emoji on it: a list of `{from, emoji}`.
    pub reactions: serde_json::Value,
    /// When it was last changed by its writer.
    pub edited_at: Option<DateTime<Utc>>,
    /// What it said before it was changed, the oldest first: a list of `{text, at}`.
    pub earlier: serde_json::Value,
    /// When its writer took it back; text and details are gone.
    pub deleted_at: Option<DateTime<Utc>>,
    /// The agent's run that wrote it.
    pub run_id: Option<RunId>,
    /// The conversation's epoch when it was written.
    pub epoch: i64,
}

impl Message {
    /// The emoji on it.
    pub fn emoji(&self) -> Vec<String> {
        let listed = self.reactions.as_array().into_iter().flatten();
        listed
            .filter_map(|reaction| reaction.get("emoji")?.as_str().map(str::to_owned))
            .collect()
    }
}

#[cfg(test)]
mod tests {
    use super::MessageState::{
        Cancelled, Delivered, Failed, Queued, Read, Received, Sent, Unknown,
    };

    #[test]
    fn an_older_receipt_never_moves_the_state_back() {
        assert!(Sent.moves_to(Delivered) && Sent.moves_to(Read) && Queued.moves_to(Read));
        assert!(!Read.moves_to(Delivered) && !Delivered.moves_to(Sent) && !Read.moves_to(Read));
    }

    #[test]
    fn a_failure_is_believed_after_sent_and_not_after_delivered() {
        assert!(Sent.moves_to(Failed) && Unknown.moves_to(Failed));
        assert!(!Delivered.moves_to(Failed));
        assert!(!Failed.moves_to(Sent) && Failed.moves_to(Delivered));
    }

    #[test]
    fn what_the_customer_wrote_has_no_way_to_go() {
        assert!(!Received.moves_to(Read) && !Queued.moves_to(Received));
    }

    #[test]
    fn proof_of_sending_beats_a_cancellation() {
        assert!(Cancelled.moves_to(Sent) && !Sent.moves_to(Cancelled));
    }
}
