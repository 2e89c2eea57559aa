//! Receipts, taps, changes of people, errors.

use serde::Serialize;

/// The customer read up to a message.
#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize)]
pub struct Seen {
    /// The last message that was read.
    pub message_id: Option<String>,
}

/// A tapped button outside a message.
#[derive(Clone, Debug, Default, PartialEq, Serialize)]
pub struct Postback {
    /// Platform id of the tap; shows as a message of the customer.
    pub id: Option<String>,
    /// What the button said.
    pub title: Option<String>,
    /// Its hidden value.
    pub payload: Option<String>,
    /// The ad or link that led here.
    pub referral: Option<super::Referral>,
}

/// Control of a thread moved between apps.
#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize)]
pub struct Handover {
    /// `pass_thread_control`, `take_thread_control` or `request_thread_control`.
    pub action: String,
    /// The app that has it now.
    pub new_owner_app_id: Option<String>,
    /// The app that had it.
    pub previous_owner_app_id: Option<String>,
    /// A note the apps gave each other.
    pub metadata: Option<String>,
}

/// How far a message has come. Ordered: a receipt may only move a message up.
#[derive(Clone, Debug, PartialEq, Eq, PartialOrd, Ord, Serialize)]
#[serde(rename_all = "snake_case")]
pub enum DeliveryState {
    /// A word this reader does not know.
    Other(String),
    /// Left for the customer.
    Sent,
    /// Reached the customer's device.
    Delivered,
    /// Read.
    Read,
    /// A voice note was listened to.
    Played,
    /// Will not arrive. Normal also after `Sent`.
    Failed,
}

impl DeliveryState {
    /// The platform's word.
    pub fn as_str(&self) -> &str {
        match self {
            Self::Other(word) => word,
            Self::Sent => "sent",
            Self::Delivered => "delivered",
            Self::Read => "read",
            Self::Played => "played",
            Self::Failed => "failed",
        }
    }
}

impl From<String> for DeliveryState {
    fn from(word: String) -> Self {
        match word.as_str() {
            "sent" => Self::Sent,
            "delivered" => Self::Delivered,
            "read" => Self::Read,
            "played" => Self::Played,
            "failed" => Self::Failed,
            _ => Self::Other(word),
        }
    }
}

/// A WhatsApp receipt.
#[derive(Clone, Debug, PartialEq, Serialize)]
pub struct Status {
    /// The message it is about.
    pub message_id: String,
    /// How far it came.
    pub state: DeliveryState,
    /// `group` when the recipient is a group.
    pub recipient_type: Option<String>,
    /// The member of the group it is about.
    pub participant: Option<String>,
    /// What we attached when sending: recognises an effect whose answer was lost.
    pub callback_data: Option<String>,
    /// Billing conversation.
    pub conversation_id: Option<String>,
    /// Price category.
    pub pricing_category: Option<String>,
    /// Whether it costs.
    pub billable: Option<bool>,
    /// Why it failed.
    pub errors: Vec<PieceError>,
}

/// An error inside a webhook, with the codes of the API.
#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize)]
pub struct PieceError {
    /// Code of the platform's error list.
    pub code: i64,
    /// Short title.
    pub title: Option<String>,
    /// Details.
    pub details: Option<String>,
}

/// A note of WhatsApp inside a thread.
#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize)]
pub struct SystemNote {
    /// Id of the note.
    pub id: Option<String>,
    /// `user_changed_number`, `customer_identity_changed`, `user_changed_user_id`, ….
    pub kind: Option<String>,
    /// The note in words.
    pub text: Option<String>,
    /// The customer's new number.
    pub new_wa_id: Option<String>,
    /// The customer's new business-scoped user id.
    pub new_user_id: Option<String>,
}

/// A customer's wish about a category of messages.
#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize)]
pub struct Preference {
    /// `marketing_messages`.
    pub category: Option<String>,
    /// `stop`, `resume` or `signup`.
    pub value: Option<String>,
}

/// A business-scoped user id was replaced.
#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize)]
pub struct UserIdChange {
    /// The id until now.
    pub previous: Option<String>,
    /// The id from now on.
    pub current: Option<String>,
}
