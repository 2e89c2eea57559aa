//! What was asked before what the model sees, and what it can look into.

use chrono::{DateTime, Utc};
use db::{DbResult, TenantTx};
use kernel::{ConversationId, FileId};

/// A question of before.
#[derive(Clone, Debug)]
pub(crate) struct Earlier {
    pub(crate) at: DateTime<Utc>,
    pub(crate) asked: String,
    pub(crate) outcome: String,
}

/// What the agent decided about in this conversation before an instant, the newest first.
pub(crate) async fn before(
    tx: &mut TenantTx,
    conversation: ConversationId,
    before: DateTime<Utc>,
    most: i64,
) -> DbResult<Vec<Earlier>> {
    Ok(sqlx::query_as!(
        Earlier,
        "SELECT m.sent_at AS at, m.text AS asked, d.outcome
         FROM ai_decisions d
         JOIN messages m ON m.workspace_id = d.workspace_id AND m.id = d.message_id
         WHERE d.conversation_id = $1 AND m.sent_at < $2 AND m.text <> '' AND m.deleted_at IS NULL
           AND d.outcome IN ('answered', 'suggested', 'escalated')
         ORDER BY m.sent_at DESC, m.id DESC LIMIT $3",
        conversation.uuid(),
        before,
        most,
    )
    .fetch_all(tx.conn())
    .await?)
}

/// The names of the documents that have passages, the newest first.
pub(crate) async fn documents(tx: &mut TenantTx, most: i64) -> DbResult<Vec<String>> {
    Ok(sqlx::query_scalar!(
        "SELECT name FROM files WHERE state = 'ready' ORDER BY created_at DESC, id DESC LIMIT $1",
        most,
    )
    .fetch_all(tx.conn())
    .await?)
}

/// The documents that have passages, with their names.
pub(crate) async fn named_documents(tx: &mut TenantTx) -> DbResult<Vec<(FileId, String)>> {
    let rows = sqlx::query!(
        r#"SELECT id AS "id: FileId", name FROM files WHERE state = 'ready' ORDER BY id LIMIT 10000"#
    )
    .fetch_all(tx.conn())
    .await?;
    Ok(rows.into_iter().map(|row| (row.id, row.name)).collect())
}
