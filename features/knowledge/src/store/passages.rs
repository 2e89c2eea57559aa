//! Passages: writing them, and finding those that may answer.

use chrono::{DateTime, Utc};
use db::{DbResult, TenantTx};
use kernel::{ChunkId, FaqId, FileId};
use uuid::Uuid;

use crate::chunk::Piece;
use crate::language::Language;

/// How a question looks in one language of the workspace.
pub struct Reading {
    /// The language.
    pub language: String,
    /// Which of the texts.
    pub text: i64,
    /// The stems of the text in that language.
    pub stems: Vec<String>,
}

/// How many passages there are, by language.
pub async fn count_by_language(tx: &mut TenantTx) -> DbResult<Vec<(String, i64)>> {
    let rows = sqlx::query!(
        r#"SELECT language, count(*) AS "count!" FROM knowledge_chunks GROUP BY language"#
    )
    .fetch_all(tx.conn())
    .await?;
    Ok(rows
        .into_iter()
        .map(|row| (row.language, row.count))
        .collect())
}

/// The stems of each text in each language.
pub async fn stems(
    tx: &mut TenantTx,
    languages: &[String],
    texts: &[String],
) -> DbResult<Vec<Reading>> {
    let rows = sqlx::query_as!(
        Reading,
        r#"SELECT l.language AS "language!", t.ord AS "text!",
                  tsvector_to_array(to_tsvector(search_config(l.language), unaccent(t.text))) AS "stems!"
           FROM unnest($1::text[]) AS l(language)
           CROSS JOIN unnest($2::text[]) WITH ORDINALITY AS t(text, ord)"#,
        languages,
        texts,
    )
    .fetch_all(tx.conn())
    .await?;
    Ok(rows)
}

/// A passage that shares words with the question.
pub struct Candidate {
    pub id: ChunkId,
    pub file_id: Option<FileId>,
    pub faq_id: Option<FaqId>,
    pub title: String,
    pub heading: String,
    pub content: String,
    pub language: String,
    pub rank: f32,
    /// Stems of title, headings and phrasings.
    pub head: Vec<String>,
    /// All stems.
    pub stems: Vec<String>,
    /// The stems of each phrasing, with spaces between.
    pub phrasings: Vec<String>,
    /// The phrasings as they were written.
    pub questions: Vec<String>,
}

/// The best candidates of each language for a query on stems, or with phrasings that look alike.
pub async fn candidates(
    tx: &mut TenantTx,
    languages: &[String],
    queries: &[String],
    essence: &str,
    limit: i64,
) -> DbResult<Vec<Candidate>> {
    let rows = sqlx::query_as!(
        Candidate,
        r#"SELECT c.id AS "id: ChunkId", c.file_id AS "file_id: FileId", c.faq_id AS "faq_id: FaqId",
                  c.title, c.heading, c.content, c.language,
                  ts_rank_cd('{0.1, 0.2, 0.4, 1.0}', c.lexemes, q.query::tsquery, 1) AS "rank!",
                  tsvector_to_array(ts_filter(c.lexemes, '{a}')) AS "head!",
                  tsvector_to_array(c.lexemes) AS "stems!",
                  ARRAY(SELECT array_to_string(tsvector_to_array(
                               to_tsvector(search_config(c.language), p.line)), ' ')
                        FROM unnest(string_to_array(c.phrasings, E'\n')) WITH ORDINALITY AS p(line, ord)
                        ORDER BY p.ord) AS "phrasings!",
                  coalesce(f.questions, '{}') AS "questions!"
           FROM unnest($1::text[], $2::text[]) AS q(language, query)
           CROSS JOIN LATERAL (
               SELECT * FROM knowledge_chunks k
               WHERE k.language = q.language
                 AND (k.lexemes @@ q.query::tsquery OR $3 <% k.phrasings)
               ORDER BY ts_rank_cd('{0.1, 0.2, 0.4, 1.0}', k.lexemes, q.query::tsquery, 1)
                        + word_similarity($3, k.phrasings) DESC
               LIMIT $4
           ) c
           LEFT JOIN faq_qa f ON f.workspace_id = c.workspace_id AND f.id = c.faq_id"#,
        languages,
        queries,
        essence,
        limit,
    )
    .fetch_all(tx.conn())
    .await?;
    Ok(rows)
}

/// How many passages of its language contain each query's stems.
pub async fn frequencies(
    tx: &mut TenantTx,
    languages: &[String],
    queries: &[String],
) -> DbResult<Vec<i64>> {
    let counts = sqlx::query_scalar!(
        r#"SELECT (SELECT count(*) FROM knowledge_chunks c
                   WHERE c.language = q.language AND c.lexemes @@ q.query::tsquery) AS "count!"
           FROM unnest($1::text[], $2::text[]) WITH ORDINALITY AS q(language, query, ord)
           ORDER BY q.ord"#,
        languages,
        queries,
    )
    .fetch_all(tx.conn())
    .await?;
    Ok(counts)
}

/// Makes the passage of an FAQ entry anew.
pub async fn put_entry(
    tx: &mut TenantTx,
    entry: &crate::faq::Entry,
    phrasings: &str,
    now: DateTime<Utc>,
) -> DbResult<()> {
    remove_entry(tx, entry.id).await?;
    if !entry.enabled {
        return Ok(());
    }
    sqlx::query!(
        "INSERT INTO knowledge_chunks
             (workspace_id, id, faq_id, title, content, phrasings, language, lexemes, created_at)
         VALUES ($1, $2, $3, $4, $5, unaccent($6), $7,
                 setweight(to_tsvector(search_config($7), unaccent($8)), 'A')
                 || setweight(to_tsvector(search_config($7), unaccent($5)), 'C'), $9)",
        tx.workspace().uuid(),
        ChunkId::new().uuid(),
        entry.id.uuid(),
        entry.title(),
        entry.answer,
        phrasings,
        entry.language.as_str(),
        entry.questions.join(".\n"),
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
    let contents: Vec<String> = pieces.iter().map(|piece| piece.content.clone()).collect();
    sqlx::query!(
        "INSERT INTO knowledge_chunks
             (workspace_id, id, file_id, ordinal, title, heading, content, language, lexemes, created_at)
         SELECT $1, c.id, $2, c.ordinal, $3, c.heading, c.content, $4,
                setweight(to_tsvector(search_config($4), unaccent($3 || '. ' || c.heading)), 'A')
                || setweight(to_tsvector(search_config($4), unaccent(c.content)), 'C'), $5
         FROM unnest($6::uuid[], $7::int[], $8::text[], $9::text[])
              AS c(id, ordinal, heading, content)",
        tx.workspace().uuid(),
        file.uuid(),
        title,
        language.as_str(),
        now,
        &ids,
        &ordinals,
        &headings,
        &contents,
    )
    .execute(tx.conn())
    .await?;
    Ok(())
}

/// The passages of a document in their order.
pub async fn of_document(tx: &mut TenantTx, file: FileId) -> DbResult<Vec<Piece>> {
    let rows = sqlx::query_as!(
        Piece,
        "SELECT heading, content FROM knowledge_chunks WHERE file_id = $1 ORDER BY ordinal LIMIT 500",
        file.uuid(),
    )
    .fetch_all(tx.conn())
    .await?;
    Ok(rows)
}
