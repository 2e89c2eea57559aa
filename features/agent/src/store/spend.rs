//! The ledger of calls to models and its sums.

use chrono::{DateTime, NaiveDate, Utc};
use db::{DbResult, TenantTx};
use kernel::{Limit, RunId, UsageId};

use crate::spend::{Call, Entry, Period, PriceSource, Sum};

pub(crate) async fn insert(
    tx: &mut TenantTx,
    id: UsageId,
    call: &Call<'_>,
    now: DateTime<Utc>,
) -> DbResult<()> {
    let workspace = tx.workspace().uuid();
    sqlx::query!(
        "INSERT INTO ai_usage (workspace_id, id, at, run_id, purpose, provider, model, prompt_tokens,
            completion_tokens, cached_tokens, reasoning_tokens, micro_usd, price_source, error)
         VALUES ($1, $2, $3, $4, $5, $6, $7, $8, $9, $10, $11, $12, $13, $14)",
        workspace,
        id.uuid(),
        now,
        call.run.map(RunId::uuid),
        call.purpose,
        call.provider,
        call.model,
        call.usage.prompt_tokens,
        call.usage.completion_tokens,
        call.usage.cached_tokens,
        call.usage.reasoning_tokens,
        call.micro_usd,
        call.source.as_str(),
        call.error,
    )
    .execute(tx.conn())
    .await?;
    Ok(())
}

/// Adds a call to the sum of a period.
pub(crate) async fn add(
    tx: &mut TenantTx,
    period: Period,
    starts_on: NaiveDate,
    call: &Call<'_>,
) -> DbResult<()> {
    let workspace = tx.workspace().uuid();
    // A call that failed used nothing that anybody would pay for.
    let unpriced = i32::from(call.micro_usd.is_none() && call.error.is_none());
    sqlx::query!(
        "INSERT INTO ai_spend (workspace_id, period, starts_on, calls, unpriced, micro_usd)
         VALUES ($1, $2, $3, 1, $4, $5)
         ON CONFLICT (workspace_id, period, starts_on) DO UPDATE SET calls = ai_spend.calls + 1,
            unpriced = ai_spend.unpriced + excluded.unpriced,
            micro_usd = ai_spend.micro_usd + excluded.micro_usd",
        workspace,
        period.as_str(),
        starts_on,
        unpriced,
        call.micro_usd.unwrap_or_default(),
    )
    .execute(tx.conn())
    .await?;
    Ok(())
}

/// The sums of a day and of a month.
pub(crate) async fn sums(
    tx: &mut TenantTx,
    day: NaiveDate,
    month: NaiveDate,
) -> DbResult<(Sum, Sum)> {
    let rows = sqlx::query!(
        "SELECT period, calls, unpriced, micro_usd FROM ai_spend
         WHERE (period = 'day' AND starts_on = $1) OR (period = 'month' AND starts_on = $2)",
        day,
        month,
    )
    .fetch_all(tx.conn())
    .await?;
    let of = |period: Period| {
        let row = rows.iter().find(|row| row.period == period.as_str());
        row.map_or_else(Sum::default, |row| Sum {
            calls: row.calls,
            unpriced: row.unpriced,
            micro_usd: row.micro_usd,
        })
    };
    Ok((of(Period::Day), of(Period::Month)))
}

/// Notes that people were told that the budget of a period is spent; `false` when they were before.
pub(crate) async fn note_told(
    tx: &mut TenantTx,
    period: Period,
    starts_on: NaiveDate,
    now: DateTime<Utc>,
) -> DbResult<bool> {
    let workspace = tx.workspace().uuid();
    // A budget of nothing is spent before anything was.
    let done = sqlx::query!(
        "INSERT INTO ai_spend (workspace_id, period, starts_on, told_at) VALUES ($1, $2, $3, $4)
         ON CONFLICT (workspace_id, period, starts_on) DO UPDATE SET told_at = excluded.told_at
         WHERE ai_spend.told_at IS NULL",
        workspace,
        period.as_str(),
        starts_on,
        now,
    )
    .execute(tx.conn())
    .await?;
    Ok(done.rows_affected() > 0)
}

/// The calls, the newest first.
pub(crate) async fn list(
    tx: &mut TenantTx,
    after: Option<(DateTime<Utc>, UsageId)>,
    limit: Limit,
) -> DbResult<Vec<Entry>> {
    let (after_at, after_id) = after.unzip();
    Ok(sqlx::query_as!(
        Entry,
        r#"SELECT id AS "id: UsageId", at, run_id AS "run_id: RunId", purpose, provider, model,
                  prompt_tokens, completion_tokens, cached_tokens, reasoning_tokens, micro_usd,
                  price_source AS "price_source: PriceSource", error
           FROM ai_usage
           WHERE $1::timestamptz IS NULL OR (at, id) < ($1, $2)
           ORDER BY at DESC, id DESC LIMIT $3"#,
        after_at,
        after_id.map(UsageId::uuid),
        limit.probe(),
    )
    .fetch_all(tx.conn())
    .await?)
}
