//! What was said around a message of before, so that it can be asked again.

use db::{DbResult, TenantTx};
use inbox::message::{Author, Message};
use inbox::thread;
use kernel::{ConversationId, MessageId};

use super::{Line, Speaker};
use crate::run::ask::{THREAD, was_heard};
use crate::store;

/// A question of before, and what led to it.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Past {
    /// What was said before it.
    pub thread: Vec<Line>,
    /// The customer's messages that are asked about, the oldest first.
    pub messages: Vec<String>,
}

impl Past {
    /// The question in one text.
    pub fn question(&self) -> String {
        self.messages.join("\n")
    }
}

/// What was asked in a message that was decided about: with those that were decided about together.
pub async fn of_message(
    tx: &mut TenantTx,
    conversation: ConversationId,
    message: MessageId,
) -> DbResult<Past> {
    let asked = store::past::decided_together(tx, message).await?;
    let Some(last) = asked.last() else {
        return Ok(Past::default());
    };
    let said = thread::up_to(tx, conversation, *last, THREAD).await?;
    Ok(split(&said, &asked))
}

/// The messages that are asked about, and what was said and heard before the first of them.
fn split(said: &[Message], asked: &[MessageId]) -> Past {
    let mut past = Past::default();
    for message in said {
        if asked.contains(&message.id) {
            past.messages.push(message.text.clone());
        } else if past.messages.is_empty() {
            past.thread.extend(line(message));
        }
    }
    past
}

/// A message as a line; none when nobody heard it or it says nothing.
pub(crate) fn line(message: &Message) -> Option<Line> {
    let silent = message.text.trim().is_empty() || message.deleted_at.is_some();
    if silent || !was_heard(message, message.epoch) {
        return None;
    }
    let from = match message.author {
        Author::Customer => Speaker::Customer,
        _ => Speaker::Business,
    };
    Some(Line {
        from,
        text: message.text.clone(),
    })
}
