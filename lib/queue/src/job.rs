//! What a job is, and what its handler is told.

use std::time::Duration;

use chrono::{DateTime, Utc};
use db::{DbError, DbResult, Lease, NewJob, Priority, Scope, TenantTx};
use kernel::JobId;
use serde::Serialize;
use serde::de::DeserializeOwned;

/// A kind of work beside requests. What it serialises to is kept in the job's row.
pub trait Job: Serialize + DeserializeOwned + Send + Sync + 'static {
    /// Its stable name, in the database, in logs and on the operations page.
    const KIND: &'static str;
    /// How urgent it is.
    const PRIORITY: Priority = Priority::Default;
    /// How often it is begun before it is given up.
    const ATTEMPTS: i32 = 8;
    /// How long one attempt may take.
    const LONGEST: Duration = Duration::from_mins(5);

    /// Of the jobs with one serial key in a workspace, one runs at a time, in the order they came.
    fn serial_key(&self) -> Option<String> {
        None
    }

    /// Of the jobs with one job key in a workspace, one waits at a time; a later one takes its
    /// place.
    fn job_key(&self) -> Option<String> {
        None
    }
}

/// A job that is due now; `enqueue` of an open transaction leaves it behind.
pub fn job<J: Job>(job: &J, now: DateTime<Utc>) -> DbResult<NewJob> {
    job_with_id(JobId::new(), job, now)
}

/// The same under an id that is known before, such as one that a sealed part is bound to.
pub fn job_with_id<J: Job>(id: JobId, job: &J, now: DateTime<Utc>) -> DbResult<NewJob> {
    let payload = serde_json::to_value(job).map_err(|error| DbError::Corrupt(error.to_string()))?;
    Ok(NewJob {
        id,
        kind: J::KIND.to_owned(),
        priority: J::PRIORITY,
        serial_key: job.serial_key(),
        job_key: job.job_key(),
        payload,
        max_attempts: J::ATTEMPTS,
        due_at: now,
        created_at: now,
    })
}

/// Why an attempt came to nothing. The texts are for the operations page: no secrets, nothing of
/// what people wrote.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
pub enum JobError {
    /// Another attempt may succeed.
    #[error("{0}")]
    Again(String),
    /// Another attempt may succeed, not before this long.
    #[error("{why}")]
    Later {
        /// How long to wait.
        after: Duration,
        /// What happened.
        why: String,
    },
    /// No attempt will ever succeed.
    #[error("{0}")]
    Never(String),
}

impl From<DbError> for JobError {
    fn from(error: DbError) -> Self {
        Self::Again(error.to_string())
    }
}

/// What a handler knows of the job it works on.
#[derive(Clone, Copy, Debug)]
pub struct Attempt {
    /// The job.
    pub id: JobId,
    /// Which attempt it is, from 1.
    pub number: i32,
    pub(crate) scope: Option<Scope>,
    pub(crate) lease: Lease,
}

impl Attempt {
    /// The proof to work in the job's workspace.
    pub fn scope(&self) -> Result<Scope, JobError> {
        self.scope
            .ok_or_else(|| JobError::Never("the job belongs to no workspace".to_owned()))
    }

    /// Holds the job until the transaction ends. False when somebody else has it by now: then
    /// nothing may be committed.
    pub async fn hold(&self, tx: &mut TenantTx) -> DbResult<bool> {
        tx.hold_job(self.id, self.lease).await
    }

    /// Marks the job as done in the transaction that does its work, so that both become true or
    /// neither. False when somebody else has it by now: then nothing may be committed.
    pub async fn finish(&self, tx: &mut TenantTx) -> DbResult<bool> {
        tx.finish_job(self.id, self.lease).await
    }
}
