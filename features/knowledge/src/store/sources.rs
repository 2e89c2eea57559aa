//! Web pages and sites that are read.

use chrono::{DateTime, Utc};
use db::{DbError, DbResult, TenantTx};
use kernel::{SourceId, UserId};

use crate::document::State;
use crate::sources::{Every, Report, Source};
use crate::store::state;

struct Row {
    id: SourceId,
    url: String,
    whole_site: bool,
    most_pages: i32,
    depth: i32,
    every: String,
    state: String,
    error: Option<String>,
    pages_read: i32,
    pages_waiting: i32,
    documents: i64,
    report: Option<serde_json::Value>,
    created_at: DateTime<Utc>,
    finished_at: Option<DateTime<Utc>>,
    next_at: Option<DateTime<Utc>>,
}

impl TryFrom<Row> for Source {
    type Error = DbError;

    fn try_from(row: Row) -> DbResult<Self> {
        let report = row.report.map(serde_json::from_value).transpose();
        let report =
            report.map_err(|_| DbError::Corrupt("the report of a web source".to_owned()))?;
        Ok(Self {
            id: row.id,
            url: row.url,
            whole_site: row.whole_site,
            most_pages: row.most_pages,
            depth: row.depth,
            every: Every::from_name(&row.every),
            state: State::from_name(&row.state),
            error: row.error,
            pages_read: row.pages_read,
            pages_waiting: row.pages_waiting,
            documents: row.documents,
            report,
            created_at: row.created_at,
            finished_at: row.finished_at,
            next_at: row.next_at,
        })
    }
}

/// The sources, newest first.
pub async fn list(tx: &mut TenantTx) -> DbResult<Vec<Source>> {
    let rows = sqlx::query_as!(
        Row,
        r#"SELECT id AS "id: SourceId", url, whole_site, most_pages, depth, every, state, error,
                  pages_read, pages_waiting, report, created_at, finished_at, next_at,
                  (SELECT count(*) FROM files f WHERE f.source_id = s.id) AS "documents!"
           FROM web_sources s ORDER BY created_at DESC, id DESC LIMIT 200"#,
    )
    .fetch_all(tx.conn())
    .await?;
    rows.into_iter().map(Source::try_from).collect()
}

/// One source.
pub async fn find(tx: &mut TenantTx, id: SourceId) -> DbResult<Option<Source>> {
    let row = sqlx::query_as!(
        Row,
        r#"SELECT id AS "id: SourceId", url, whole_site, most_pages, depth, every, state, error,
                  pages_read, pages_waiting, report, created_at, finished_at, next_at,
                  (SELECT count(*) FROM files f WHERE f.source_id = s.id) AS "documents!"
           FROM web_sources s WHERE id = $1"#,
        id.uuid(),
    )
    .fetch_optional(tx.conn())
    .await?;
    row.map(Source::try_from).transpose()
}

/// A source that is named.
pub struct NewSource<'a> {
    pub id: SourceId,
    pub url: &'a str,
    pub whole_site: bool,
    pub most_pages: i32,
    pub depth: i32,
    pub every: Every,
    pub by: Option<UserId>,
    pub now: DateTime<Utc>,
}

/// Writes a new source; false when its address is one already.
pub async fn insert(tx: &mut TenantTx, source: &NewSource<'_>) -> DbResult<bool> {
    let done = sqlx::query!(
        "INSERT INTO web_sources (workspace_id, id, url, whole_site, most_pages, depth, every,
                                  created_by, created_at)
         VALUES ($1, $2, $3, $4, $5, $6, $7, $8, $9)
         ON CONFLICT (workspace_id, url) DO NOTHING",
        tx.workspace().uuid(),
        source.id.uuid(),
        source.url,
        source.whole_site,
        source.most_pages,
        source.depth,
        source.every.as_str(),
        source.by.map(UserId::uuid),
        source.now,
    )
    .execute(tx.conn())
    .await?;
    Ok(done.rows_affected() > 0)
}

/// Keeps how a source is read, and when next.
pub async fn change(
    tx: &mut TenantTx,
    source: &Source,
    next_at: Option<DateTime<Utc>>,
) -> DbResult<()> {
    sqlx::query!(
        "UPDATE web_sources SET every = $2, next_at = $3, whole_site = $4, most_pages = $5,
                depth = $6
         WHERE id = $1",
        source.id.uuid(),
        source.every.as_str(),
        next_at,
        source.whole_site,
        source.most_pages,
        source.depth,
    )
    .execute(tx.conn())
    .await?;
    Ok(())
}

/// The source waits to be read.
pub async fn set_queued(tx: &mut TenantTx, id: SourceId) -> DbResult<()> {
    sqlx::query!(
        "UPDATE web_sources SET state = 'queued', error = NULL, next_at = NULL WHERE id = $1",
        id.uuid()
    )
    .execute(tx.conn())
    .await?;
    Ok(())
}

/// How far the reading of a source is; false when the source is gone.
pub async fn set_reading(
    tx: &mut TenantTx,
    id: SourceId,
    read: i32,
    waiting: i32,
) -> DbResult<bool> {
    let done = sqlx::query!(
        "UPDATE web_sources SET state = 'reading', error = NULL, pages_read = $2,
                pages_waiting = $3
         WHERE id = $1",
        id.uuid(),
        read,
        waiting,
    )
    .execute(tx.conn())
    .await?;
    Ok(done.rows_affected() > 0)
}

/// Holds a source until the transaction ends; how often it is read, none when it is gone.
pub async fn hold(tx: &mut TenantTx, id: SourceId) -> DbResult<Option<Every>> {
    let every = sqlx::query_scalar!(
        "SELECT every FROM web_sources WHERE id = $1 FOR UPDATE",
        id.uuid()
    )
    .fetch_optional(tx.conn())
    .await?;
    Ok(every.map(|every| Every::from_name(&every)))
}

/// What came of reading a source.
pub struct Finished<'a> {
    /// What was found, unless it failed altogether.
    pub report: Option<&'a Report>,
    /// Why it failed, in words.
    pub error: Option<&'a str>,
    pub now: DateTime<Utc>,
    pub next_at: Option<DateTime<Utc>>,
}

/// The source was read, or could not be.
pub async fn set_finished(
    tx: &mut TenantTx,
    id: SourceId,
    finished: &Finished<'_>,
) -> DbResult<()> {
    let report = finished.report.map(serde_json::to_value).transpose();
    let report = report.map_err(|error| DbError::Corrupt(error.to_string()))?;
    sqlx::query!(
        "UPDATE web_sources SET state = CASE WHEN $2::text IS NULL THEN 'ready' ELSE 'failed' END,
                error = $2, report = coalesce($3, report), pages_waiting = 0, finished_at = $4,
                next_at = $5
         WHERE id = $1",
        id.uuid(),
        finished.error,
        report,
        finished.now,
        finished.next_at,
    )
    .execute(tx.conn())
    .await?;
    Ok(())
}

/// Removes a source with its pages; false when there is none.
pub async fn delete(tx: &mut TenantTx, id: SourceId) -> DbResult<bool> {
    let done = sqlx::query!("DELETE FROM web_sources WHERE id = $1", id.uuid())
        .execute(tx.conn())
        .await?;
    state::touch(tx).await?;
    Ok(done.rows_affected() > 0)
}
