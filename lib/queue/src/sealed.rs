//! Payloads that nobody reads in the database: they may hold addresses, or links that open an
//! account.

use std::fmt;

use db::{DbError, DbResult};
use kernel::{JobId, Sealed, Secret, SecretKey};
use serde::de::DeserializeOwned;
use serde::{Deserialize, Serialize};

use crate::JobError;

/// A payload, sealed for one job's row.
#[derive(Clone, Serialize, Deserialize)]
pub struct SealedPayload {
    key_id: String,
    /// In hexadecimal digits.
    sealed: String,
}

/// What the seal is bound to.
fn place(id: JobId, what: &str) -> String {
    format!("jobs/{id}/{what}")
}

impl SealedPayload {
    /// Seals a payload for the job of this id; `what` names the kind of payload.
    pub fn seal(
        key: &SecretKey,
        id: JobId,
        what: &str,
        payload: &impl Serialize,
    ) -> DbResult<Self> {
        let corrupt = |error: &dyn std::error::Error| DbError::Corrupt(error.to_string());
        let text = serde_json::to_string(payload).map_err(|error| corrupt(&error))?;
        let sealed = key
            .seal(&Secret::new(text), &place(id, what))
            .map_err(|error| corrupt(&error))?;
        Ok(Self {
            key_id: sealed.key_id,
            sealed: hex::encode(sealed.bytes),
        })
    }

    /// Opens what was sealed for that job and that kind of payload.
    pub fn open<T: DeserializeOwned>(
        self,
        key: &SecretKey,
        id: JobId,
        what: &str,
    ) -> Result<T, JobError> {
        let never = |error: &dyn std::error::Error| JobError::Never(error.to_string());
        let sealed = Sealed {
            key_id: self.key_id,
            bytes: hex::decode(self.sealed).map_err(|error| never(&error))?,
        };
        let text = key
            .open(&sealed, &place(id, what))
            .map_err(|error| never(&error))?;
        serde_json::from_str(text.expose()).map_err(|error| never(&error))
    }
}

impl fmt::Debug for SealedPayload {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("…")
    }
}
