//! Jobs as people see them: never what they carry.

use chrono::{DateTime, Utc};
use kernel::JobId;

use super::{SystemTx, Viewer};
use crate::jobs::{JobState, Priority};
use crate::{DbResult, Ledger};

/// How many jobs of a kind are in a state.
#[derive(Clone, Debug)]
pub struct JobCount {
    /// How urgent they are.
    pub priority: Priority,
    /// What they are.
    pub kind: String,
    /// The state.
    pub state: String,
    /// How many.
    pub rows: i64,
    /// When the first of them is or was due.
    pub oldest: Option<DateTime<Utc>>,
}

/// Which jobs to list.
#[derive(Clone, Debug)]
pub struct JobFilter {
    /// For whom: jobs of the workspace, and for operators those of the installation.
    pub viewer: Viewer,
    /// Only those in this state.
    pub state: Option<JobState>,
    /// Only those of this kind.
    pub kind: Option<String>,
    /// Only those made before this one, for paging.
    pub before: Option<JobId>,
    /// How many.
    pub limit: i64,
}

/// A job, without what it carries.
#[derive(Clone, Debug)]
pub struct JobRow {
    /// The row.
    pub id: JobId,
    /// What it is.
    pub kind: String,
    /// How urgent it is.
    pub priority: Priority,
    /// How far it is.
    pub state: String,
    /// How often it was begun.
    pub attempts: i32,
    /// How often it is begun before it is given up.
    pub max_attempts: i32,
    /// When it is or was due.
    pub due_at: DateTime<Utc>,
    /// What the last attempt ended with.
    pub error: Option<String>,
    /// When it was made.
    pub created_at: DateTime<Utc>,
    /// Whether it belongs to the installation.
    pub of_installation: bool,
}

impl SystemTx {
    /// How many jobs wait, run and failed, by priority and kind: of the whole installation for
    /// who operates it, else of the person's workspace.
    pub async fn job_counts(&mut self, viewer: Viewer) -> DbResult<Vec<JobCount>> {
        let rows = sqlx::query!(
            r#"SELECT priority, kind, state, count(*) AS "rows!", min(due_at) AS oldest FROM jobs
               WHERE $2 OR workspace_id = $1
               GROUP BY priority, kind, state ORDER BY priority, kind, state"#,
            viewer.workspace.uuid(),
            viewer.operator,
        )
        .fetch_all(self.conn())
        .await?;
        Ok(rows
            .into_iter()
            .map(|row| JobCount {
                priority: Priority::of(row.priority),
                kind: row.kind,
                state: row.state,
                rows: row.rows,
                oldest: row.oldest,
            })
            .collect())
    }

    /// The jobs that this person may see, newest first.
    pub async fn list_jobs(&mut self, filter: JobFilter) -> DbResult<Vec<JobRow>> {
        let rows = sqlx::query!(
            r#"SELECT id, kind, priority, state, attempts, max_attempts, due_at, error, created_at,
                      workspace_id IS NULL AS "of_installation!"
               FROM jobs
               WHERE (workspace_id = $1 OR ($2 AND workspace_id IS NULL))
                 AND ($3::text IS NULL OR state = $3)
                 AND ($4::text IS NULL OR kind = $4)
                 AND ($5::uuid IS NULL OR id < $5)
               ORDER BY id DESC LIMIT $6"#,
            filter.viewer.workspace.uuid(),
            filter.viewer.operator,
            filter.state.map(JobState::as_str),
            filter.kind,
            filter.before.map(JobId::uuid),
            filter.limit,
        )
        .fetch_all(self.conn())
        .await?;
        Ok(rows
            .into_iter()
            .map(|row| JobRow {
                id: row.id.into(),
                kind: row.kind,
                priority: Priority::of(row.priority),
                state: row.state,
                attempts: row.attempts,
                max_attempts: row.max_attempts,
                due_at: row.due_at,
                error: row.error,
                created_at: row.created_at,
                of_installation: row.of_installation,
            })
            .collect())
    }

    /// Gives a job that was given up all its attempts again. False when there is no such job for
    /// this person, or a newer one waits under its key.
    pub async fn revive_job(
        &mut self,
        id: JobId,
        viewer: Viewer,
        now: DateTime<Utc>,
    ) -> DbResult<bool> {
        self.wakes.insert(Ledger::Jobs);
        let done = sqlx::query!(
            "UPDATE jobs j SET state = 'pending', due_at = $4, attempts = 0, failed_at = NULL
             WHERE j.id = $1 AND j.state = 'failed'
               AND (j.workspace_id = $2 OR ($3 AND j.workspace_id IS NULL))
               AND NOT EXISTS (SELECT FROM jobs n WHERE n.kind = j.kind AND n.job_key = j.job_key
                     AND n.state = 'pending'
                     AND n.workspace_id IS NOT DISTINCT FROM j.workspace_id)",
            id.uuid(),
            viewer.workspace.uuid(),
            viewer.operator,
            now,
        )
        .execute(self.conn())
        .await?;
        Ok(done.rows_affected() == 1)
    }
}
