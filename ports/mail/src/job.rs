//! A mail as a job: written down in the transaction that makes it necessary, sealed, because it may
//! hold a link that opens an account.

use chrono::{DateTime, Utc};
use db::{DbResult, NewJob, Priority};
use kernel::{JobId, SecretKey};
use queue::{Attempt, Job, JobError, SealedPayload};
use serde::{Deserialize, Serialize};

use crate::{Mail, Mailer};

/// A mail to send. The whole of it is sealed for its job's row.
#[derive(Clone, Debug, Serialize, Deserialize)]
pub struct SendMail(SealedPayload);

impl Job for SendMail {
    const KIND: &'static str = "send_mail";
    const PRIORITY: Priority = Priority::High;
    const ATTEMPTS: i32 = 12;
}

/// The kind of what is sealed.
const SEALED: &str = "mail";

impl SendMail {
    /// The job that sends this mail, to be left behind in an open transaction.
    pub fn job(key: &SecretKey, mail: &Mail, now: DateTime<Utc>) -> DbResult<NewJob> {
        let id = JobId::new();
        let job = Self(SealedPayload::seal(key, id, SEALED, mail)?);
        queue::job_with_id(id, &job, now)
    }

    fn open(self, key: &SecretKey, id: JobId) -> Result<Mail, JobError> {
        self.0.open(key, id, SEALED)
    }
}

impl Mailer {
    /// Sends the mail of a job. Whether a mail was sent can't be asked for, so that one whose
    /// outcome is unknown is sent again: under its Message-ID, by which receivers tell a copy.
    pub async fn send_job(
        &self,
        key: &SecretKey,
        attempt: Attempt,
        job: SendMail,
    ) -> Result<(), JobError> {
        let mail = job.open(key, attempt.id)?;
        self.send(&mail).await.map_err(|error| match error {
            crate::SendError::Permanent { .. } => JobError::Never(error.to_string()),
            other => JobError::Again(other.to_string()),
        })
    }
}

#[cfg(test)]
mod tests {
    use kernel::Secret;

    use super::*;

    fn key() -> SecretKey {
        SecretKey::from_texts([&Secret::new("k".repeat(32))]).unwrap()
    }

    fn mail() -> Mail {
        Mail {
            to: "ana@example.com".to_owned(),
            subject: "A new password".to_owned(),
            text: "https://shop.example/reset?token=s3cret".to_owned(),
            html: None,
            message_id: "reset-1".to_owned(),
        }
    }

    #[test]
    fn a_mail_in_the_queue_shows_nothing_and_opens_in_its_own_row_only() {
        let new = SendMail::job(&key(), &mail(), DateTime::UNIX_EPOCH).unwrap();
        let shown = new.payload.to_string();
        for secret in ["s3cret", "ana@", "password", "reset-1"] {
            assert!(!shown.contains(secret), "{shown}");
        }
        let job: SendMail = serde_json::from_value(new.payload).unwrap();
        assert_eq!(job.clone().open(&key(), new.id).unwrap(), mail());
        assert!(job.open(&key(), JobId::new()).is_err());
    }
}
