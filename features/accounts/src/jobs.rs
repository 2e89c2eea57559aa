//! The jobs of this feature.

use chrono::{DateTime, Utc};
use db::{DbError, DbResult, NewJob, Priority};
use kernel::{JobId, Sealed, Secret, SecretKey};
use queue::{Attempt, Job, JobError};
use serde::{Deserialize, Serialize};

use crate::Accounts;

/// Look for the person with an address, and send them a link to choose a new password. The address
/// and the link's token are sealed for the job's row.
#[derive(Clone, Serialize, Deserialize)]
pub struct SendResetLink {
    key_id: String,
    /// In hexadecimal digits.
    sealed: String,
}

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

/// What the seal is bound to.
fn place(id: JobId) -> String {
    format!("jobs/{id}/forgotten")
}

impl SendResetLink {
    pub(crate) fn job(key: &SecretKey, wanted: &Forgotten, now: DateTime<Utc>) -> DbResult<NewJob> {
        let corrupt = |error: &dyn std::error::Error| DbError::Corrupt(error.to_string());
        let id = JobId::new();
        let text = serde_json::to_string(wanted).map_err(|error| corrupt(&error))?;
        let sealed = key
            .seal(&Secret::new(text), &place(id))
            .map_err(|error| corrupt(&error))?;
        let job = Self {
            key_id: sealed.key_id,
            sealed: hex::encode(sealed.bytes),
        };
        queue::job_with_id(id, &job, now)
    }

    fn open(self, key: &SecretKey, id: JobId) -> Result<Forgotten, JobError> {
        let never = |error: &dyn std::error::Error| JobError::Never(error.to_string());
        let sealed = Sealed {
            key_id: self.key_id,
            bytes: hex::decode(self.sealed).map_err(|error| never(&error))?,
        };
        let text = key
            .open(&sealed, &place(id))
            .map_err(|error| never(&error))?;
        serde_json::from_str(text.expose()).map_err(|error| never(&error))
    }
}

impl std::fmt::Debug for SendResetLink {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.write_str("SendResetLink(…)")
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
