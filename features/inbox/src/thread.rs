//! The last words of a thread, for whoever wants to answer.

use db::{DbResult, TenantTx};
use kernel::{ConversationId, Limit};

use crate::message::Message;
use crate::store;

/// The newest messages (at most 100), the oldest of them first.
pub async fn recent(
    tx: &mut TenantTx,
    conversation: ConversationId,
    count: u16,
) -> DbResult<Vec<Message>> {
    let limit = Limit::new(count);
    let mut rows = store::messages::before(tx, conversation, None, limit).await?;
    rows.truncate(usize::from(limit.get()));
    rows.reverse();
    Ok(rows)
}
