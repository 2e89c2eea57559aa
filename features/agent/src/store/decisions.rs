//! Why each message was answered, or not.

use chrono::{DateTime, Utc};
use db::{DbResult, TenantTx};
use kernel::{AccountId, ConversationId, DecisionId, Limit, MessageId, RunId, UserId};

use crate::decision::mark::{Mark, Marked};
use crate::decision::{Decision, Filter, MarkFilter, Outcome};
use crate::settings::Mode;

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

/// A decision as it is read.
struct Row {
    id: DecisionId,
    message_id: MessageId,
    conversation_id: ConversationId,
    run_id: Option<RunId>,
    outcome: Outcome,
    reason: String,
    explanation: serde_json::Value,
    confidence: Option<f32>,
    reply_message_id: Option<MessageId>,
    created_at: DateTime<Utc>,
    message_text: String,
    contact_name: String,
    account_id: AccountId,
    mark: Option<Mark>,
    better: Option<String>,
    should_abstain: Option<bool>,
    marked_by: Option<UserId>,
    marked_at: Option<DateTime<Utc>>,
}

impl From<Row> for Decision {
    fn from(row: Row) -> Self {
        let mark = row.mark.zip(row.marked_at).map(|(mark, marked_at)| Marked {
            mark,
            better: row.better.unwrap_or_default(),
            should_abstain: row.should_abstain.unwrap_or_default(),
            marked_by: row.marked_by,
            marked_at,
        });
        Self {
            id: row.id,
            message_id: row.message_id,
            conversation_id: row.conversation_id,
            run_id: row.run_id,
            outcome: row.outcome,
            reason: row.reason,
            explanation: row.explanation,
            confidence: row.confidence,
            reply_message_id: row.reply_message_id,
            created_at: row.created_at,
            message_text: row.message_text,
            contact_name: row.contact_name,
            account_id: row.account_id,
            mark,
        }
    }
}

macro_rules! decisions {
    ($rest:literal, $($argument:expr),* $(,)?) => {
        sqlx::query_as!(
            Row,
            r#"SELECT d.id AS "id: _", d.message_id AS "message_id: _",
                  d.conversation_id AS "conversation_id: _", d.run_id AS "run_id: _",
                  d.outcome AS "outcome: _", d.reason, d.explanation, d.confidence,
                  d.reply_message_id AS "reply_message_id: _", d.created_at,
                  m.text AS message_text, c.name AS contact_name,
                  v.account_id AS "account_id: _", k.mark AS "mark?: _", k.better AS "better?",
                  k.should_abstain AS "should_abstain?", k.marked_by AS "marked_by?: _",
                  k.marked_at AS "marked_at?"
               FROM ai_decisions d
               JOIN messages m ON m.workspace_id = d.workspace_id AND m.id = d.message_id
               JOIN conversations v ON v.workspace_id = d.workspace_id AND v.id = d.conversation_id
               JOIN contacts c ON c.workspace_id = v.workspace_id AND c.id = v.contact_id
               LEFT JOIN decision_marks k ON k.workspace_id = d.workspace_id AND k.id = d.message_id
               "# + $rest,
            $($argument),*
        )
    };
}

/// Decisions, the newest first.
pub(crate) async fn list(
    tx: &mut TenantTx,
    filter: &Filter,
    after: Option<(DateTime<Utc>, DecisionId)>,
    limit: Limit,
) -> DbResult<Vec<Decision>> {
    let (after_at, after_id) = after.unzip();
    let (from, until) = (filter.from, filter.until.and_then(|day| day.succ_opt()));
    let rows = decisions!(
        "WHERE ($1::uuid IS NULL OR d.conversation_id = $1)
           AND ($2::text IS NULL OR d.outcome = $2)
           AND ($3::text IS NULL OR d.reason = $3)
           AND ($4::uuid IS NULL OR v.account_id = $4)
           AND ($5::text IS NULL OR d.explanation->>'language' = $5)
           AND ($6::text IS NULL OR d.explanation->>'mode' = $6)
           AND ($7::date IS NULL OR d.created_at >= $7::date::timestamp AT TIME ZONE
                (SELECT time_zone FROM workspaces WHERE workspace_id = d.workspace_id))
           AND ($8::date IS NULL OR d.created_at < $8::date::timestamp AT TIME ZONE
                (SELECT time_zone FROM workspaces WHERE workspace_id = d.workspace_id))
           AND ($9::text IS NULL OR coalesce(k.mark, 'none') = $9)
           AND ($10::text IS NULL OR m.text ILIKE $10 OR d.explanation->>'answer' ILIKE $10)
           AND ($11::timestamptz IS NULL OR (d.created_at, d.id) < ($11, $12))
         ORDER BY d.created_at DESC, d.id DESC LIMIT $13",
        filter.conversation.map(ConversationId::uuid),
        filter.outcome.map(Outcome::as_str),
        filter.reason.as_deref(),
        filter.account.map(AccountId::uuid),
        filter.language.as_deref(),
        filter.mode.map(Mode::as_str),
        from,
        until,
        filter.mark.map(MarkFilter::as_str),
        filter.pattern(),
        after_at,
        after_id.map(DecisionId::uuid),
        limit.probe(),
    )
    .fetch_all(tx.conn())
    .await?;
    Ok(rows.into_iter().map(Decision::from).collect())
}

/// One decision.
pub(crate) async fn load(tx: &mut TenantTx, id: DecisionId) -> DbResult<Option<Decision>> {
    let row = decisions!("WHERE d.id = $1", id.uuid())
        .fetch_optional(tx.conn())
        .await?;
    Ok(row.map(Decision::from))
}

/// The reasons and languages that decisions have, for a list to choose from.
pub(crate) async fn seen(tx: &mut TenantTx) -> DbResult<(Vec<String>, Vec<String>)> {
    let row = sqlx::query!(
        r#"SELECT coalesce(array_agg(DISTINCT reason), '{}') AS "reasons!",
                  coalesce(array_agg(DISTINCT explanation->>'language')
                           FILTER (WHERE explanation->>'language' <> ''), '{}') AS "languages!"
           FROM (SELECT reason, explanation FROM ai_decisions
                 ORDER BY created_at DESC, id DESC LIMIT 2000) recent"#
    )
    .fetch_one(tx.conn())
    .await?;
    Ok((row.reasons, row.languages))
}
