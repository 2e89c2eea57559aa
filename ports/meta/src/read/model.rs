//! What a webhook says, in one model for both platforms.

use chrono::{DateTime, Utc};
use kernel::Platform;
use serde::Serialize;
use serde_json::Value;

use super::Stamp;

mod comment;
mod message;
mod notice;

pub use comment::{Comment, CommentMedia, Mention};
pub use message::{
    Attachment, ContactCard, Edit, HistoryMark, Location, Message, Order, OrderItem, Reaction,
    Referral, Removal, StoryReply, Unsupported,
};
pub use notice::{
    DeliveryState, Handover, PieceError, Postback, Preference, Seen, Status, SystemNote,
    UserIdChange,
};

/// Who wrote, seen from the business.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash, Serialize)]
#[serde(rename_all = "snake_case")]
pub enum Direction {
    /// The customer wrote.
    Inbound,
    /// The business wrote: an echo of our own call, or of a person in the platform's own app.
    Outbound,
}

/// The customer's side of an event, as far as the event names it.
#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize)]
pub struct Person {
    /// Instagram-scoped id, or the WhatsApp number (`wa_id`). People with a WhatsApp user name can
    /// come without it.
    pub id: Option<String>,
    /// WhatsApp business-scoped user id (`US.…`): the contact key where it is present.
    pub user_id: Option<String>,
    /// WhatsApp business-scoped id of the parent portfolio.
    pub parent_user_id: Option<String>,
    /// Name in the profile.
    pub name: Option<String>,
    /// User name, without a leading `@`.
    pub username: Option<String>,
}

impl Person {
    /// The key this person is known by: the business-scoped id, else the platform id.
    pub fn key(&self) -> Option<&str> {
        self.user_id.as_deref().or(self.id.as_deref())
    }
}

/// One thing that happened, with where it happened and to whom.
#[derive(Clone, Debug, PartialEq, Serialize)]
pub struct WebhookEvent {
    /// Where it came from.
    pub platform: Platform,
    /// Index of the `entry[]` it stood in; events of one entry belong into one transaction.
    pub entry: usize,
    /// `entry[].id`: the Instagram professional account id, or the WhatsApp Business Account id.
    pub account_id: Option<String>,
    /// WhatsApp: the business's number the event belongs to.
    pub phone_number_id: Option<String>,
    /// WhatsApp: that number as people read it.
    pub display_phone_number: Option<String>,
    /// The webhook field, where the platform names one (`changes` and flat lanes).
    pub field: Option<String>,
    /// Instagram: another app owns the thread. Show it, do not answer.
    pub standby: bool,
    /// Id of who caused it, as written in the event.
    pub sender: Option<String>,
    /// Id of who it went to, as written in the event.
    pub recipient: Option<String>,
    /// The customer.
    pub person: Person,
    /// Who wrote; absent for events that are not a writing.
    pub direction: Option<Direction>,
    /// When it happened, as the event itself says.
    pub stamp: Option<Stamp>,
    /// When the platform made the entry.
    pub entry_stamp: Option<Stamp>,
    /// What happened.
    pub kind: EventKind,
}

impl WebhookEvent {
    /// When it happened: the event's own time, else its entry's. With neither, the caller takes the
    /// time of arrival.
    pub fn occurred_at(&self) -> Option<DateTime<Utc>> {
        self.stamp.or(self.entry_stamp).map(|stamp| stamp.at)
    }

    /// The id that accounts are routed by: the phone number id on WhatsApp, the account id on
    /// Instagram. WhatsApp's account-wide notices have the Business Account id only.
    pub fn route_id(&self) -> Option<&str> {
        match self.platform {
            Platform::Instagram => self.account_id.as_deref(),
            Platform::Whatsapp => self
                .phone_number_id
                .as_deref()
                .or(self.account_id.as_deref()),
        }
    }
}

/// What happened.
#[derive(Clone, Debug, PartialEq, Serialize)]
#[serde(rename_all = "snake_case")]
pub enum EventKind {
    /// A message; an echo when its direction is outbound.
    Message(Box<Message>),
    /// The text of an earlier message changed.
    Edit(Edit),
    /// A message was unsent: delete our copy and everything derived from it.
    Removal(Removal),
    /// An emoji was put on a message or taken away.
    Reaction(Reaction),
    /// Instagram: the customer read up to a message.
    Seen(Seen),
    /// WhatsApp: how far a message we sent has come.
    Status(Box<Status>),
    /// Instagram: an ice breaker, menu item or template button was tapped.
    Postback(Postback),
    /// Instagram: an existing thread was opened through a link or an ad.
    Referral(Referral),
    /// Instagram: control of the thread moved between apps.
    Handover(Handover),
    /// A comment under a post or a live video.
    Comment(Box<Comment>),
    /// The business was mentioned in a comment or a caption.
    Mention(Mention),
    /// WhatsApp: number, identity or user id of a customer changed, told inside the thread.
    System(SystemNote),
    /// WhatsApp: the customer's wish about marketing messages. To be honoured at once.
    Preference(Preference),
    /// WhatsApp: a business-scoped user id was replaced.
    UserIdChange(UserIdChange),
    /// WhatsApp: errors that belong to no message or status.
    Errors(Vec<PieceError>),
    /// Any other field (templates, account health, insights, …) with its value as sent.
    Notice(Value),
    /// A kind this reader does not know, with the piece as sent.
    Unsupported {
        /// What it called itself.
        what: String,
        /// The piece as sent.
        raw: Value,
    },
    /// A piece of a known kind that makes no sense, with the piece as sent.
    Unreadable {
        /// What is wrong with it.
        reason: String,
        /// The piece as sent.
        raw: Value,
    },
}
