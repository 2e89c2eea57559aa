//! The table of answers.

use chrono::{DateTime, Utc};
use db::{DbResult, TenantTx};

/// What is known of a key.
#[derive(Debug)]
pub(super) enum Taken {
    /// Nothing was: it is taken for this request now.
    Fresh,
    /// The first request is still at work.
    Running,
    /// It was answered.
    Kept(Kept),
}

/// An answer that was kept.
#[derive(Debug)]
pub(super) struct Kept {
    pub(super) fingerprint: Vec<u8>,
    pub(super) status: i32,
    pub(super) content_type: Option<String>,
    pub(super) body: Vec<u8>,
}

/// Takes a key for a request, unless another request has it.
pub(super) async fn take(
    tx: &mut TenantTx,
    caller: &str,
    key: &str,
    fingerprint: &[u8],
    now: DateTime<Utc>,
    cut_off: DateTime<Utc>,
) -> DbResult<Taken> {
    let workspace = tx.workspace().uuid();
    let taken = sqlx::query_scalar!(
        "INSERT INTO idempotency_keys AS k (workspace_id, caller, key, request_hash, created_at)
         VALUES ($1, $2, $3, $4, $5)
         ON CONFLICT (workspace_id, caller, key) DO UPDATE SET created_at = excluded.created_at
          WHERE k.status IS NULL AND k.created_at < $6 AND k.request_hash = excluded.request_hash
         RETURNING key",
        workspace,
        caller,
        key,
        fingerprint,
        now,
        cut_off,
    )
    .fetch_optional(tx.conn())
    .await?;
    if taken.is_some() {
        return Ok(Taken::Fresh);
    }
    let row = sqlx::query!(
        "SELECT request_hash, status, content_type, body FROM idempotency_keys
         WHERE caller = $1 AND key = $2",
        caller,
        key,
    )
    .fetch_optional(tx.conn())
    .await?;
    let kept = row.and_then(|row| {
        Some(Kept {
            fingerprint: row.request_hash,
            status: row.status?,
            content_type: row.content_type,
            body: row.body.unwrap_or_default(),
        })
    });
    Ok(kept.map_or(Taken::Running, Taken::Kept))
}

/// Keeps the answer.
pub(super) async fn keep(
    tx: &mut TenantTx,
    caller: &str,
    key: &str,
    status: i32,
    content_type: Option<&str>,
    body: &[u8],
) -> DbResult<()> {
    sqlx::query!(
        "UPDATE idempotency_keys SET status = $3, content_type = $4, body = $5
         WHERE caller = $1 AND key = $2",
        caller,
        key,
        status,
        content_type,
        body,
    )
    .execute(tx.conn())
    .await?;
    Ok(())
}

/// Lets the key be tried again.
pub(super) async fn forget(tx: &mut TenantTx, caller: &str, key: &str) -> DbResult<()> {
    sqlx::query!(
        "DELETE FROM idempotency_keys WHERE caller = $1 AND key = $2",
        caller,
        key,
    )
    .execute(tx.conn())
    .await?;
    Ok(())
}

/// Forgets the workspace's answers from before `until`.
pub(super) async fn purge(tx: &mut TenantTx, until: DateTime<Utc>) -> DbResult<()> {
    sqlx::query!("DELETE FROM idempotency_keys WHERE created_at < $1", until)
        .execute(tx.conn())
        .await?;
    Ok(())
}
