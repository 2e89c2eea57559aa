//! Workspaces where questions came in that nothing known answers.

use kernel::WorkspaceId;

use super::SystemTx;
use crate::{Actor, DbResult, Scope};

impl SystemTx {
    /// Workspaces where a run ended for one of these reasons since their gaps were looked for last,
    /// those that wait longest first.
    pub async fn workspaces_with_new_gaps(
        &mut self,
        reasons: &[String],
        most: i64,
    ) -> DbResult<Vec<Scope>> {
        let ids = sqlx::query_scalar!(
            "SELECT w.workspace_id FROM workspaces w
             LEFT JOIN gap_state s ON s.workspace_id = w.workspace_id
             WHERE EXISTS (SELECT FROM agent_runs r
                WHERE r.workspace_id = w.workspace_id AND r.reason = ANY($1)
                  AND r.finished_at > coalesce(s.refreshed_at, '-infinity'))
             ORDER BY s.refreshed_at NULLS FIRST LIMIT $2",
            reasons,
            most,
        )
        .fetch_all(self.conn())
        .await?;
        let scope = |id| Scope::new(WorkspaceId::from_uuid(id), Actor::System);
        Ok(ids.into_iter().map(scope).collect())
    }
}
