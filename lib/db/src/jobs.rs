//! Jobs: work beside requests, left behind in the transaction that makes it necessary.
//!
//! The row's workspace is the job's envelope: only a [`TenantTx`] of that workspace can write it,
//! and the claim turns it back into the [`Scope`] that the job runs with.

use chrono::{DateTime, Utc};
use kernel::JobId;
use serde::{Deserialize, Serialize};
use serde_json::Value;
use sqlx::PgConnection;

use crate::{DbResult, Lease, Ledger, PeopleTx, Scope, TenantTx};

/// How urgent a job is.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum Priority {
    /// Somebody waits for it: messages, webhooks, mails with a link.
    High,
    /// The usual.
    Default,
    /// Clean-up.
    Low,
}

impl Priority {
    /// All of them, the most urgent first.
    pub const ALL: [Self; 3] = [Self::High, Self::Default, Self::Low];

    /// The name in the API.
    pub const fn as_str(self) -> &'static str {
        match self {
            Self::High => "high",
            Self::Default => "default",
            Self::Low => "low",
        }
    }

    pub(crate) const fn number(self) -> i16 {
        match self {
            Self::High => 0,
            Self::Default => 1,
            Self::Low => 2,
        }
    }

    pub(crate) const fn of(number: i16) -> Self {
        match number {
            0 => Self::High,
            1 => Self::Default,
            _ => Self::Low,
        }
    }
}

/// How far a job is. One that was done is gone.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum JobState {
    /// Waiting.
    Pending,
    /// At work.
    Running,
    /// Given up; waits for a person.
    Failed,
}

impl JobState {
    /// Every state.
    pub const ALL: [Self; 3] = [Self::Pending, Self::Running, Self::Failed];

    /// The name in the database and the API.
    pub const fn as_str(self) -> &'static str {
        match self {
            Self::Pending => "pending",
            Self::Running => "running",
            Self::Failed => "failed",
        }
    }
}

/// A job to be left behind.
#[derive(Clone, Debug)]
pub struct NewJob {
    /// Its id.
    pub id: JobId,
    /// What it is: the name of its handler.
    pub kind: String,
    /// How urgent it is.
    pub priority: Priority,
    /// Of the jobs with one serial key, one runs at a time, in the order they came.
    pub serial_key: Option<String>,
    /// Of the jobs of a kind with one job key, one waits at a time; a later one takes its place.
    pub job_key: Option<String>,
    /// What its handler reads.
    pub payload: Value,
    /// How often it is begun before it is given up.
    pub max_attempts: i32,
    /// Not before.
    pub due_at: DateTime<Utc>,
    /// Now.
    pub created_at: DateTime<Utc>,
}

/// A claimed job.
#[derive(Clone, Debug)]
pub struct ClaimedJob {
    /// The proof to work in its workspace; none for a job of the installation.
    pub scope: Option<Scope>,
    /// The row.
    pub id: JobId,
    /// What it is.
    pub kind: String,
    /// What its handler reads.
    pub payload: Value,
    /// How often it was begun, this time included.
    pub attempts: i32,
    /// How often it is begun before it is given up.
    pub max_attempts: i32,
    /// Whether others wait for its end.
    pub serial: bool,
    /// The lease.
    pub lease: Lease,
}

impl TenantTx {
    /// Leaves a job behind, to be run in this workspace's name once this transaction is true.
    pub async fn enqueue(&mut self, job: &NewJob) -> DbResult<JobId> {
        let workspace = self.workspace().uuid();
        let id = insert(self.conn(), Some(workspace), job).await?;
        self.wake(Ledger::Jobs);
        Ok(id)
    }

    /// Holds a claimed job until this transaction ends. False when the lease is lost: then
    /// somebody else has the job, and nothing of what is done here may become true.
    pub async fn hold_job(&mut self, id: JobId, lease: Lease) -> DbResult<bool> {
        let held = sqlx::query_scalar!(
            "SELECT id FROM jobs
             WHERE workspace_id = $1 AND id = $2 AND state = 'running'
               AND lease_owner = $3 AND lease_token = $4 FOR UPDATE",
            self.workspace().uuid(),
            id.uuid(),
            lease.owner.uuid(),
            lease.token,
        )
        .fetch_optional(self.conn())
        .await?;
        Ok(held.is_some())
    }

    /// The job is done. False when the lease is lost.
    pub async fn finish_job(&mut self, id: JobId, lease: Lease) -> DbResult<bool> {
        finish(self.conn(), id, lease).await
    }

    /// The job failed: again at `due`. False when the lease is lost.
    pub async fn retry_job(
        &mut self,
        id: JobId,
        lease: Lease,
        error: &str,
        due: DateTime<Utc>,
    ) -> DbResult<bool> {
        self.wake(Ledger::Jobs);
        again(self.conn(), id, lease, error, due).await
    }

    /// The job is given up. False when the lease is lost.
    pub async fn bury_job(
        &mut self,
        id: JobId,
        lease: Lease,
        error: &str,
        now: DateTime<Utc>,
    ) -> DbResult<bool> {
        bury(self.conn(), id, lease, error, now).await
    }
}

