//! Questions and rows that no door of the product offers, straight at the database.

use anyhow::Result;
use sqlx::{AssertSqlSafe, Connection as _, PgConnection};

/// Bodies in the journal.
pub async fn journal_rows(url: &str) -> Result<i64> {
    let mut connection = PgConnection::connect(url).await?;
    Ok(sqlx::query_scalar("SELECT count(*) FROM webhook_events")
        .fetch_one(&mut connection)
        .await?)
}

/// Bodies in the journal that wait to be taken in.
pub async fn journal_open(url: &str) -> Result<i64> {
    let mut connection = PgConnection::connect(url).await?;
    Ok(sqlx::query_scalar(
        "SELECT count(*) FROM webhook_events WHERE state IN ('pending', 'running')",
    )
    .fetch_one(&mut connection)
    .await?)
}

/// Forgets all bodies.
pub async fn empty_journal(url: &str) -> Result<()> {
    let mut connection = PgConnection::connect(url).await?;
    sqlx::query("TRUNCATE webhook_events")
        .execute(&mut connection)
        .await?;
    Ok(())
}

/// Lets the agent answer nothing.
pub async fn agent_off(url: &str) -> Result<()> {
    let mut connection = PgConnection::connect(url).await?;
    sqlx::query(r#"UPDATE ai_settings SET settings = jsonb_set(settings, '{mode}', '"off"')"#)
        .execute(&mut connection)
        .await?;
    Ok(())
}

/// 100,000 conversations of 20 messages on this account.
pub async fn conversations(url: &str, account: &str) -> Result<()> {
    let mut connection = PgConnection::connect(url).await?;
    let script = include_str!("fill.sql").replace("{account}", account);
    sqlx::raw_sql(AssertSqlSafe(script))
        .execute(&mut connection)
        .await?;
    // What autovacuum would have done long before there were so many.
    sqlx::raw_sql("VACUUM ANALYZE")
        .execute(&mut connection)
        .await?;
    Ok(())
}
