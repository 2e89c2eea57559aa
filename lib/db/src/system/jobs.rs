//! Claiming jobs, and giving them back.

use chrono::{DateTime, Utc};
use kernel::{JobId, ProcessId, WorkspaceId};

use super::{Lease, SystemTx};
use crate::jobs::{self, ClaimedJob, NewJob, Priority};
use crate::{Actor, DbResult, Ledger, Scope};

impl SystemTx {
    /// Leaves a job of the installation behind.
    pub async fn enqueue(&mut self, job: &NewJob) -> DbResult<JobId> {
        self.wakes.insert(Ledger::Jobs);
        jobs::insert(self.conn(), None, job).await
    }

    /// Claims jobs of these kinds that are due and at least as urgent as `least`, the most urgent
    /// first. One at a time for each serial key, in the order they came.
    pub async fn claim_jobs(
        &mut self,
        owner: ProcessId,
        now: DateTime<Utc>,
        most: i64,
        kinds: &[String],
        least: Priority,
    ) -> DbResult<Vec<ClaimedJob>> {
        let rows = sqlx::query!(
            r#"UPDATE jobs SET state = 'running', lease_owner = $1, lease_token = lease_token + 1,
                    leased_at = $2, attempts = attempts + 1
             WHERE id IN (
                SELECT j.id FROM jobs j
                WHERE j.state = 'pending' AND j.due_at <= $2 AND j.priority <= $5
                  AND j.kind = ANY($4)
                  AND (j.serial_key IS NULL OR NOT EXISTS (SELECT FROM jobs b
                        WHERE b.serial_key = j.serial_key
                          AND b.workspace_id IS NOT DISTINCT FROM j.workspace_id
                          AND (b.state = 'running' OR (b.state = 'pending' AND b.id < j.id))))
                ORDER BY j.priority, j.due_at LIMIT $3 FOR UPDATE SKIP LOCKED)
             RETURNING workspace_id, id, kind, payload, attempts, max_attempts, lease_token,
                       serial_key IS NOT NULL AS "serial!""#,
            owner.uuid(),
            now,
            most,
            kinds,
            least.number(),
        )
        .fetch_all(self.conn())
        .await?;
        Ok(rows
            .into_iter()
            .map(|row| ClaimedJob {
                scope: row
                    .workspace_id
                    .map(|id| Scope::new(WorkspaceId::from_uuid(id), Actor::System)),
                id: row.id.into(),
                kind: row.kind,
                payload: row.payload,
                attempts: row.attempts,
                max_attempts: row.max_attempts,
                serial: row.serial,
                lease: Lease {
                    owner,
                    token: row.lease_token,
                },
            })
            .collect())
    }

    /// The job is done. False when the lease is lost.
    pub async fn finish_job(&mut self, id: JobId, lease: Lease) -> DbResult<bool> {
        jobs::finish(self.conn(), id, lease).await
    }

    /// The job failed: again at `due`. False when the lease is lost.
    pub async fn retry_job(
        &mut self,
        id: JobId,
        lease: Lease,
        error: &str,
        due: DateTime<Utc>,
    ) -> DbResult<bool> {
        self.wakes.insert(Ledger::Jobs);
        jobs::again(self.conn(), id, lease, error, due).await
    }

    /// The job is given up. False when the lease is lost.
    pub async fn bury_job(
        &mut self,
        id: JobId,
        lease: Lease,
        error: &str,
        now: DateTime<Utc>,
    ) -> DbResult<bool> {
        jobs::bury(self.conn(), id, lease, error, now).await
    }

    /// The job goes back as if it had not been begun. False when the lease is lost.
    pub async fn hand_back_job(&mut self, id: JobId, lease: Lease) -> DbResult<bool> {
        self.wakes.insert(Ledger::Jobs);
        jobs::hand_back(self.conn(), id, lease).await
    }

    /// Frees the jobs that a process held. One whose key a newer job waits under has nothing left
    /// to do.
    pub(super) async fn free_jobs_of(&mut self, process: ProcessId) -> DbResult<u64> {
        sqlx::query!(
            "DELETE FROM jobs j WHERE j.lease_owner = $1 AND j.state = 'running'
               AND EXISTS (SELECT FROM jobs n WHERE n.kind = j.kind AND n.job_key = j.job_key
                     AND n.state = 'pending'
                     AND n.workspace_id IS NOT DISTINCT FROM j.workspace_id)",
            process.uuid()
        )
        .execute(self.conn())
        .await?;
        Ok(sqlx::query!(
            "UPDATE jobs SET state = 'pending', lease_owner = NULL
             WHERE lease_owner = $1 AND state = 'running'",
            process.uuid()
        )
        .execute(self.conn())
        .await?
        .rows_affected())
    }
}
