//! The versions of documents.

use chrono::{DateTime, Utc};
use db::{DbResult, TenantTx};
use kernel::{FileId, SourceId, UserId};

use crate::document::Version;

/// A version that arrives.
pub struct NewVersion<'a> {
    /// What its content is kept under.
    pub content: FileId,
    pub name: &'a str,
    pub media_type: &'a str,
    pub size: i64,
    pub sha256: &'a [u8],
    pub by: Option<UserId>,
    pub now: DateTime<Utc>,
}

/// Adds a version after those that are there, and tells its number.
pub async fn insert(tx: &mut TenantTx, file: FileId, version: &NewVersion<'_>) -> DbResult<i32> {
    let number = sqlx::query_scalar!(
        r#"INSERT INTO file_versions (workspace_id, file_id, number, content_id, name, media_type,
                                      size, sha256, uploaded_by, created_at)
           SELECT $1, $2, coalesce(max(number), 0) + 1, $3, $4, $5, $6, $7, $8, $9
           FROM file_versions WHERE file_id = $2
           RETURNING number"#,
        tx.workspace().uuid(),
        file.uuid(),
        version.content.uuid(),
        version.name,
        version.media_type,
        version.size,
        version.sha256,
        version.by.map(UserId::uuid),
        version.now,
    )
    .fetch_one(tx.conn())
    .await?;
    Ok(number)
}

/// The versions of a document, newest first.
pub async fn list(tx: &mut TenantTx, file: FileId) -> DbResult<Vec<Version>> {
    let rows = sqlx::query_as!(
        Version,
        r#"SELECT v.number, v.name, v.media_type, v.size, v.words IS NOT NULL AS "read!",
                  v.number = f.version AS "wanted!",
                  coalesce(v.number = f.serving, false) AS "serving!", v.created_at
           FROM file_versions v JOIN files f ON f.id = v.file_id
           WHERE v.file_id = $1 ORDER BY v.number DESC LIMIT 100"#,
        file.uuid(),
    )
    .fetch_all(tx.conn())
    .await?;
    Ok(rows)
}

/// What the content of a version is kept under, and its hash.
pub async fn content(
    tx: &mut TenantTx,
    file: FileId,
    number: i32,
) -> DbResult<Option<(FileId, Vec<u8>)>> {
    let row = sqlx::query!(
        r#"SELECT content_id AS "content_id: FileId", sha256 FROM file_versions
           WHERE file_id = $1 AND number = $2"#,
        file.uuid(),
        number,
    )
    .fetch_optional(tx.conn())
    .await?;
    Ok(row.map(|row| (row.content_id, row.sha256)))
}

/// The document with a version whose content is kept under this id.
pub async fn document_of(tx: &mut TenantTx, content: FileId) -> DbResult<Option<FileId>> {
    Ok(sqlx::query_scalar!(
        r#"SELECT file_id AS "id: FileId" FROM file_versions WHERE content_id = $1"#,
        content.uuid(),
    )
    .fetch_optional(tx.conn())
    .await?)
}

/// What the contents of a document's versions are kept under.
pub async fn contents(tx: &mut TenantTx, file: FileId) -> DbResult<Vec<FileId>> {
    let ids = sqlx::query_scalar!(
        r#"SELECT content_id AS "id: FileId" FROM file_versions WHERE file_id = $1"#,
        file.uuid(),
    )
    .fetch_all(tx.conn())
    .await?;
    Ok(ids)
}

/// The same for all pages of a web source.
pub async fn contents_of_source(tx: &mut TenantTx, source: SourceId) -> DbResult<Vec<FileId>> {
    let ids = sqlx::query_scalar!(
        r#"SELECT v.content_id AS "id: FileId" FROM file_versions v
           JOIN files f ON f.id = v.file_id WHERE f.source_id = $1"#,
        source.uuid(),
    )
    .fetch_all(tx.conn())
    .await?;
    Ok(ids)
}

/// Keeps what was read in a version.
pub async fn set_words(tx: &mut TenantTx, file: FileId, number: i32, words: &str) -> DbResult<()> {
    sqlx::query!(
        "UPDATE file_versions SET words = $3 WHERE file_id = $1 AND number = $2",
        file.uuid(),
        number,
        words,
    )
    .execute(tx.conn())
    .await?;
    Ok(())
}

/// What was read in a version and in the one that was read before it.
pub struct Pair {
    pub before: Option<String>,
    pub after: Option<String>,
}

/// See [`Pair`]; none when there is no such version.
pub async fn pair(tx: &mut TenantTx, file: FileId, number: i32) -> DbResult<Option<Pair>> {
    let pair = sqlx::query_as!(
        Pair,
        "SELECT (SELECT b.words FROM file_versions b
                 WHERE b.file_id = $1 AND b.number < $2 AND b.words IS NOT NULL
                 ORDER BY b.number DESC LIMIT 1) AS before,
                v.words AS after
         FROM file_versions v WHERE v.file_id = $1 AND v.number = $2",
        file.uuid(),
        number,
    )
    .fetch_optional(tx.conn())
    .await?;
    Ok(pair)
}
