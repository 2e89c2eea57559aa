//! Requests of the platforms to delete a person's data, and how far they are.

use chrono::{DateTime, Utc};
use kernel::Platform;

use super::SystemTx;
use crate::DbResult;

/// A deletion request, as its status page shows it.
#[derive(Clone, Debug)]
pub struct DataDeletion {
    /// The code that the platform gives the person.
    pub code: String,
    /// When it was asked for.
    pub requested_at: DateTime<Utc>,
    /// When it was done.
    pub finished_at: Option<DateTime<Utc>>,
}

impl SystemTx {
    /// Notes a request. The subject is kept as a hash only.
    pub async fn insert_data_deletion(
        &mut self,
        code: &str,
        platform: Platform,
        subject_hash: &[u8],
        accounts: i32,
        now: DateTime<Utc>,
    ) -> DbResult<()> {
        sqlx::query!(
            "INSERT INTO data_deletions (code, platform, subject_hash, accounts, requested_at)
             VALUES ($1, $2, $3, $4, $5)",
            code,
            platform.as_str(),
            subject_hash,
            accounts,
            now,
        )
        .execute(self.conn())
        .await?;
        Ok(())
    }

    /// Notes that a request was carried out.
    pub async fn finish_data_deletion(&mut self, code: &str, now: DateTime<Utc>) -> DbResult<()> {
        sqlx::query!(
            "UPDATE data_deletions SET finished_at = coalesce(finished_at, $2) WHERE code = $1",
            code,
            now
        )
        .execute(self.conn())
        .await?;
        Ok(())
    }

    /// The request with this code.
    pub async fn data_deletion(&mut self, code: &str) -> DbResult<Option<DataDeletion>> {
        Ok(sqlx::query_as!(
            DataDeletion,
            "SELECT code, requested_at, finished_at FROM data_deletions WHERE code = $1",
            code
        )
        .fetch_optional(self.conn())
        .await?)
    }
}
