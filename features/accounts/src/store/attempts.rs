//! Sign-in attempts, counted over a quarter of an hour.

use chrono::{DateTime, TimeDelta, Utc};
use db::{DbResult, PeopleTx};

const WINDOW: TimeDelta = TimeDelta::minutes(15);

/// Counts one more attempt on a subject, unless it has had `limit` of them; then it says how many
/// seconds to wait. Attempts on one subject come one after the other, so that parallel ones
/// can't slip past the limit.
pub(crate) async fn count(
    tx: &mut PeopleTx,
    subject: &str,
    limit: i64,
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
        now - WINDOW
    )
    .execute(tx.conn())
    .await?;
    let seen = sqlx::query!(
        r#"SELECT count(*) AS "count!", min(at) AS oldest FROM sign_in_attempts WHERE subject = $1"#,
        subject,
    )
    .fetch_one(tx.conn())
    .await?;
    if seen.count >= limit {
        let free_at = seen.oldest.unwrap_or(now) + WINDOW;
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
