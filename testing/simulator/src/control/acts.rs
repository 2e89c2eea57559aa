//! What a customer, or a person of the business in its own app, can be made to do.

use serde::{Deserialize, Serialize};
use thiserror::Error;

use crate::options::Platform;
use crate::world::World;

/// Why an act is impossible.
#[derive(Debug, Error, PartialEq, Eq)]
pub enum ActError {
    /// No such Instagram account or WhatsApp number.
    #[error("no such account")]
    UnknownAccount,
    /// The customer never wrote or commented.
    #[error("no such customer")]
    UnknownCustomer,
    /// The message or comment does not exist.
    #[error("no such message or comment")]
    UnknownMessage,
    /// The message was written by the other side.
    #[error("the message was written by the other side or is gone")]
    NotTheirs,
    /// The platform allows it only for a while.
    #[error("the platform allows this only shortly after sending")]
    TooLate,
    /// Text and attachments are both missing.
    #[error("a message needs text or an attachment")]
    Empty,
    /// WhatsApp has no comments.
    #[error("only Instagram has comments")]
    NoComments,
    /// An unknown receipt.
    #[error("status must be seen, delivered, read, played, sent or failed")]
    UnknownStatus,
}

/// A message a customer writes.
#[derive(Clone, Debug, Default, Deserialize, Serialize)]
pub struct NewMessage {
    /// Who writes; an unknown person comes into being.
    pub from: String,
    /// The words.
    #[serde(default)]
    pub text: Option<String>,
    /// Pictures and files.
    #[serde(default)]
    pub attachments: Vec<NewAttachment>,
    /// The message this one quotes.
    #[serde(default)]
    pub reply_to: Option<String>,
    /// The person's display name.
    #[serde(default)]
    pub name: Option<String>,
    /// The person's handle.
    #[serde(default)]
    pub username: Option<String>,
    /// WhatsApp: the number is hidden, only the business-scoped user id is known.
    #[serde(default)]
    pub bsuid_only: bool,
    /// The payload of a tapped quick reply or button.
    #[serde(default)]
    pub quick_reply: Option<String>,
}

/// Something attached to a customer's message.
#[derive(Clone, Debug, Deserialize, Serialize)]
pub struct NewAttachment {
    /// `image`, `video`, `audio`, `file`, `share`, `story_mention`, …
    #[serde(rename = "type")]
    pub kind: String,
    /// A link; a stand-in picture is served when absent.
    #[serde(default)]
    pub url: Option<String>,
}

/// A comment somebody writes.
#[derive(Clone, Debug, Default, Deserialize)]
pub struct NewComment {
    /// Who comments.
    pub from: String,
    /// The words.
    pub text: String,
    /// The post; the account's first when absent.
    #[serde(default)]
    pub media_id: Option<String>,
    /// The comment this one answers.
    #[serde(default)]
    pub parent_id: Option<String>,
    /// The handle.
    #[serde(default)]
    pub username: Option<String>,
}

impl World {
    /// A customer writes on either platform; the message id.
    pub fn customer_writes(
        &mut self,
        platform: Platform,
        account: &str,
        new: &NewMessage,
    ) -> Result<String, ActError> {
        let wordless = new.text.as_deref().is_none_or(str::is_empty);
        if new.from.is_empty() {
            return Err(ActError::UnknownCustomer);
        }
        if wordless && new.attachments.is_empty() {
            return Err(ActError::Empty);
        }
        match platform {
            Platform::Instagram => self.instagram_writes(account, new),
            Platform::Whatsapp => self.whatsapp_writes(account, new),
        }
    }
}
