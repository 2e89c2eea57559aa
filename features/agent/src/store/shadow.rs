//! Drafts of the shadow mode.

use chrono::{DateTime, Utc};
use db::{DbResult, TenantTx};
use kernel::{ConversationId, Limit, MessageId, RunId};
use serde_json::Value;

use crate::judge::Would;
use crate::shadow::{Draft, Summary, Topic};

/// What is written.
#[derive(Clone, Debug)]
pub(crate) struct NewDraft<'a> {
    pub(crate) run: RunId,
    pub(crate) conversation: ConversationId,
    pub(crate) message: MessageId,
    pub(crate) would: Would,
    pub(crate) reason: &'a str,
    pub(crate) text: &'a str,
    pub(crate) sources: Value,
    pub(crate) confidence: Option<f32>,
    pub(crate) settings_version: i32,
}

pub(crate) async fn insert(
    tx: &mut TenantTx,
    new: &NewDraft<'_>,
    now: DateTime<Utc>,
) -> DbResult<()> {
    let workspace = tx.workspace().uuid();
    sqlx::query!(
        "INSERT INTO shadow_drafts (workspace_id, id, conversation_id, message_id, would, reason,
            text, sources, confidence, settings_version, created_at)
         VALUES ($1, $2, $3, $4, $5, $6, $7, $8, $9, $10, $11)
         ON CONFLICT (workspace_id, id) DO NOTHING",
        workspace,
        new.run.uuid(),
        new.conversation.uuid(),
        new.message.uuid(),
        new.would.as_str(),
        new.reason,
        new.text,
        new.sources,
        new.confidence,
        new.settings_version,
        now,
    )
    .execute(tx.conn())
    .await?;
    Ok(())
}

/// A draft with the answer of a person that belongs to it.
#[derive(Clone, Debug)]
pub(crate) struct Pair {
    pub(crate) id: RunId,
    pub(crate) text: String,
    pub(crate) answer_id: MessageId,
    pub(crate) answer: String,
    pub(crate) answered_at: DateTime<Utc>,
}

/// The drafts of a conversation without an answer that a person has answered by now.
pub(crate) async fn unanswered(
    tx: &mut TenantTx,
    conversation: ConversationId,
) -> DbResult<Vec<Pair>> {
    Ok(sqlx::query_as!(
        Pair,
        r#"SELECT d.id AS "id: RunId", d.text, a.id AS "answer_id: MessageId", a.text AS answer,
                  a.sent_at AS answered_at
           FROM shadow_drafts d
           JOIN messages m ON m.workspace_id = d.workspace_id AND m.id = d.message_id
           CROSS JOIN LATERAL (SELECT o.id, o.text, o.sent_at FROM messages o
              WHERE o.workspace_id = d.workspace_id AND o.conversation_id = d.conversation_id
                AND o.direction = 'outbound' AND o.author IN ('human', 'native')
                AND o.text <> '' AND o.sent_at >= m.sent_at
              ORDER BY o.sent_at, o.id LIMIT 1) a
           WHERE d.conversation_id = $1 AND d.answer_id IS NULL"#,
        conversation.uuid()
    )
    .fetch_all(tx.conn())
    .await?)
}

/// Notes the answer that belongs to a draft.
pub(crate) async fn answer(tx: &mut TenantTx, pair: &Pair, likeness: Option<f32>) -> DbResult<()> {
    sqlx::query!(
        "UPDATE shadow_drafts SET answer_id = $2, answered_at = $3, likeness = $4 WHERE id = $1",
        pair.id.uuid(),
        pair.answer_id.uuid(),
        pair.answered_at,
        likeness,
    )
    .execute(tx.conn())
    .await?;
    Ok(())
}

/// Drafts, the newest first.
pub(crate) async fn list(
    tx: &mut TenantTx,
    after: Option<(DateTime<Utc>, RunId)>,
    limit: Limit,
) -> DbResult<Vec<Draft>> {
    let (after_at, after_id) = after.unzip();
    Ok(sqlx::query_as!(
        Draft,
        r#"SELECT d.id AS "id: RunId", d.conversation_id AS "conversation_id: ConversationId",
                  d.message_id AS "message_id: MessageId", m.text AS question,
                  c.name AS contact_name, d.would AS "would: Would", d.reason, d.text, d.sources,
                  d.confidence, d.settings_version, d.created_at, a.text AS "answer?",
                  d.answered_at, d.likeness
           FROM shadow_drafts d
           JOIN messages m ON m.workspace_id = d.workspace_id AND m.id = d.message_id
           JOIN conversations v ON v.workspace_id = d.workspace_id AND v.id = d.conversation_id
           JOIN contacts c ON c.workspace_id = v.workspace_id AND c.id = v.contact_id
           LEFT JOIN messages a ON a.workspace_id = d.workspace_id AND a.id = d.answer_id
           WHERE $1::timestamptz IS NULL OR (d.created_at, d.id) < ($1, $2)
           ORDER BY d.created_at DESC, d.id DESC LIMIT $3"#,
        after_at,
        after_id.map(RunId::uuid),
        limit.probe(),
    )
    .fetch_all(tx.conn())
    .await?)
}

/// All drafts together.
pub(crate) async fn summary(tx: &mut TenantTx) -> DbResult<Summary> {
    Ok(sqlx::query_as!(
        Summary,
        r#"SELECT count(*) AS "drafts!", count(*) FILTER (WHERE would = 'send') AS "sent!",
                  count(*) FILTER (WHERE would = 'suggest') AS "suggested!",
                  count(*) FILTER (WHERE would = 'escalate') AS "escalated!",
                  count(answer_id) AS "answered!", avg(likeness)::float8 AS likeness
           FROM shadow_drafts"#
    )
    .fetch_one(tx.conn())
    .await?)
}

/// Drafts by what they are about: the passage that they rest on first, else the reason why there is
/// none; those with the most drafts first.
pub(crate) async fn topics(tx: &mut TenantTx, most: i64) -> DbResult<Vec<Topic>> {
    Ok(sqlx::query_as!(
        Topic,
        r#"SELECT nullif(d.sources->0->>'title', '') AS title,
                  CASE WHEN nullif(d.sources->0->>'title', '') IS NULL THEN d.reason END AS reason,
                  count(*) AS "drafts!", count(*) FILTER (WHERE d.would = 'send') AS "sent!",
                  count(d.answer_id) AS "answered!",
                  count(*) FILTER (WHERE d.likeness >= $2) AS "kept!",
                  count(*) FILTER (WHERE d.likeness < $2) AS "edited!",
                  avg(d.likeness)::float8 AS likeness
           FROM shadow_drafts d
           GROUP BY 1, 2 ORDER BY count(*) DESC, 1, 2 LIMIT $1"#,
        most,
        crate::shadow::KEPT,
    )
    .fetch_all(tx.conn())
    .await?)
}