impl PeopleTx {
    /// Leaves a job of no workspace behind. Its job key is not looked at: people's transactions
    /// see no jobs.
    pub async fn enqueue(&mut self, job: &NewJob) -> DbResult<JobId> {
        sqlx::query!(
            "INSERT INTO jobs (id, kind, priority, serial_key, payload, max_attempts, due_at, created_at)
             VALUES ($1, $2, $3, $4, $5, $6, $7, $8)",
            job.id.uuid(),
            job.kind,
            job.priority.number(),
            job.serial_key,
            job.payload,
            job.max_attempts,
            job.due_at,
            job.created_at,
        )
        .execute(self.conn())
        .await?;
        self.wake(Ledger::Jobs);
        Ok(job.id)
    }
}

/// Writes a job; one that waits or was given up under the same key gives its place to it.
pub(crate) async fn insert(
    conn: &mut PgConnection,
    workspace: Option<uuid::Uuid>,
    job: &NewJob,
) -> DbResult<JobId> {
    if job.job_key.is_some() {
        sqlx::query!(
            "DELETE FROM jobs WHERE kind = $1 AND job_key = $2 AND state = 'failed'
               AND workspace_id IS NOT DISTINCT FROM $3",
            job.kind,
            job.job_key,
            workspace,
        )
        .execute(&mut *conn)
        .await?;
    }
    let id = sqlx::query_scalar!(
        "INSERT INTO jobs (workspace_id, id, kind, priority, serial_key, job_key, payload,
                           max_attempts, due_at, created_at)
         VALUES ($1, $2, $3, $4, $5, $6, $7, $8, $9, $10)
         ON CONFLICT (workspace_id, kind, job_key) WHERE job_key IS NOT NULL AND state = 'pending'
         DO UPDATE SET payload = excluded.payload, due_at = excluded.due_at, attempts = 0,
            priority = least(jobs.priority, excluded.priority), serial_key = excluded.serial_key,
            max_attempts = excluded.max_attempts, error = NULL
         RETURNING id",
        workspace,
        job.id.uuid(),
        job.kind,
        job.priority.number(),
        job.serial_key,
        job.job_key,
        job.payload,
        job.max_attempts,
        job.due_at,
        job.created_at,
    )
    .fetch_one(conn)
    .await?;
    Ok(id.into())
}

pub(crate) async fn finish(conn: &mut PgConnection, id: JobId, lease: Lease) -> DbResult<bool> {
    let done = sqlx::query!(
        "DELETE FROM jobs WHERE id = $1 AND state = 'running'
           AND lease_owner = $2 AND lease_token = $3",
        id.uuid(),
        lease.owner.uuid(),
        lease.token,
    )
    .execute(conn)
    .await?;
    Ok(done.rows_affected() == 1)
}

pub(crate) async fn again(
    conn: &mut PgConnection,
    id: JobId,
    lease: Lease,
    error: &str,
    due: DateTime<Utc>,
) -> DbResult<bool> {
    if overtaken(conn, id).await? {
        return finish(conn, id, lease).await;
    }
    let done = sqlx::query!(
        "UPDATE jobs SET state = 'pending', lease_owner = NULL, error = $4, due_at = $5
         WHERE id = $1 AND state = 'running' AND lease_owner = $2 AND lease_token = $3",
        id.uuid(),
        lease.owner.uuid(),
        lease.token,
        error,
        due,
    )
    .execute(conn)
    .await?;
    Ok(done.rows_affected() == 1)
}

/// Back to the queue as if it had not been begun.
pub(crate) async fn hand_back(conn: &mut PgConnection, id: JobId, lease: Lease) -> DbResult<bool> {
    if overtaken(conn, id).await? {
        return finish(conn, id, lease).await;
    }
    let done = sqlx::query!(
        "UPDATE jobs SET state = 'pending', lease_owner = NULL, attempts = attempts - 1
         WHERE id = $1 AND state = 'running' AND lease_owner = $2 AND lease_token = $3",
        id.uuid(),
        lease.owner.uuid(),
        lease.token,
    )
    .execute(conn)
    .await?;
    Ok(done.rows_affected() == 1)
}

pub(crate) async fn bury(
    conn: &mut PgConnection,
    id: JobId,
    lease: Lease,
    error: &str,
    now: DateTime<Utc>,
) -> DbResult<bool> {
    let done = sqlx::query!(
        "UPDATE jobs SET state = 'failed', lease_owner = NULL, error = $4, failed_at = $5
         WHERE id = $1 AND state = 'running' AND lease_owner = $2 AND lease_token = $3",
        id.uuid(),
        lease.owner.uuid(),
        lease.token,
        error,
        now,
    )
    .execute(conn)
    .await?;
    Ok(done.rows_affected() == 1)
}

/// Whether a newer job waits under this one's key: then there is nothing left for this one to do.
async fn overtaken(conn: &mut PgConnection, id: JobId) -> DbResult<bool> {
    Ok(sqlx::query_scalar!(
        r#"SELECT EXISTS (SELECT FROM jobs j JOIN jobs n ON n.kind = j.kind
              AND n.job_key = j.job_key AND n.state = 'pending'
              AND n.workspace_id IS NOT DISTINCT FROM j.workspace_id
            WHERE j.id = $1) AS "overtaken!""#,
        id.uuid()
    )
    .fetch_one(conn)
    .await?)
}
