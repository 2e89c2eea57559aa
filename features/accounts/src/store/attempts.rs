//! Attempts on what opens an account, counted over a while.

use chrono::{DateTime, TimeDelta, Utc};
use db::{DbResult, PeopleTx};

/// How many attempts, in what time.
#[derive(Clone, Copy)]
pub(crate) struct Limit {
    pub(crate) most: i64,
    pub(crate) within: TimeDelta,
}

/// Counts one more attempt on a subject, unless it has had as many as the limit allows; then it
/// says how many seconds to wait. Attempts on one subject come one after the other, so that
/// parallel ones can't slip past the limit.
pub(crate) async fn count(
    tx: &mut PeopleTx,
    subject: &str,
    limit: Limit,
    now: DateTime<Utc>,
) -> DbResult<Option<u64>> {
    sqlx::query!(
        "SELECT pg_advisory_xact_lock(hashtextextended($1, 7)) AS locked",
        subject
    )
    .fetch_one(tx.conn())
    .await?;
    sqlx::query!(
        "DELETE FROM sign_in_attempts WHERE subject = $1 AND at <= $2",
        subject,
        now - limit.within
    )
    .execute(tx.conn())
    .await?;
    let seen = sqlx::query!(
        r#"SELECT count(*) AS "count!", min(at) AS oldest FROM sign_in_attempts WHERE subject = $1"#,
        subject,
    )
    .fetch_one(tx.conn())
    .await?;
    if seen.count >= limit.most {
        let free_at = seen.oldest.unwrap_or(now) + limit.within;
        return Ok(Some(
            u64::try_from((free_at - now).num_seconds()).unwrap_or(0) + 1,
        ));
    }
    sqlx::query!(
        "INSERT INTO sign_in_attempts (subject, at) VALUES ($1, $2)",
        subject,
        now
    )
    .execute(tx.conn())
    .await?;
    Ok(None)
}

/// Forgets the attempts on an account, and the one at `at` from an address: it was no failure.
pub(crate) async fn forgive(
    tx: &mut PeopleTx,
    account: &str,
    address: &str,
    at: DateTime<Utc>,
) -> DbResult<()> {
    sqlx::query!(
        "DELETE FROM sign_in_attempts WHERE subject = $1 OR (subject = $2 AND at = $3)",
        account,
        address,
        at,
    )
    .execute(tx.conn())
    .await?;
    Ok(())
}

/// Forgets the attempts on a subject: the last one was no failure.
pub(crate) async fn forget(tx: &mut PeopleTx, subject: &str) -> DbResult<()> {
    sqlx::query!("DELETE FROM sign_in_attempts WHERE subject = $1", subject)
        .execute(tx.conn())
        .await?;
    Ok(())
}
