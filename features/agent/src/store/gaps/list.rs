//! The gaps.

use chrono::{DateTime, Utc};
use db::{DbResult, TenantTx};
use kernel::{FaqId, GapId, Limit, UserId};
use uuid::Uuid;

use crate::gaps::{After, Gap, GapState};

macro_rules! gaps {
    ($rest:literal, $($argument:expr),* $(,)?) => {
        sqlx::query_as!(
            Gap,
            r#"SELECT id AS "id!: GapId", state AS "state!: GapState", question AS "question!",
                      questions AS "questions!", open AS "open!", customers AS "customers!",
                      languages AS "languages!", newest_at AS "newest_at!", score AS "score!",
                      faq_id AS "faq_id: FaqId", closed_at, dismissed_at
               FROM (SELECT g.id, s.*, g.faq_id, g.closed_at, g.dismissed_at,
                        CASE WHEN g.dismissed_at IS NOT NULL THEN 'dismissed'
                             WHEN s.open = 0 THEN 'answered' ELSE 'open' END AS state,
                        asked_text(s.central) AS question
                     FROM knowledge_gaps g
                     CROSS JOIN LATERAL (
                        SELECT count(*) AS questions,
                               count(*) FILTER (WHERE NOT q.answered AND (g.faq_id IS NULL
                                   OR g.closed_at IS NULL OR q.asked_at > g.closed_at)) AS open,
                               count(DISTINCT v.contact_id) AS customers,
                               array_agg(DISTINCT q.language) AS languages,
                               max(q.asked_at) AS newest_at, max(q.score) AS score,
                               (array_agg(q.id ORDER BY q.centrality DESC, q.asked_at, q.id))[1] AS central
                        FROM gap_questions q
                        JOIN messages m ON m.workspace_id = q.workspace_id AND m.id = q.id
                        JOIN conversations v ON v.workspace_id = m.workspace_id
                            AND v.id = m.conversation_id
                        WHERE q.workspace_id = g.workspace_id AND q.gap_id = g.id) s
                     WHERE s.questions > 0) gaps
               "# + $rest,
            $($argument),*
        )
    };
}

/// Gaps in a state, those that most was asked about first.
pub(crate) async fn list(
    tx: &mut TenantTx,
    state: Option<GapState>,
    after: Option<After>,
    limit: Limit,
) -> DbResult<Vec<Gap>> {
    let (questions, newest, id) = match after {
        Some((questions, newest, id)) => (Some(questions), Some(newest), Some(id)),
        None => (None, None, None),
    };
    Ok(gaps!(
        "WHERE ($1::text IS NULL OR state = $1)
           AND ($2::bigint IS NULL OR (questions, newest_at, id) < ($2, $3, $4))
         ORDER BY questions DESC, newest_at DESC, id DESC LIMIT $5",
        state.map(GapState::as_str),
        questions,
        newest,
        id.map(GapId::uuid),
        limit.probe(),
    )
    .fetch_all(tx.conn())
    .await?)
}

/// One gap.
pub(crate) async fn find(tx: &mut TenantTx, id: GapId) -> DbResult<Option<Gap>> {
    Ok(gaps!("WHERE id = $1", id.uuid())
        .fetch_optional(tx.conn())
        .await?)
}

/// A new one.
pub(crate) async fn insert(tx: &mut TenantTx, id: GapId, now: DateTime<Utc>) -> DbResult<()> {
    sqlx::query!(
        "INSERT INTO knowledge_gaps (workspace_id, id, created_at) VALUES ($1, $2, $3)",
        tx.workspace().uuid(),
        id.uuid(),
        now,
    )
    .execute(tx.conn())
    .await?;
    Ok(())
}

/// Lets go of those that have no question any more.
pub(crate) async fn forget_empty(tx: &mut TenantTx) -> DbResult<()> {
    sqlx::query!(
        "DELETE FROM knowledge_gaps g WHERE NOT EXISTS (SELECT FROM gap_questions q
             WHERE q.workspace_id = g.workspace_id AND q.gap_id = g.id)"
    )
    .execute(tx.conn())
    .await?;
    Ok(())
}

/// Holds the gaps until the transaction ends.
pub(crate) async fn hold(tx: &mut TenantTx) -> DbResult<Vec<Uuid>> {
    Ok(
        sqlx::query_scalar!("SELECT id FROM knowledge_gaps ORDER BY id FOR UPDATE")
            .fetch_all(tx.conn())
            .await?,
    )
}

/// Puts a gap away, or back.
pub(crate) async fn set_dismissed(
    tx: &mut TenantTx,
    id: GapId,
    dismissed: Option<(DateTime<Utc>, Option<UserId>)>,
) -> DbResult<bool> {
    let (at, by) = dismissed.unzip();
    let done = sqlx::query!(
        "UPDATE knowledge_gaps SET dismissed_at = $2, dismissed_by = $3 WHERE id = $1",
        id.uuid(),
        at,
        by.flatten().map(UserId::uuid),
    )
    .execute(tx.conn())
    .await?;
    Ok(done.rows_affected() > 0)
}

/// Notes the answer that was written for a gap.
pub(crate) async fn close(
    tx: &mut TenantTx,
    id: GapId,
    entry: FaqId,
    now: DateTime<Utc>,
) -> DbResult<bool> {
    let done = sqlx::query!(
        "UPDATE knowledge_gaps SET faq_id = $2, closed_at = $3, dismissed_at = NULL,
                dismissed_by = NULL
         WHERE id = $1",
        id.uuid(),
        entry.uuid(),
        now,
    )
    .execute(tx.conn())
    .await?;
    Ok(done.rows_affected() > 0)
}
