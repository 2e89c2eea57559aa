//! Customers and their threads, the same for both platforms.

use std::collections::{BTreeMap, VecDeque};

use chrono::{DateTime, Utc};
use serde::{Deserialize, Serialize};
use serde_json::Value;

/// Messages kept per thread.
const KEPT: usize = 2000;

/// Who wrote a message.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "lowercase")]
pub enum Author {
    /// The customer.
    Customer,
    /// The business, through the API.
    Business,
    /// The business, by hand in the platform's own app.
    Person,
}

/// One message as both sides see it.
#[derive(Clone, Debug, Serialize, Deserialize)]
pub struct Message {
    pub id: String,
    pub at: DateTime<Utc>,
    pub from: Author,
    /// `text`, `image`, `interactive`, …
    pub kind: String,
    pub text: Option<String>,
    pub attachments: Vec<Value>,
    pub reply_to: Option<String>,
    /// Titles of quick replies or buttons.
    pub choices: Vec<String>,
    /// Emoji by who reacted (`customer` or `business`).
    pub reactions: BTreeMap<String, String>,
    pub deleted: bool,
    pub edits: u32,
    /// The delivery state the customer's phone reported.
    pub status: Option<String>,
    /// WhatsApp's `biz_opaque_callback_data`.
    pub callback_data: Option<String>,
    /// WhatsApp's price class of an outgoing message.
    pub category: String,
}

impl Message {
    pub fn new(id: String, at: DateTime<Utc>, from: Author) -> Self {
        Self {
            id,
            at,
            from,
            kind: "text".into(),
            text: None,
            attachments: Vec::new(),
            reply_to: None,
            choices: Vec::new(),
            reactions: BTreeMap::new(),
            deleted: false,
            edits: 0,
            status: None,
            callback_data: None,
            category: "service".into(),
        }
    }
}

/// A customer and the thread with one account.
#[derive(Clone, Debug, Serialize, Deserialize)]
pub struct Contact {
    /// The Instagram-scoped id, or the WhatsApp number as digits (for a person without a visible
    /// number: the business-scoped user id).
    pub id: String,
    pub name: String,
    pub username: String,
    /// WhatsApp's business-scoped user id.
    pub user_id: String,
    /// WhatsApp: the number is hidden behind a user name.
    pub hides_number: bool,
    /// When the person last wrote: opens the reply window.
    pub wrote_at: Option<DateTime<Utc>>,
    pub thread_id: String,
    pub updated_at: DateTime<Utc>,
    pub messages: VecDeque<Message>,
    /// Recent sends to this person, for WhatsApp's pair rate.
    #[serde(skip)]
    pub recent_sends: VecDeque<DateTime<Utc>>,
}

impl Contact {
    pub fn message(&self, id: &str) -> Option<&Message> {
        // Newest first: what is asked for is nearly always recent.
        self.messages.iter().rev().find(|message| message.id == id)
    }

    pub fn message_mut(&mut self, id: &str) -> Option<&mut Message> {
        self.messages
            .iter_mut()
            .rev()
            .find(|message| message.id == id)
    }

    /// Appends; returns the id of a message that fell out of the thread.
    pub fn push(&mut self, message: Message) -> Option<String> {
        self.updated_at = message.at;
        let dropped = (self.messages.len() >= KEPT)
            .then(|| self.messages.pop_front())
            .flatten();
        self.messages.push_back(message);
        dropped.map(|message| message.id)
    }
}
