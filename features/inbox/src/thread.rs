//! The last words of a thread, for whoever wants to answer.

use db::{DbResult, TenantTx};
use kernel::{ConversationId, Limit, MessageId};

use crate::list::{self, Spot};
use crate::message::Message;
use crate::store;

/// The newest messages, at most `count`, the oldest of them first; and whether there are older
/// ones.
pub async fn recent(
    tx: &mut TenantTx,
    conversation: ConversationId,
    count: u16,
) -> DbResult<(Vec<Message>, bool)> {
    let mut rows = Vec::new();
    let mut before = None;
    loop {
        let left = usize::from(count).saturating_sub(rows.len());
        let limit = Limit::new(u16::try_from(left).unwrap_or(Limit::MAX));
        let page = list::messages(tx, conversation, before, limit).await?;
        let more = page.next_cursor.is_some();
        rows.extend(page.items);
        if !more || rows.len() >= usize::from(count) {
            rows.reverse();
            return Ok((rows, more));
        }
        before = rows.last().map(|last| Spot {
            at: last.sent_at,
            id: last.id,
        });
    }
}

/// What was said up to a message, itself included: the newest, at most `count`, the oldest of them
/// first. Nothing when the message is not there.
pub async fn up_to(
    tx: &mut TenantTx,
    conversation: ConversationId,
    message: MessageId,
    count: u16,
) -> DbResult<Vec<Message>> {
    let mut rows = store::messages::up_to(tx, conversation, message, count).await?;
    rows.reverse();
    Ok(rows)
}

/// Whether any customer ever got an answer, by whomever; a notice is none.
pub async fn any_answered(tx: &mut TenantTx) -> DbResult<bool> {
    store::messages::any_answered(tx).await
}
