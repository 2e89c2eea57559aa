//! The jobs of this feature.

use std::time::Duration;

use db::{DbResult, TenantTx};
use kernel::FileId;
use queue::{Attempt, Job, JobError};
use serde::{Deserialize, Serialize};

use crate::Knowledge;
use crate::document::Trouble;
use crate::ingest::{self, IngestError};
use crate::store::files;

/// Read a document.
#[derive(Clone, Copy, Debug, Serialize, Deserialize)]
pub struct ReadDocument {
    /// Which.
    pub document: FileId,
}

impl Job for ReadDocument {
    const KIND: &'static str = "read_document";
    const ATTEMPTS: i32 = 5;
    const LONGEST: Duration = Duration::from_mins(2);

    fn job_key(&self) -> Option<String> {
        Some(self.document.to_string())
    }
}

impl From<IngestError> for JobError {
    fn from(error: IngestError) -> Self {
        Self::Again(error.to_string())
    }
}

impl Knowledge {
    /// Reads a document; its passages, its state and the end of the job become true together.
    pub async fn read_document(&self, attempt: Attempt, job: ReadDocument) -> Result<(), JobError> {
        let scope = attempt.scope()?;
        let Some(document) = ingest::begin(self, &scope, job.document).await? else {
            return Ok(());
        };
        let found = ingest::look(self, &scope, &document).await?;
        let mut tx = self.db.tenant(&scope).await?;
        if !attempt.finish(&mut tx).await? {
            return Ok(());
        }
        ingest::keep(&mut tx, &document, found, self.clock.now()).await?;
        Ok(tx.commit().await?)
    }
}

/// What follows when a document was tried in vain too often.
pub async fn give_up(tx: &mut TenantTx, job: ReadDocument) -> DbResult<()> {
    files::set_failed(tx, job.document, Trouble::Broken, None).await?;
    tx.signal("knowledge-changed");
    Ok(())
}
