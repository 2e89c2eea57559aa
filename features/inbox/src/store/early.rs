//! News of messages that have not arrived yet.

use chrono::{DateTime, Utc};
use db::{DbResult, TenantTx};
use kernel::{AccountId, MessageId};

use crate::receive::update::Update;

/// Holds a message that is not here yet: until the transaction ends nobody stores it, and whoever is
/// storing it has done so. Without that the news could be kept just after the message looked for
/// what was kept.
pub(crate) async fn hold(tx: &mut TenantTx, account: AccountId, external_id: &str) -> DbResult<()> {
    sqlx::query!(
        r#"SELECT true AS "held!" FROM
             pg_advisory_xact_lock(hashtextextended($1::uuid::text || $2, 0))"#,
        account.uuid(),
        external_id
    )
    .fetch_one(tx.conn())
    .await?;
    Ok(())
}

pub(crate) async fn keep(
    tx: &mut TenantTx,
    account: AccountId,
    external_id: &str,
    update: &Update,
    received_at: DateTime<Utc>,
) -> DbResult<()> {
    let workspace = tx.workspace().uuid();
    let update = serde_json::to_value(update).unwrap_or_default();
    sqlx::query!(
        "INSERT INTO early_updates (workspace_id, id, account_id, external_id, update, received_at)
         VALUES ($1, $2, $3, $4, $5, $6)",
        workspace,
        // Ids grow, so that news of one body keep their order.
        MessageId::new().uuid(),
        account.uuid(),
        external_id,
        update,
        received_at
    )
    .execute(tx.conn())
    .await?;
    Ok(())
}

/// Takes out what waited for a message, in the order it came.
pub(crate) async fn take(
    tx: &mut TenantTx,
    account: AccountId,
    external_id: &str,
) -> DbResult<Vec<Update>> {
    let mut rows = sqlx::query!(
        "DELETE FROM early_updates WHERE account_id = $1 AND external_id = $2
         RETURNING update, received_at, id",
        account.uuid(),
        external_id
    )
    .fetch_all(tx.conn())
    .await?;
    rows.sort_by_key(|row| (row.received_at, row.id));
    Ok(rows
        .into_iter()
        .filter_map(|row| serde_json::from_value(row.update).ok())
        .collect())
}
