//! What answers rest on.

use db::{DbResult, TenantTx};
use kernel::{ConversationId, RunId};

/// One answer.
pub(crate) struct Row {
    pub(crate) run: RunId,
    pub(crate) confidence: Option<f32>,
    /// How many passages were used.
    pub(crate) sources: i32,
}

/// The answers of these runs in a conversation.
pub(crate) async fn of(
    tx: &mut TenantTx,
    conversation: ConversationId,
    runs: &[RunId],
) -> DbResult<Vec<Row>> {
    let runs: Vec<_> = runs.iter().map(|run| run.uuid()).collect();
    let rows = sqlx::query_as!(
        Row,
        r#"SELECT DISTINCT ON (run_id) run_id AS "run!: RunId", confidence,
             jsonb_array_length(jsonb_path_query_array(explanation, '$.passages[*] ? (@.used == true)'))
               AS "sources!"
           FROM ai_decisions WHERE conversation_id = $1 AND run_id = ANY($2)
           ORDER BY run_id, created_at DESC, id DESC"#,
        conversation.uuid(),
        &runs
    )
    .fetch_all(tx.conn())
    .await?;
    Ok(rows)
}
