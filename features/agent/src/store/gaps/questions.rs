//! The questions of gaps. Their words are read from the messages.

use chrono::{DateTime, Utc};
use db::{DbResult, TenantTx};
use kernel::{ContactId, ConversationId, GapId, MessageId, RunId};
use uuid::Uuid;

use crate::gaps::question::Kind;

/// A decision that may show a gap.
#[derive(Clone, Debug)]
pub(crate) struct Seen {
    pub(crate) message: MessageId,
    pub(crate) run: Option<RunId>,
    pub(crate) asked_at: DateTime<Utc>,
    pub(crate) outcome: String,
    pub(crate) reason: String,
    pub(crate) language: Option<String>,
    /// The passages that were used, as the explanation has them.
    pub(crate) passages: Option<serde_json::Value>,
    pub(crate) marked_wrong: Option<bool>,
    pub(crate) should_abstain: Option<bool>,
    /// The draft that a person saw, or that was kept in shadow.
    pub(crate) draft: Option<String>,
    /// What a person answered instead.
    pub(crate) reply: Option<String>,
    pub(crate) text: String,
}

/// Decisions since then that may show a gap, and some that were answered; the newest first.
pub(crate) async fn seen(
    tx: &mut TenantTx,
    since: DateTime<Utc>,
    reasons: &[String],
    most: i64,
    answered: i64,
) -> DbResult<Vec<Seen>> {
    Ok(sqlx::query_as!(
        Seen,
        r#"WITH wanted AS (
             (SELECT d.workspace_id, d.id FROM ai_decisions d
              LEFT JOIN decision_marks k ON k.workspace_id = d.workspace_id AND k.id = d.message_id
              LEFT JOIN suggestions s ON s.workspace_id = d.workspace_id AND s.id = d.run_id
              LEFT JOIN shadow_drafts h ON h.workspace_id = d.workspace_id AND h.id = d.run_id
              WHERE d.created_at >= $1
                AND (d.reason = ANY($2) OR k.mark = 'wrong'
                     OR s.state IN ('edited', 'dismissed', 'stale') OR h.answer_id IS NOT NULL)
              ORDER BY d.created_at DESC, d.id DESC LIMIT $3)
             UNION
             (SELECT workspace_id, id FROM ai_decisions
              WHERE created_at >= $1 AND outcome = 'answered' AND reason <> 'greeting'
              ORDER BY created_at DESC, id DESC LIMIT $4))
           SELECT d.message_id AS "message: MessageId", d.run_id AS "run?: RunId",
                  m.sent_at AS asked_at, d.outcome, d.reason,
                  d.explanation->>'language' AS language, d.explanation->'passages' AS passages,
                  k.mark = 'wrong' AS "marked_wrong?", k.should_abstain AS "should_abstain?",
                  CASE WHEN s.state IN ('edited', 'dismissed', 'stale') THEN s.text
                       WHEN h.answer_id IS NOT NULL AND h.text <> '' THEN h.text END AS "draft?",
                  CASE WHEN s.state IN ('edited', 'dismissed', 'stale') OR h.answer_id IS NOT NULL
                       THEN answered_by_person(d.message_id) END AS "reply?",
                  asked_text(d.message_id) AS "text!"
           FROM wanted w
           JOIN ai_decisions d ON d.workspace_id = w.workspace_id AND d.id = w.id
           JOIN messages m ON m.workspace_id = d.workspace_id AND m.id = d.message_id
           LEFT JOIN decision_marks k ON k.workspace_id = d.workspace_id AND k.id = d.message_id
           LEFT JOIN suggestions s ON s.workspace_id = d.workspace_id AND s.id = d.run_id
           LEFT JOIN shadow_drafts h ON h.workspace_id = d.workspace_id AND h.id = d.run_id
           ORDER BY m.sent_at DESC, m.id DESC"#,
        since,
        reasons,
        most,
        answered,
    )
    .fetch_all(tx.conn())
    .await?)
}

/// A question as it is kept.
#[derive(Clone, Debug)]
pub(crate) struct New {
    pub(crate) id: MessageId,
    pub(crate) kind: Kind,
    pub(crate) asked_at: DateTime<Utc>,
    pub(crate) language: String,
    pub(crate) blamed: Vec<Uuid>,
}

/// Keeps exactly these questions. What is known of those that were kept already stays.
pub(crate) async fn keep(tx: &mut TenantTx, questions: &[New]) -> DbResult<()> {
    let ids: Vec<Uuid> = questions.iter().map(|one| one.id.uuid()).collect();
    sqlx::query!("DELETE FROM gap_questions WHERE id <> ALL($1)", &ids)
        .execute(tx.conn())
        .await?;
    for one in questions {
        sqlx::query!(
            "INSERT INTO gap_questions (workspace_id, id, kind, asked_at, language, blamed)
             SELECT m.workspace_id, m.id, $2, $3, $4, $5 FROM messages m WHERE m.id = $1
             ON CONFLICT (workspace_id, id) DO UPDATE SET kind = excluded.kind,
                    language = excluded.language, blamed = excluded.blamed, stamp = NULL,
                    gap_id = CASE WHEN excluded.kind <> 'answered' THEN gap_questions.gap_id END
             WHERE (gap_questions.kind, gap_questions.language, gap_questions.blamed)
                   <> (excluded.kind, excluded.language, excluded.blamed)",
            one.id.uuid(),
            one.kind.as_str(),
            one.asked_at,
            one.language,
            &one.blamed,
        )
        .execute(tx.conn())
        .await?;
    }
    Ok(())
}

