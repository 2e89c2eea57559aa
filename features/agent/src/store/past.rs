//! What was decided before, to be asked again.

use db::{DbResult, TenantTx};
use kernel::MessageId;

/// The messages that were decided about together with this one, itself included, in their order.
pub(crate) async fn decided_together(
    tx: &mut TenantTx,
    message: MessageId,
) -> DbResult<Vec<MessageId>> {
    Ok(sqlx::query_scalar!(
        r#"SELECT m.id AS "id: MessageId"
           FROM ai_decisions own
           JOIN ai_decisions d ON d.workspace_id = own.workspace_id
            AND (d.message_id = own.message_id OR d.run_id = own.run_id)
           JOIN messages m ON m.workspace_id = d.workspace_id AND m.id = d.message_id
           WHERE own.message_id = $1
           ORDER BY m.sent_at, m.id"#,
        message.uuid()
    )
    .fetch_all(tx.conn())
    .await?)
}
