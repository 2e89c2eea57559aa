//! Documents.

use chrono::{DateTime, Utc};
use db::{DbResult, TenantTx};
use kernel::{FileId, SourceId};

use crate::document::{Document, State, Trouble};
use crate::language::Language;
use crate::store::state;
use crate::store::versions::NewVersion;

struct Row {
    id: FileId,
    name: String,
    media_type: String,
    size: i64,
    language: Option<String>,
    state: String,
    error: Option<String>,
    error_detail: Option<String>,
    chunks: i32,
    pages: Option<i32>,
    version: i32,
    serving: Option<i32>,
    source_id: Option<SourceId>,
    url: Option<String>,
    created_at: DateTime<Utc>,
}

impl From<Row> for Document {
    fn from(row: Row) -> Self {
        Self {
            id: row.id,
            name: row.name,
            media_type: row.media_type,
            size: row.size,
            language: row.language.as_deref().map(Language::from_tag),
            state: State::from_name(&row.state),
            error: row
                .error
                .as_deref()
                .map(|name| Trouble::named(name).unwrap_or(Trouble::Broken)),
            error_detail: row.error_detail,
            passages: row.chunks,
            pages: row.pages,
            version: row.version,
            serving: row.serving,
            source: row.source_id,
            url: row.url,
            created_at: row.created_at,
        }
    }
}

/// The documents that were uploaded, newest first; `after` is the last of the page before.
pub async fn list(
    tx: &mut TenantTx,
    after: Option<(DateTime<Utc>, FileId)>,
    limit: i64,
) -> DbResult<Vec<Document>> {
    let (at, id) = after.unzip();
    let rows = sqlx::query_as!(
        Row,
        r#"SELECT id AS "id: FileId", name, media_type, size, language, state, error, error_detail,
                  chunks, pages, version, serving, source_id AS "source_id: SourceId", url, created_at
           FROM files
           WHERE source_id IS NULL
             AND ($1::timestamptz IS NULL OR (created_at, id) < ($1, $2::uuid))
           ORDER BY created_at DESC, id DESC LIMIT $3"#,
        at,
        id.map(FileId::uuid),
        limit,
    )
    .fetch_all(tx.conn())
    .await?;
    Ok(rows.into_iter().map(Document::from).collect())
}

/// The pages of a web source by their addresses.
pub async fn of_source(tx: &mut TenantTx, source: SourceId, limit: i64) -> DbResult<Vec<Document>> {
    let rows = sqlx::query_as!(
        Row,
        r#"SELECT id AS "id: FileId", name, media_type, size, language, state, error, error_detail,
                  chunks, pages, version, serving, source_id AS "source_id: SourceId", url, created_at
           FROM files WHERE source_id = $1 ORDER BY url LIMIT $2"#,
        source.uuid(),
        limit,
    )
    .fetch_all(tx.conn())
    .await?;
    Ok(rows.into_iter().map(Document::from).collect())
}

/// One document.
pub async fn find(tx: &mut TenantTx, id: FileId) -> DbResult<Option<Document>> {
    let row = sqlx::query_as!(
        Row,
        r#"SELECT id AS "id: FileId", name, media_type, size, language, state, error, error_detail,
                  chunks, pages, version, serving, source_id AS "source_id: SourceId", url, created_at
           FROM files WHERE id = $1"#,
        id.uuid(),
    )
    .fetch_optional(tx.conn())
    .await?;
    Ok(row.map(Document::from))
}

/// The document whose wanted version has this content.
pub async fn with_hash(tx: &mut TenantTx, sha256: &[u8]) -> DbResult<Option<FileId>> {
    let id = sqlx::query_scalar!(
        r#"SELECT id AS "id: FileId" FROM files WHERE sha256 = $1"#,
        sha256,
    )
    .fetch_optional(tx.conn())
    .await?;
    Ok(id)
}

/// Where a page of the web stands.
#[derive(Clone, Copy, Debug)]
pub struct Place<'a> {
    pub source: SourceId,
    pub url: &'a str,
}

/// Writes a new document with its first version; false when one with the same content arrived at
/// the same moment.
pub async fn insert(
    tx: &mut TenantTx,
    id: FileId,
    version: &NewVersion<'_>,
    place: Option<Place<'_>>,
) -> DbResult<bool> {
    let done = sqlx::query!(
        "INSERT INTO files (workspace_id, id, name, media_type, size, sha256, uploaded_by,
                            created_at, source_id, url)
         VALUES ($1, $2, $3, $4, $5, $6, $7, $8, $9, $10)
         ON CONFLICT (workspace_id, sha256) DO NOTHING",
        tx.workspace().uuid(),
        id.uuid(),
        version.name,
        version.media_type,
        version.size,
        version.sha256,
        version.by.map(kernel::UserId::uuid),
        version.now,
        place.map(|place| place.source.uuid()),
        place.map(|place| place.url),
    )
    .execute(tx.conn())
    .await?;
    Ok(done.rows_affected() > 0)
}

