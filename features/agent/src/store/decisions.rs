//! Why each message was answered, or not.

use chrono::{DateTime, Utc};
use db::{DbResult, TenantTx};
use kernel::{ConversationId, DecisionId, Limit, MessageId, RunId};

use crate::decision::{Decision, Filter, Outcome};

/// What is written for each message of a run.
#[derive(Clone, Debug)]
pub(crate) struct New<'a> {
    pub(crate) conversation: ConversationId,
    pub(crate) run: RunId,
    pub(crate) outcome: Outcome,
    pub(crate) reason: &'a str,
    pub(crate) explanation: &'a serde_json::Value,
    pub(crate) confidence: Option<f32>,
    pub(crate) reply: Option<MessageId>,
}

/// Writes one decision for each message that has none, or whose answer was superseded.
pub(crate) async fn insert(
    tx: &mut TenantTx,
    messages: &[MessageId],
    new: &New<'_>,
    now: DateTime<Utc>,
) -> DbResult<()> {
    let workspace = tx.workspace().uuid();
    let ids: Vec<_> = messages.iter().map(|_| DecisionId::new().uuid()).collect();
    let messages: Vec<_> = messages.iter().map(|id| id.uuid()).collect();
    sqlx::query!(
        "INSERT INTO ai_decisions (workspace_id, id, message_id, conversation_id, run_id, outcome,
                reason, explanation, confidence, reply_message_id, created_at)
         SELECT $1, n.id, n.message, $4, $5, $6, $7, $8, $9, $10, $11
         FROM unnest($2::uuid[], $3::uuid[]) AS n (id, message)
         ON CONFLICT (workspace_id, message_id) DO UPDATE SET id = excluded.id,
                run_id = excluded.run_id, outcome = excluded.outcome, reason = excluded.reason,
                explanation = excluded.explanation, confidence = excluded.confidence,
                reply_message_id = excluded.reply_message_id, created_at = excluded.created_at
         WHERE ai_decisions.reason = 'superseded'",
        workspace,
        &ids,
        &messages,
        new.conversation.uuid(),
        new.run.uuid(),
        new.outcome.as_str(),
        new.reason,
        new.explanation,
        new.confidence,
        new.reply.map(MessageId::uuid),
        now,
    )
    .execute(tx.conn())
    .await?;
    Ok(())
}

/// Decisions, the newest first.
pub(crate) async fn list(
    tx: &mut TenantTx,
    filter: &Filter,
    after: Option<(DateTime<Utc>, DecisionId)>,
    limit: Limit,
) -> DbResult<Vec<Decision>> {
    let (after_at, after_id) = after.unzip();
    Ok(sqlx::query_as!(
        Decision,
        r#"SELECT d.id AS "id: DecisionId", d.message_id AS "message_id: MessageId",
                  d.conversation_id AS "conversation_id: ConversationId",
                  d.run_id AS "run_id: RunId", d.outcome AS "outcome: Outcome", d.reason,
                  d.explanation, d.confidence, d.reply_message_id AS "reply_message_id: MessageId",
                  d.created_at, m.text AS message_text, c.name AS contact_name
           FROM ai_decisions d
           JOIN messages m ON m.workspace_id = d.workspace_id AND m.id = d.message_id
           JOIN conversations v ON v.workspace_id = d.workspace_id AND v.id = d.conversation_id
           JOIN contacts c ON c.workspace_id = v.workspace_id AND c.id = v.contact_id
           WHERE ($1::uuid IS NULL OR d.conversation_id = $1)
             AND ($2::text IS NULL OR d.outcome = $2)
             AND ($3::text IS NULL OR d.reason = $3)
             AND ($4::timestamptz IS NULL OR (d.created_at, d.id) < ($4, $5))
           ORDER BY d.created_at DESC, d.id DESC LIMIT $6"#,
        filter.conversation.map(ConversationId::uuid),
        filter.outcome.map(Outcome::as_str),
        filter.reason.as_deref(),
        after_at,
        after_id.map(DecisionId::uuid),
        limit.probe(),
    )
    .fetch_all(tx.conn())
    .await?)
}

/// One decision.
pub(crate) async fn load(tx: &mut TenantTx, id: DecisionId) -> DbResult<Option<Decision>> {
    Ok(sqlx::query_as!(
        Decision,
        r#"SELECT d.id AS "id: DecisionId", d.message_id AS "message_id: MessageId",
                  d.conversation_id AS "conversation_id: ConversationId",
                  d.run_id AS "run_id: RunId", d.outcome AS "outcome: Outcome", d.reason,
                  d.explanation, d.confidence, d.reply_message_id AS "reply_message_id: MessageId",
                  d.created_at, m.text AS message_text, c.name AS contact_name
           FROM ai_decisions d
           JOIN messages m ON m.workspace_id = d.workspace_id AND m.id = d.message_id
           JOIN conversations v ON v.workspace_id = d.workspace_id AND v.id = d.conversation_id
           JOIN contacts c ON c.workspace_id = v.workspace_id AND c.id = v.contact_id
           WHERE d.id = $1"#,
        id.uuid()
    )
    .fetch_optional(tx.conn())
    .await?)
}
