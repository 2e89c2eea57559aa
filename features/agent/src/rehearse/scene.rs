//! The stage of a rehearsal: a conversation that stands in no table, in which the agent may speak.

use chrono::{DateTime, TimeDelta, Utc};
use inbox::conversation::{Badge, Conversation, Owner, Status};
use inbox::message::{Author, Direction, Message, MessageState};
use kernel::{AccountId, ContactId, ConversationId, MessageId, Platform, RunId};
use serde::{Deserialize, Serialize};

use super::Rehearsal;
use crate::run::Work;
use crate::store::runs::{Held, Undecided};

/// Who said something.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize, utoipa::ToSchema)]
#[serde(rename_all = "snake_case")]
pub enum Speaker {
    /// The customer.
    Customer,
    /// The business: the agent or a person.
    Business,
}

/// Something that was said.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize, utoipa::ToSchema)]
#[serde(deny_unknown_fields)]
pub struct Line {
    /// Who said it.
    pub from: Speaker,
    /// The words.
    pub text: String,
}

impl Line {
    /// What the customer said.
    pub fn customer(text: impl Into<String>) -> Self {
        Self {
            from: Speaker::Customer,
            text: text.into(),
        }
    }

    /// What the business said.
    pub fn business(text: impl Into<String>) -> Self {
        Self {
            from: Speaker::Business,
            text: text.into(),
        }
    }
}

/// What a rehearsal works with.
pub(crate) struct Scene {
    pub(crate) work: Work,
    /// The thread as a model is shown it, the question included.
    pub(crate) thread: Vec<Message>,
    /// What is decided about.
    pub(crate) asked: Vec<Undecided>,
}

/// Sets the stage. The agent owns the conversation and the customer wrote just now.
pub(crate) fn set(rehearsal: Rehearsal) -> Scene {
    let Rehearsal {
        mut stored,
        mode,
        thread,
        messages,
        language,
        at,
        beside: _,
        under,
    } = rehearsal;
    if let Some(mode) = mode {
        stored.settings.mode = mode;
        stored.settings.channel_modes.clear();
    }
    let mut conversation = conversation(language, at);
    if let Some(under) = &under {
        conversation.account_id = under.account;
        conversation.name.clone_from(&under.author);
    }
    let before = i32::try_from(thread.len()).unwrap_or(i32::MAX);
    let mut said: Vec<Message> = Vec::with_capacity(thread.len() + messages.len());
    for (line, place) in thread.iter().zip(0..) {
        let seconds = i64::from(before.saturating_sub(place));
        said.push(message(
            &conversation,
            line,
            at - TimeDelta::seconds(seconds),
        ));
    }
    let mut asked = Vec::with_capacity(messages.len());
    for text in messages {
        let message = message(&conversation, &Line::customer(text), at);
        asked.push(Undecided {
            id: message.id,
            text: message.text.clone(),
            kind: message.kind.clone(),
            created_at: at,
        });
        said.push(message);
    }
    let work = Work {
        held: Held {
            id: RunId::new(),
            attempts: 1,
            latest_at: at,
            leased_at: at,
        },
        conversation,
        stored,
        provider: None,
        moderation: None,
        spent: None,
        sees_pictures: false,
        under,
        steps: Vec::new(),
        now: at,
    };
    Scene {
        work,
        thread: said,
        asked,
    }
}

fn conversation(language: Option<String>, at: DateTime<Utc>) -> Conversation {
    Conversation {
        id: ConversationId::new(),
        account_id: AccountId::new(),
        platform: Platform::Instagram.as_str().to_owned(),
        contact_id: ContactId::new(),
        name: String::new(),
        username: String::new(),
        phone: String::new(),
        language,
        first_seen_at: at,
        status: Status::Open,
        owner: Owner::Ai,
        owner_reason: None,
        assignee_id: None,
        ai_enabled: true,
        epoch: 1,
        epoch_cause: "inbound".to_owned(),
        standby: false,
        unread_count: 1,
        badge: Badge::Waiting,
        last_inbound_at: Some(at),
        last_message_at: at,
        last_preview: String::new(),
        last_kind: "text".to_owned(),
        last_direction: Direction::Inbound,
        resolved_at: None,
    }
}

fn message(conversation: &Conversation, line: &Line, at: DateTime<Utc>) -> Message {
    let (direction, author, state) = match line.from {
        Speaker::Customer => (Direction::Inbound, Author::Customer, MessageState::Received),
        Speaker::Business => (Direction::Outbound, Author::Ai, MessageState::Sent),
    };
    Message {
        id: MessageId::new(),
        conversation_id: conversation.id,
        account_id: conversation.account_id,
        direction,
        author,
        author_user_id: None,
        kind: "text".to_owned(),
        text: line.text.clone(),
        details: serde_json::Value::Null,
        external_id: None,
        reply_to: None,
        sent_at: at,
        state,
        delivered_at: None,
        read_at: None,
        error: None,
        reactions: serde_json::Value::Null,
        edited_at: None,
        earlier: serde_json::Value::Null,
        deleted_at: None,
        run_id: None,
        epoch: conversation.epoch,
    }
}
