//! What other features may react to.

use chrono::{DateTime, Utc};
use kernel::{ConversationId, Event, MessageId, UserId};

use crate::conversation::Owner;

/// The customer wrote something new.
#[derive(Clone, Copy, Debug)]
pub struct MessageReceived {
    /// The conversation.
    pub conversation: ConversationId,
    /// The message.
    pub message: MessageId,
    /// The conversation's epoch, raised by this message.
    pub epoch: i64,
    /// Whether there are words in it.
    pub text_present: bool,
}

impl Event for MessageReceived {
    const NAME: &'static str = "inbox.message_received";
}

/// A member answered.
#[derive(Clone, Copy, Debug)]
pub struct HumanReplied {
    /// The conversation.
    pub conversation: ConversationId,
    /// Who answered.
    pub user: UserId,
    /// When.
    pub at: DateTime<Utc>,
}

impl Event for HumanReplied {
    const NAME: &'static str = "inbox.human_replied";
}

/// Somebody answered in the platform's own app.
#[derive(Clone, Copy, Debug)]
pub struct NativeReplied {
    /// The conversation.
    pub conversation: ConversationId,
    /// The answer.
    pub message: MessageId,
}

impl Event for NativeReplied {
    const NAME: &'static str = "inbox.native_replied";
}

/// Somebody else answers from now on.
#[derive(Clone, Copy, Debug)]
pub struct OwnerChanged {
    /// The conversation.
    pub conversation: ConversationId,
    /// Who answers now.
    pub owner: Owner,
    /// Since when.
    pub at: DateTime<Utc>,
}

impl Event for OwnerChanged {
    const NAME: &'static str = "inbox.owner_changed";
}

/// A conversation is done.
#[derive(Clone, Copy, Debug)]
pub struct ConversationResolved {
    /// The conversation.
    pub conversation: ConversationId,
    /// Since when.
    pub at: DateTime<Utc>,
}

impl Event for ConversationResolved {
    const NAME: &'static str = "inbox.conversation_resolved";
}

/// A conversation and all it held are being erased.
#[derive(Clone, Copy, Debug)]
pub struct ConversationErased {
    /// The conversation.
    pub conversation: ConversationId,
}

impl Event for ConversationErased {
    const NAME: &'static str = "inbox.conversation_erased";
}

/// A person and all that was kept of them in the inbox are being erased.
#[derive(Clone, Debug)]
pub struct ContactErased {
    /// What the platforms call them.
    pub names: Vec<String>,
}

impl Event for ContactErased {
    const NAME: &'static str = "inbox.contact_erased";
}

/// The names of all events.
pub const EVENTS: &[&str] = &[
    MessageReceived::NAME,
    HumanReplied::NAME,
    NativeReplied::NAME,
    OwnerChanged::NAME,
    ConversationResolved::NAME,
    ConversationErased::NAME,
    ContactErased::NAME,
];
