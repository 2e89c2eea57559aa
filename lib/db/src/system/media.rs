//! Files of messages that nobody needs any more.

use chrono::{DateTime, Utc};
use kernel::MediaId;

use super::SystemTx;
use crate::DbResult;
use crate::scope::{Actor, Scope};

impl SystemTx {
    /// Files that no message has and whose time is up, with the right to remove them.
    pub async fn unused_media(
        &mut self,
        now: DateTime<Utc>,
        most: i64,
    ) -> DbResult<Vec<(Scope, MediaId)>> {
        let rows = sqlx::query!(
            "SELECT workspace_id, id FROM message_media
             WHERE message_id IS NULL AND (keep_until IS NULL OR keep_until <= $1)
             ORDER BY keep_until NULLS FIRST, workspace_id, id LIMIT $2",
            now,
            most,
        )
        .fetch_all(self.conn())
        .await?;
        Ok(rows
            .into_iter()
            .map(|row| {
                let scope = Scope::new(row.workspace_id.into(), Actor::System);
                (scope, row.id.into())
            })
            .collect())
    }
}
