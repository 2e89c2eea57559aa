//! The list of runs.

use db::{DbResult, TenantTx};
use kernel::{ConversationId, RunId};

use crate::runs::{Run, RunState};

/// Runs, newest first.
pub(crate) async fn list(
    tx: &mut TenantTx,
    state: Option<RunState>,
    before: Option<RunId>,
    most: i64,
) -> DbResult<Vec<Run>> {
    Ok(sqlx::query_as!(
        Run,
        r#"SELECT id AS "id: RunId", conversation_id AS "conversation_id: ConversationId", state,
                  attempts, outcome, reason, due_at, created_at, finished_at
           FROM agent_runs
           WHERE ($1::text IS NULL OR state = $1) AND ($2::uuid IS NULL OR id < $2)
           ORDER BY id DESC LIMIT $3"#,
        state.map(RunState::as_str),
        before.map(RunId::uuid),
        most,
    )
    .fetch_all(tx.conn())
    .await?)
}

/// The epoch that a failed run worked for; none when it did not fail. Held until the transaction
/// ends.
pub(crate) async fn failed_for(tx: &mut TenantTx, id: RunId) -> DbResult<Option<i64>> {
    Ok(sqlx::query_scalar!(
        "SELECT epoch FROM agent_runs WHERE id = $1 AND state = 'failed' FOR UPDATE",
        id.uuid()
    )
    .fetch_optional(tx.conn())
    .await?)
}
