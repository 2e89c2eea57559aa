//! How much waits in the ledgers.

use chrono::{DateTime, Utc};

use super::{SystemTx, Viewer};
use crate::DbResult;

/// How many rows of a ledger are in a state.
#[derive(Clone, Debug)]
pub struct LedgerCount {
    /// `journal`, `runs`, `effects` or `jobs`.
    pub ledger: String,
    /// The state.
    pub state: String,
    /// How many.
    pub rows: i64,
    /// When the first of them is or was due.
    pub oldest: Option<DateTime<Utc>>,
}

impl SystemTx {
    /// What is open or failed: of the whole installation for who operates it, else of the
    /// person's workspace.
    pub async fn ledger_counts(&mut self, viewer: Viewer) -> DbResult<Vec<LedgerCount>> {
        Ok(sqlx::query_as!(
            LedgerCount,
            r#"SELECT 'journal' AS "ledger!", state AS "state!", count(*) AS "rows!",
                      min(due_at) AS oldest
               FROM webhook_events
               WHERE state <> 'done' AND ($2 OR $1 = ANY(workspaces)) GROUP BY state
               UNION ALL
               SELECT 'runs', state, count(*), min(due_at) FROM agent_runs
               WHERE state IN ('pending', 'running', 'failed') AND ($2 OR workspace_id = $1)
               GROUP BY state
               UNION ALL
               SELECT 'effects', state, count(*), min(due_at) FROM effects
               WHERE state IN ('pending', 'in_flight', 'unknown', 'failed')
                 AND ($2 OR workspace_id = $1)
               GROUP BY state
               UNION ALL
               SELECT 'jobs', state, count(*), min(due_at) FROM jobs
               WHERE $2 OR workspace_id = $1 GROUP BY state
               ORDER BY 1, 2"#,
            viewer.workspace.uuid(),
            viewer.operator,
        )
        .fetch_all(self.conn())
        .await?)
    }
}
