//! Uploaded documents.

use chrono::{DateTime, Utc};
use db::{DbResult, TenantTx};
use kernel::{FileId, UserId};

use crate::document::{Document, State, Trouble};
use crate::language::Language;
use crate::store::state;

struct Row {
    id: FileId,
    name: String,
    media_type: String,
    size: i64,
    language: Option<String>,
    state: String,
    error: Option<String>,
    chunks: i32,
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
            error: row.error.as_deref().map(Trouble::from_name),
            passages: row.chunks,
            created_at: row.created_at,
        }
    }
}

/// The documents, newest first.
pub async fn list(tx: &mut TenantTx, limit: i64) -> DbResult<Vec<Document>> {
    let rows = sqlx::query_as!(
        Row,
        r#"SELECT id AS "id: FileId", name, media_type, size, language, state, error, chunks, created_at
           FROM files ORDER BY created_at DESC, id DESC LIMIT $1"#,
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
        r#"SELECT id AS "id: FileId", name, media_type, size, language, state, error, chunks, created_at
           FROM files WHERE id = $1"#,
        id.uuid(),
    )
    .fetch_optional(tx.conn())
    .await?;
    Ok(row.map(Document::from))
}

/// The document with this content.
pub async fn with_hash(tx: &mut TenantTx, sha256: &[u8]) -> DbResult<Option<FileId>> {
    let id = sqlx::query_scalar!(
        r#"SELECT id AS "id: FileId" FROM files WHERE sha256 = $1"#,
        sha256,
    )
    .fetch_optional(tx.conn())
    .await?;
    Ok(id)
}

/// A document that arrives.
pub struct NewFile<'a> {
    pub id: FileId,
    pub name: &'a str,
    pub media_type: &'a str,
    pub size: i64,
    pub sha256: &'a [u8],
    pub blob_key: &'a str,
    pub by: Option<UserId>,
    pub now: DateTime<Utc>,
}

/// Writes a new document; false when one with the same content arrived at the same moment.
pub async fn insert(tx: &mut TenantTx, file: &NewFile<'_>) -> DbResult<bool> {
    let done = sqlx::query!(
        "INSERT INTO files (workspace_id, id, name, media_type, size, sha256, blob_key,
                            uploaded_by, created_at)
         VALUES ($1, $2, $3, $4, $5, $6, $7, $8, $9)
         ON CONFLICT (workspace_id, sha256) DO NOTHING",
        tx.workspace().uuid(),
        file.id.uuid(),
        file.name,
        file.media_type,
        file.size,
        file.sha256,
        file.blob_key,
        file.by.map(UserId::uuid),
        file.now,
    )
    .execute(tx.conn())
    .await?;
    Ok(done.rows_affected() > 0)
}

/// The document waits to be read once more.
pub async fn set_queued(tx: &mut TenantTx, id: FileId) -> DbResult<()> {
    sqlx::query!(
        "UPDATE files SET state = 'queued', error = NULL WHERE id = $1",
        id.uuid()
    )
    .execute(tx.conn())
    .await?;
    Ok(())
}

/// The document is being read.
pub async fn set_reading(tx: &mut TenantTx, id: FileId) -> DbResult<()> {
    sqlx::query!(
        "UPDATE files SET state = 'reading', error = NULL WHERE id = $1",
        id.uuid()
    )
    .execute(tx.conn())
    .await?;
    Ok(())
}

/// The document could not be read.
pub async fn set_failed(tx: &mut TenantTx, id: FileId, trouble: Trouble) -> DbResult<()> {
    sqlx::query!(
        "UPDATE files SET state = 'failed', error = $2 WHERE id = $1",
        id.uuid(),
        trouble.as_str()
    )
    .execute(tx.conn())
    .await?;
    Ok(())
}

/// Holds a document until the transaction ends; false when it is gone.
pub async fn hold(tx: &mut TenantTx, id: FileId) -> DbResult<bool> {
    let held = sqlx::query_scalar!("SELECT id FROM files WHERE id = $1 FOR UPDATE", id.uuid())
        .fetch_optional(tx.conn())
        .await?;
    Ok(held.is_some())
}

/// The document was read.
pub async fn set_ready(
    tx: &mut TenantTx,
    id: FileId,
    language: Language,
    passages: i32,
    now: DateTime<Utc>,
) -> DbResult<()> {
    sqlx::query!(
        "UPDATE files SET state = 'ready', error = NULL, language = $2, chunks = $3, ready_at = $4
         WHERE id = $1",
        id.uuid(),
        language.as_str(),
        passages,
        now,
    )
    .execute(tx.conn())
    .await?;
    Ok(())
}

/// Removes a document and its passages; false when there is none.
pub async fn delete(tx: &mut TenantTx, id: FileId) -> DbResult<bool> {
    let done = sqlx::query!("DELETE FROM files WHERE id = $1", id.uuid())
        .execute(tx.conn())
        .await?;
    state::touch(tx).await?;
    Ok(done.rows_affected() > 0)
}
