//! Documents that are tried before they are put to use.

use chrono::{DateTime, Utc};
use db::{DbError, DbResult, TenantTx};
use kernel::{FileId, TrialId, UserId};
use sqlx::types::Json;

use crate::chunk::Piece;
use crate::document::{State, Trouble};
use crate::language::Language;
use crate::store::versions::NewVersion;
use crate::trial::Trial;

struct Row {
    id: TrialId,
    file_id: Option<FileId>,
    content_id: FileId,
    name: String,
    media_type: String,
    size: i64,
    state: String,
    error: Option<String>,
    error_detail: Option<String>,
    language: Option<String>,
    title: String,
    pages: Option<i32>,
    passages: i32,
    created_at: DateTime<Utc>,
}

impl From<Row> for Trial {
    fn from(row: Row) -> Self {
        Self {
            id: row.id,
            document: row.file_id,
            content: row.content_id,
            name: row.name,
            media_type: row.media_type,
            size: row.size,
            state: State::from_name(&row.state),
            error: row
                .error
                .as_deref()
                .map(|name| Trouble::named(name).unwrap_or(Trouble::Broken)),
            error_detail: row.error_detail,
            language: row.language.as_deref().map(Language::from_tag),
            title: row.title,
            pages: row.pages,
            passages: row.passages,
            created_at: row.created_at,
        }
    }
}

/// Trials by a condition.
macro_rules! trials {
    ($condition:literal $(, $argument:expr)* $(,)?) => {
        sqlx::query_as!(
            Row,
            r#"SELECT id AS "id: TrialId", file_id AS "file_id: FileId",
                      content_id AS "content_id: FileId", name, media_type, size, state, error,
                      error_detail, language, title, pages,
                      jsonb_array_length(pieces) AS "passages!", created_at
               FROM document_trials "# + $condition
            $(, $argument)*
        )
    };
}

/// Holds the workspace's trials until the transaction ends, so that they are counted one after the
/// other; how many there are.
pub async fn count(tx: &mut TenantTx) -> DbResult<i64> {
    sqlx::query!(
        "SELECT pg_advisory_xact_lock(hashtextextended('document_trials:' || $1::text, 0))",
        tx.workspace().uuid().to_string(),
    )
    .fetch_one(tx.conn())
    .await?;
    Ok(
        sqlx::query_scalar!(r#"SELECT count(*) AS "count!" FROM document_trials"#)
            .fetch_one(tx.conn())
            .await?,
    )
}

/// Writes a new one.
pub async fn insert(
    tx: &mut TenantTx,
    id: TrialId,
    document: Option<FileId>,
    version: &NewVersion<'_>,
) -> DbResult<()> {
    sqlx::query!(
        "INSERT INTO document_trials (workspace_id, id, file_id, content_id, name, media_type,
                                      size, sha256, uploaded_by, created_at)
         VALUES ($1, $2, $3, $4, $5, $6, $7, $8, $9, $10)",
        tx.workspace().uuid(),
        id.uuid(),
        document.map(FileId::uuid),
        version.content.uuid(),
        version.name,
        version.media_type,
        version.size,
        version.sha256,
        version.by.map(UserId::uuid),
        version.now,
    )
    .execute(tx.conn())
    .await?;
    Ok(())
}

/// All of them, newest first.
pub async fn list(tx: &mut TenantTx) -> DbResult<Vec<Trial>> {
    let rows = trials!("ORDER BY created_at DESC, id DESC")
        .fetch_all(tx.conn())
        .await?;
    Ok(rows.into_iter().map(Trial::from).collect())
}

/// One of them.
pub async fn find(tx: &mut TenantTx, id: TrialId) -> DbResult<Option<Trial>> {
    let row = trials!("WHERE id = $1", id.uuid())
        .fetch_optional(tx.conn())
        .await?;
    Ok(row.map(Trial::from))
}

/// What is put to use: the trial and its hash.
pub struct Removed {
    pub trial: Trial,
    pub sha256: Vec<u8>,
}

/// Removes one; none when it is gone already. Whoever does the same meanwhile waits for the end of
/// this transaction.
pub async fn take(tx: &mut TenantTx, id: TrialId) -> DbResult<Option<Removed>> {
    let sha256 = sqlx::query_scalar!(
        "SELECT sha256 FROM document_trials WHERE id = $1 FOR UPDATE",
        id.uuid()
    )
    .fetch_optional(tx.conn())
    .await?;
    let (Some(sha256), Some(trial)) = (sha256, find(tx, id).await?) else {
        return Ok(None);
    };
    sqlx::query!("DELETE FROM document_trials WHERE id = $1", id.uuid())
        .execute(tx.conn())
        .await?;
    Ok(Some(Removed { trial, sha256 }))
}

/// Its passages, the first so many.
pub async fn pieces(tx: &mut TenantTx, id: TrialId) -> DbResult<Vec<Piece>> {
    let pieces = sqlx::query_scalar!(
        r#"SELECT pieces AS "pieces: Json<Vec<Piece>>" FROM document_trials WHERE id = $1"#,
        id.uuid(),
    )
    .fetch_optional(tx.conn())
    .await?;
    Ok(pieces.map(|pieces| pieces.0).unwrap_or_default())
}

/// It is being read.
pub async fn set_reading(tx: &mut TenantTx, id: TrialId) -> DbResult<()> {
    sqlx::query!(
        "UPDATE document_trials SET state = 'reading' WHERE id = $1",
        id.uuid()
    )
    .execute(tx.conn())
    .await?;
    Ok(())
}

/// It could not be read.
pub async fn set_failed(
    tx: &mut TenantTx,
    id: TrialId,
    trouble: Trouble,
    detail: Option<&str>,
) -> DbResult<()> {
    sqlx::query!(
        "UPDATE document_trials SET state = 'failed', error = $2, error_detail = $3 WHERE id = $1",
        id.uuid(),
        trouble.as_str(),
        detail,
    )
    .execute(tx.conn())
    .await?;
    Ok(())
}

/// What was read in it.
pub struct Read<'a> {
    pub language: Language,
    pub media_type: &'static str,
    pub title: &'a str,
    pub pages: Option<i32>,
    pub pieces: &'a [Piece],
}

/// It was read.
pub async fn set_ready(tx: &mut TenantTx, id: TrialId, read: &Read<'_>) -> DbResult<()> {
    let pieces = serde_json::to_value(read.pieces);
    let pieces = pieces.map_err(|error| DbError::Corrupt(format!("passages: {error}")))?;
    sqlx::query!(
        "UPDATE document_trials SET state = 'ready', error = NULL, error_detail = NULL,
                language = $2, media_type = $3, title = $4, pages = $5, pieces = $6
         WHERE id = $1",
        id.uuid(),
        read.language.as_str(),
        read.media_type,
        read.title,
        read.pages,
        pieces,
    )
    .execute(tx.conn())
    .await?;
    Ok(())
}
