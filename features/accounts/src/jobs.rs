//! The jobs of this feature.

use chrono::{DateTime, Utc};
use db::{DbResult, NewJob, Priority};
use kernel::{JobId, SecretKey};
use queue::{Attempt, Job, JobError, SealedPayload};
use serde::{Deserialize, Serialize};

use crate::Accounts;

/// Look for the person with an address, and send them a link to choose a new password. The address
/// and the link's token are sealed for the job's row.
#[derive(Clone, Debug, Serialize, Deserialize)]
pub struct SendResetLink(SealedPayload);

/// What is sealed.
#[derive(Serialize, Deserialize)]
pub(crate) struct Forgotten {
    /// Whoever has this address.
    pub(crate) email: String,
    /// The token of the link.
    pub(crate) token: String,
}

impl Job for SendResetLink {
    const KIND: &'static str = "send_reset_link";
    const PRIORITY: Priority = Priority::High;
}

/// The kind of what is sealed.
const SEALED: &str = "forgotten";

impl SendResetLink {
    pub(crate) fn job(key: &SecretKey, wanted: &Forgotten, now: DateTime<Utc>) -> DbResult<NewJob> {
        let id = JobId::new();
        let job = Self(SealedPayload::seal(key, id, SEALED, wanted)?);
        queue::job_with_id(id, &job, now)
    }

    fn open(self, key: &SecretKey, id: JobId) -> Result<Forgotten, JobError> {
        self.0.open(key, id, SEALED)
    }
}

impl Accounts {
    /// Sends the link of a job.
    pub async fn send_reset_link(
        &self,
        attempt: Attempt,
        job: SendResetLink,
    ) -> Result<(), JobError> {
        let wanted = job.open(&self.key, attempt.id)?;
        Ok(self.send_link(wanted).await?)
    }
}
