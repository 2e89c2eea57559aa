//! FAQ entries.

use chrono::{DateTime, Utc};
use db::{DbResult, TenantTx};
use kernel::{FaqId, UserId};

use crate::faq::Entry;
use crate::language::Language;

struct Row {
    id: FaqId,
    questions: Vec<String>,
    answer: String,
    language: String,
    enabled: bool,
    created_at: DateTime<Utc>,
    updated_at: DateTime<Utc>,
}

impl From<Row> for Entry {
    fn from(row: Row) -> Self {
        Self {
            id: row.id,
            questions: row.questions,
            answer: row.answer,
            language: Language::from_tag(&row.language),
            enabled: row.enabled,
            created_at: row.created_at,
            updated_at: row.updated_at,
        }
    }
}

/// The entries, those changed last first; `after` is the last of the page before.
pub async fn list(
    tx: &mut TenantTx,
    after: Option<(DateTime<Utc>, FaqId)>,
    limit: i64,
) -> DbResult<Vec<Entry>> {
    let (at, id) = after.unzip();
    let rows = sqlx::query_as!(
        Row,
        r#"SELECT id AS "id: FaqId", questions, answer, language, enabled, created_at, updated_at
           FROM faq_qa
           WHERE $1::timestamptz IS NULL OR (updated_at, id) < ($1, $2::uuid)
           ORDER BY updated_at DESC, id DESC LIMIT $3"#,
        at,
        id.map(FaqId::uuid),
        limit,
    )
    .fetch_all(tx.conn())
    .await?;
    Ok(rows.into_iter().map(Entry::from).collect())
}

/// One entry.
pub async fn find(tx: &mut TenantTx, id: FaqId) -> DbResult<Option<Entry>> {
    let row = sqlx::query_as!(
        Row,
        r#"SELECT id AS "id: FaqId", questions, answer, language, enabled, created_at, updated_at
           FROM faq_qa WHERE id = $1"#,
        id.uuid(),
    )
    .fetch_optional(tx.conn())
    .await?;
    Ok(row.map(Entry::from))
}

/// Writes an entry, new or changed.
pub async fn put(tx: &mut TenantTx, entry: &Entry, by: Option<UserId>) -> DbResult<()> {
    sqlx::query!(
        "INSERT INTO faq_qa (workspace_id, id, questions, answer, language, enabled, updated_by,
                             created_at, updated_at)
         VALUES ($1, $2, $3, $4, $5, $6, $7, $8, $9)
         ON CONFLICT (workspace_id, id) DO UPDATE
         SET questions = excluded.questions, answer = excluded.answer,
             language = excluded.language, enabled = excluded.enabled,
             updated_by = excluded.updated_by, updated_at = excluded.updated_at",
        tx.workspace().uuid(),
        entry.id.uuid(),
        &entry.questions,
        entry.answer,
        entry.language.as_str(),
        entry.enabled,
        by.map(UserId::uuid),
        entry.created_at,
        entry.updated_at,
    )
    .execute(tx.conn())
    .await?;
    Ok(())
}

/// Removes an entry and its passage; false when there is none.
pub async fn delete(tx: &mut TenantTx, id: FaqId) -> DbResult<bool> {
    let done = sqlx::query!("DELETE FROM faq_qa WHERE id = $1", id.uuid())
        .execute(tx.conn())
        .await?;
    Ok(done.rows_affected() > 0)
}
