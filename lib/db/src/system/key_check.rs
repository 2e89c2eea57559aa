//! The sealed word by which a process knows the installation's key.

use kernel::Sealed;

use super::SystemTx;
use crate::DbResult;

impl SystemTx {
    /// The word as it was sealed; none before the first process kept it.
    pub async fn key_check(&mut self) -> DbResult<Option<Sealed>> {
        let row = sqlx::query!("SELECT key_id, sealed FROM key_check")
            .fetch_optional(self.conn())
            .await?;
        Ok(row.map(|row| Sealed {
            key_id: row.key_id,
            bytes: row.sealed,
        }))
    }

    /// Keeps the word unless another process was first, and answers the one that is kept.
    pub async fn keep_key_check(&mut self, sealed: &Sealed) -> DbResult<Sealed> {
        sqlx::query!(
            "INSERT INTO key_check (key_id, sealed) VALUES ($1, $2) ON CONFLICT DO NOTHING",
            sealed.key_id,
            sealed.bytes,
        )
        .execute(self.conn())
        .await?;
        let kept = self.key_check().await?;
        Ok(kept.unwrap_or_else(|| sealed.clone()))
    }

    /// Keeps the word sealed with another key in the place of the one that is kept.
    pub async fn renew_key_check(&mut self, sealed: &Sealed) -> DbResult<()> {
        sqlx::query!(
            "UPDATE key_check SET key_id = $1, sealed = $2",
            sealed.key_id,
            sealed.bytes,
        )
        .execute(self.conn())
        .await?;
        Ok(())
    }
}