/// A question with what is known of it.
#[derive(Clone, Debug)]
pub(crate) struct Kept {
    pub(crate) id: MessageId,
    pub(crate) gap: Option<GapId>,
    pub(crate) kind: Kind,
    pub(crate) asked_at: DateTime<Utc>,
    pub(crate) language: String,
    pub(crate) blamed: Vec<Uuid>,
    pub(crate) answered: bool,
    pub(crate) score: f32,
    pub(crate) stamp: Option<Uuid>,
    pub(crate) model: Option<String>,
    pub(crate) vector: Option<Vec<f32>>,
    pub(crate) conversation: ConversationId,
    pub(crate) contact: ContactId,
    pub(crate) name: String,
    pub(crate) text: String,
}

/// The questions of a gap, or all of them; the most central first.
pub(crate) async fn load(tx: &mut TenantTx, gap: Option<GapId>) -> DbResult<Vec<Kept>> {
    Ok(sqlx::query_as!(
        Kept,
        r#"SELECT q.id AS "id: MessageId", q.gap_id AS "gap?: GapId", q.kind AS "kind: Kind",
                  q.asked_at, q.language, q.blamed, q.answered, q.score, q.stamp,
                  q.model, q.vector, v.id AS "conversation: ConversationId",
                  v.contact_id AS "contact: ContactId", c.name, asked_text(q.id) AS "text!"
           FROM gap_questions q
           JOIN messages m ON m.workspace_id = q.workspace_id AND m.id = q.id
           JOIN conversations v ON v.workspace_id = m.workspace_id AND v.id = m.conversation_id
           JOIN contacts c ON c.workspace_id = v.workspace_id AND c.id = v.contact_id
           WHERE $1::uuid IS NULL OR q.gap_id = $1
           ORDER BY q.centrality DESC, q.asked_at, q.id"#,
        gap.map(GapId::uuid),
    )
    .fetch_all(tx.conn())
    .await?)
}

/// Keeps the vector of a question.
pub(crate) async fn keep_vector(
    tx: &mut TenantTx,
    id: MessageId,
    model: &str,
    vector: &[f32],
) -> DbResult<()> {
    sqlx::query!(
        "UPDATE gap_questions SET model = $2, vector = $3, stamp = NULL WHERE id = $1",
        id.uuid(),
        model,
        vector,
    )
    .execute(tx.conn())
    .await?;
    Ok(())
}

/// Keeps whether the knowledge answers a question.
pub(crate) async fn keep_answered(
    tx: &mut TenantTx,
    id: MessageId,
    answered: bool,
    score: f32,
    stamp: Option<Uuid>,
) -> DbResult<()> {
    sqlx::query!(
        "UPDATE gap_questions SET answered = $2, score = $3, stamp = $4 WHERE id = $1",
        id.uuid(),
        answered,
        score,
        stamp,
    )
    .execute(tx.conn())
    .await?;
    Ok(())
}

/// Has the knowledge asked about every question anew.
pub(crate) async fn doubt_all(tx: &mut TenantTx) -> DbResult<()> {
    sqlx::query!("UPDATE gap_questions SET stamp = NULL")
        .execute(tx.conn())
        .await?;
    Ok(())
}

/// Puts a question into a gap.
pub(crate) async fn assign(
    tx: &mut TenantTx,
    id: MessageId,
    gap: Option<GapId>,
    centrality: f32,
) -> DbResult<()> {
    sqlx::query!(
        "UPDATE gap_questions SET gap_id = $2, centrality = $3
         WHERE id = $1 AND (gap_id IS DISTINCT FROM $2 OR centrality <> $3)",
        id.uuid(),
        gap.map(GapId::uuid),
        centrality,
    )
    .execute(tx.conn())
    .await?;
    Ok(())
}

/// What a person answered to a question.
#[derive(Clone, Debug)]
pub(crate) struct Reply {
    pub(crate) question: MessageId,
    pub(crate) text: String,
}

/// What people answered to these questions.
pub(crate) async fn replies(tx: &mut TenantTx, questions: &[Uuid]) -> DbResult<Vec<Reply>> {
    Ok(sqlx::query_as!(
        Reply,
        r#"SELECT id AS "question!: MessageId", reply AS "text!"
           FROM (SELECT id, answered_by_person(id) AS reply FROM unnest($1::uuid[]) AS id) all_of_them
           WHERE reply IS NOT NULL"#,
        questions,
    )
    .fetch_all(tx.conn())
    .await?)
}
