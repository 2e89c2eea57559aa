//! What people think of decisions.

use db::{DbResult, TenantTx};
use kernel::{MessageId, UserId};

use crate::decision::mark::Marked;

pub(crate) async fn put(tx: &mut TenantTx, message: MessageId, marked: &Marked) -> DbResult<()> {
    let workspace = tx.workspace().uuid();
    sqlx::query!(
        "INSERT INTO decision_marks (workspace_id, id, mark, better, should_abstain, marked_by,
                marked_at)
         VALUES ($1, $2, $3, $4, $5, $6, $7)
         ON CONFLICT (workspace_id, id) DO UPDATE SET mark = excluded.mark,
                better = excluded.better, should_abstain = excluded.should_abstain,
                marked_by = excluded.marked_by, marked_at = excluded.marked_at",
        workspace,
        message.uuid(),
        marked.mark.as_str(),
        marked.better,
        marked.should_abstain,
        marked.marked_by.map(UserId::uuid),
        marked.marked_at,
    )
    .execute(tx.conn())
    .await?;
    Ok(())
}

pub(crate) async fn delete(tx: &mut TenantTx, message: MessageId) -> DbResult<()> {
    sqlx::query!("DELETE FROM decision_marks WHERE id = $1", message.uuid())
        .execute(tx.conn())
        .await?;
    Ok(())
}
