//! Passages: writing them, and finding those that may answer.

use chrono::{DateTime, Utc};
use db::{DbResult, TenantTx};
use kernel::{ChunkId, FaqId, FileId};
use uuid::Uuid;

use crate::chunk::Piece;
use crate::language::Language;
use crate::store::state;

/// A passage as search compares it.
#[derive(Clone, Debug)]
pub struct Indexed {
    pub id: ChunkId,
    pub language: String,
    pub title: String,
    pub heading: String,
    pub content: String,
    /// The phrasings of an FAQ entry; none for a document.
    pub questions: Vec<String>,
}

/// The ids of all passages, in the order in which they came.
pub async fn ids(tx: &mut TenantTx) -> DbResult<Vec<ChunkId>> {
    let ids =
        sqlx::query_scalar!(r#"SELECT id AS "id: ChunkId" FROM knowledge_chunks ORDER BY id"#)
            .fetch_all(tx.conn())
            .await?;
    Ok(ids)
}

/// These passages as search compares them, in the order in which they came.
pub async fn indexed(tx: &mut TenantTx, ids: &[Uuid]) -> DbResult<Vec<Indexed>> {
    let rows = sqlx::query_as!(
        Indexed,
        r#"SELECT c.id AS "id!: ChunkId", c.language AS "language!", c.title AS "title!",
                  c.heading AS "heading!", c.content AS "content!",
                  coalesce(f.questions, '{}') AS "questions!"
           FROM knowledge_chunks c
           LEFT JOIN faq_qa f ON f.workspace_id = c.workspace_id AND f.id = c.faq_id
           WHERE c.id = ANY($1) ORDER BY c.id"#,
        ids,
    )
    .fetch_all(tx.conn())
    .await?;
    Ok(rows)
}

/// A passage that may answer.
#[derive(Clone, Debug)]
pub struct Candidate {
    pub id: ChunkId,
    pub file_id: Option<FileId>,
    pub faq_id: Option<FaqId>,
    pub title: String,
    pub heading: String,
    pub content: String,
    pub language: String,
    /// The phrasings as they were written.
    pub questions: Vec<String>,
}

/// These passages with what is shown of them.
pub async fn candidates(tx: &mut TenantTx, ids: &[Uuid]) -> DbResult<Vec<Candidate>> {
    let rows = sqlx::query_as!(
        Candidate,
        r#"SELECT c.id AS "id!: ChunkId", c.file_id AS "file_id: FileId",
                  c.faq_id AS "faq_id: FaqId", c.title AS "title!", c.heading AS "heading!",
                  c.content AS "content!", c.language AS "language!",
                  coalesce(f.questions, '{}') AS "questions!"
           FROM knowledge_chunks c
           LEFT JOIN faq_qa f ON f.workspace_id = c.workspace_id AND f.id = c.faq_id
           WHERE c.id = ANY($1)"#,
        ids,
    )
    .fetch_all(tx.conn())
    .await?;
    Ok(rows)
}

/// Makes the passage of an FAQ entry anew.
pub async fn put_entry(
    tx: &mut TenantTx,
    entry: &crate::faq::Entry,
    now: DateTime<Utc>,
) -> DbResult<()> {
    remove_entry(tx, entry.id).await?;
    state::touch(tx).await?;
    if !entry.enabled {
        return Ok(());
    }
    sqlx::query!(
        "INSERT INTO knowledge_chunks
             (workspace_id, id, faq_id, title, content, phrasings, language, created_at)
         VALUES ($1, $2, $3, $4, $5, $6, $7, $8)",
        tx.workspace().uuid(),
        ChunkId::new().uuid(),
        entry.id.uuid(),
        entry.title(),
        entry.answer,
        entry.questions.join("\n"),
        entry.language.as_str(),
        now,
    )
    .execute(tx.conn())
    .await?;
    Ok(())
}

/// Removes the passage of an FAQ entry.
pub async fn remove_entry(tx: &mut TenantTx, entry: FaqId) -> DbResult<()> {
    sqlx::query!(
        "DELETE FROM knowledge_chunks WHERE faq_id = $1",
        entry.uuid()
    )
    .execute(tx.conn())
    .await?;
    Ok(())
}

/// Makes the passages of a document anew.
pub async fn put_document(
    tx: &mut TenantTx,
    file: FileId,
    title: &str,
    language: Language,
    pieces: &[Piece],
    now: DateTime<Utc>,
) -> DbResult<()> {
    sqlx::query!(
        "DELETE FROM knowledge_chunks WHERE file_id = $1",
        file.uuid()
    )
    .execute(tx.conn())
    .await?;
    let ids: Vec<Uuid> = pieces.iter().map(|_| ChunkId::new().uuid()).collect();
    let ordinals: Vec<i32> = (0..).take(pieces.len()).collect();
    let headings: Vec<String> = pieces.iter().map(|piece| piece.heading.clone()).collect();
    // None is 0: arrays of the macro hold no nulls.
    let pages: Vec<i32> = pieces.iter().map(|piece| piece.page.unwrap_or(0)).collect();
    let contents: Vec<String> = pieces.iter().map(|piece| piece.content.clone()).collect();
    sqlx::query!(
        "INSERT INTO knowledge_chunks
             (workspace_id, id, file_id, ordinal, title, heading, content, page, language, created_at)
         SELECT $1, c.id, $2, c.ordinal, $3, c.heading, c.content, nullif(c.page, 0), $4, $5
         FROM unnest($6::uuid[], $7::int[], $8::text[], $9::text[], $10::int[])
              AS c(id, ordinal, heading, content, page)",
        tx.workspace().uuid(),
        file.uuid(),
        title,
        language.as_str(),
        now,
        &ids,
        &ordinals,
        &headings,
        &contents,
        &pages,
    )
    .execute(tx.conn())
    .await?;
    state::touch(tx).await
}

/// The passages of a document in their order.
pub async fn of_document(tx: &mut TenantTx, file: FileId) -> DbResult<Vec<Piece>> {
    let rows = sqlx::query_as!(
        Piece,
        "SELECT heading, content, page FROM knowledge_chunks WHERE file_id = $1 ORDER BY ordinal LIMIT 500",
        file.uuid(),
    )
    .fetch_all(tx.conn())
    .await?;
    Ok(rows)
}

/// The ids of a document's passages.
pub async fn ids_of_document(tx: &mut TenantTx, file: FileId) -> DbResult<Vec<ChunkId>> {
    Ok(sqlx::query_scalar!(
        r#"SELECT id AS "id: ChunkId" FROM knowledge_chunks WHERE file_id = $1"#,
        file.uuid(),
    )
    .fetch_all(tx.conn())
    .await?)
}

/// The passages of an FAQ entry.
pub async fn of_entry(tx: &mut TenantTx, entry: FaqId) -> DbResult<Vec<ChunkId>> {
    Ok(sqlx::query_scalar!(
        r#"SELECT id AS "id: ChunkId" FROM knowledge_chunks WHERE faq_id = $1"#,
        entry.uuid(),
    )
    .fetch_all(tx.conn())
    .await?)
}
