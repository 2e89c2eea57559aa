//! The list of conversations and the pages of a thread.

use chrono::{DateTime, Utc};
use db::{DbResult, TenantTx};
use kernel::{ConversationId, Limit, MessageId, Page, Platform};
use serde::{Deserialize, Serialize};

use crate::conversation::{Conversation, Owner, Status};
use crate::message::Message;
use crate::store;

/// Which conversations are wanted; what is absent does not matter.
#[derive(Clone, Debug, Default)]
pub struct Filter {
    /// Open or resolved.
    pub status: Option<Status>,
    /// Who answers.
    pub owner: Option<Owner>,
    /// The platform.
    pub platform: Option<Platform>,
    /// A part of the customer's name, user name or number, without regard to case and accents.
    pub q: Option<String>,
}

impl Filter {
    /// The name that is looked for, as a pattern of SQL's LIKE; none when nothing is.
    pub(crate) fn pattern(&self) -> Option<String> {
        let text = self.q.as_deref()?.trim();
        let plain = text
            .replace('\\', "\\\\")
            .replace('%', "\\%")
            .replace('_', "\\_");
        (!plain.is_empty()).then(|| format!("%{plain}%"))
    }
}

/// The sort key of the list.
#[derive(Clone, Copy, Debug, Serialize, Deserialize)]
pub struct Place {
    /// When anybody wrote last.
    pub at: DateTime<Utc>,
    /// The conversation.
    pub id: ConversationId,
}

/// The sort key of a thread.
#[derive(Clone, Copy, Debug, Serialize, Deserialize)]
pub struct Spot {
    /// When it was written.
    pub at: DateTime<Utc>,
    /// The message.
    pub id: MessageId,
}

/// A page of conversations, the latest first.
pub async fn conversations(
    tx: &mut TenantTx,
    filter: &Filter,
    after: Option<Place>,
    limit: Limit,
) -> DbResult<Page<Conversation>> {
    let rows = store::conversations::list(tx, filter, after, limit).await?;
    Ok(Page::from_probe(rows, limit, |row| Place {
        at: row.last_message_at,
        id: row.id,
    }))
}

/// A page of a thread, the latest first.
pub async fn messages(
    tx: &mut TenantTx,
    conversation: ConversationId,
    before: Option<Spot>,
    limit: Limit,
) -> DbResult<Page<Message>> {
    let rows = store::messages::before(tx, conversation, before, limit).await?;
    Ok(Page::from_probe(rows, limit, |row| Spot {
        at: row.sent_at,
        id: row.id,
    }))
}

/// How many conversations hold something unread.
pub async fn unread(tx: &mut TenantTx) -> DbResult<i64> {
    store::conversations::unread(tx).await
}