/// Wants a version, which waits to be read. What is searched stays until it was.
pub async fn want(tx: &mut TenantTx, id: FileId, number: i32) -> DbResult<()> {
    sqlx::query!(
        "UPDATE files f SET version = v.number, name = v.name, media_type = v.media_type,
                size = v.size, sha256 = v.sha256, state = 'queued', error = NULL,
                error_detail = NULL
         FROM file_versions v WHERE f.id = $1 AND v.file_id = f.id AND v.number = $2",
        id.uuid(),
        number,
    )
    .execute(tx.conn())
    .await?;
    Ok(())
}

/// The document waits to be read once more.
pub async fn set_queued(tx: &mut TenantTx, id: FileId) -> DbResult<()> {
    sqlx::query!(
        "UPDATE files SET state = 'queued', error = NULL, error_detail = NULL WHERE id = $1",
        id.uuid()
    )
    .execute(tx.conn())
    .await?;
    Ok(())
}

/// The document is being read.
pub async fn set_reading(tx: &mut TenantTx, id: FileId) -> DbResult<()> {
    sqlx::query!(
        "UPDATE files SET state = 'reading', error = NULL, error_detail = NULL WHERE id = $1",
        id.uuid()
    )
    .execute(tx.conn())
    .await?;
    Ok(())
}

/// The document could not be read.
pub async fn set_failed(
    tx: &mut TenantTx,
    id: FileId,
    trouble: Trouble,
    detail: Option<&str>,
) -> DbResult<()> {
    sqlx::query!(
        "UPDATE files SET state = 'failed', error = $2, error_detail = $3 WHERE id = $1",
        id.uuid(),
        trouble.as_str(),
        detail,
    )
    .execute(tx.conn())
    .await?;
    Ok(())
}

/// Holds a document until the transaction ends; the version that is wanted, none when it is gone.
pub async fn hold(tx: &mut TenantTx, id: FileId) -> DbResult<Option<i32>> {
    Ok(sqlx::query_scalar!(
        "SELECT version FROM files WHERE id = $1 FOR UPDATE",
        id.uuid()
    )
    .fetch_optional(tx.conn())
    .await?)
}

/// What was read in a document.
pub struct Read {
    pub language: Language,
    pub media_type: &'static str,
    pub passages: i32,
    pub pages: Option<i32>,
}

/// The wanted version was read.
pub async fn set_ready(
    tx: &mut TenantTx,
    id: FileId,
    read: &Read,
    now: DateTime<Utc>,
) -> DbResult<()> {
    sqlx::query!(
        "UPDATE files SET state = 'ready', error = NULL, error_detail = NULL, language = $2,
                media_type = $3, chunks = $4, pages = $5, ready_at = $6, serving = version
         WHERE id = $1",
        id.uuid(),
        read.language.as_str(),
        read.media_type,
        read.passages,
        read.pages,
        now,
    )
    .execute(tx.conn())
    .await?;
    Ok(())
}

/// A page of a web source as the last reading left it.
pub struct Known {
    pub id: FileId,
    pub url: String,
    pub sha256: Vec<u8>,
    pub etag: Option<String>,
    pub last_modified: Option<String>,
}

/// All pages of a web source.
pub async fn known(tx: &mut TenantTx, source: SourceId) -> DbResult<Vec<Known>> {
    let rows = sqlx::query_as!(
        Known,
        r#"SELECT id AS "id: FileId", url AS "url!", sha256, etag, last_modified
           FROM files WHERE source_id = $1"#,
        source.uuid(),
    )
    .fetch_all(tx.conn())
    .await?;
    Ok(rows)
}

/// Notes how a site names the version of a page that was read.
pub async fn set_validators(
    tx: &mut TenantTx,
    id: FileId,
    etag: Option<&str>,
    last_modified: Option<&str>,
) -> DbResult<()> {
    sqlx::query!(
        "UPDATE files SET etag = $2, last_modified = $3 WHERE id = $1",
        id.uuid(),
        etag,
        last_modified,
    )
    .execute(tx.conn())
    .await?;
    Ok(())
}

/// Removes a document with its versions and passages; false when there is none.
pub async fn delete(tx: &mut TenantTx, id: FileId) -> DbResult<bool> {
    let done = sqlx::query!("DELETE FROM files WHERE id = $1", id.uuid())
        .execute(tx.conn())
        .await?;
    state::touch(tx).await?;
    Ok(done.rows_affected() > 0)
}
