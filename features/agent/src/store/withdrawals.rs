//! Answers that were withdrawn before they were sent, and the runs that wrote them.

use chrono::{DateTime, Utc};
use db::{DbResult, TenantTx};
use kernel::{ConversationId, MessageId, RunId};

/// The run that answered with this message, if nothing of its answer is on its way or was sent.
pub(crate) async fn unsent_answer(
    tx: &mut TenantTx,
    message: MessageId,
) -> DbResult<Option<(RunId, ConversationId)>> {
    let row = sqlx::query!(
        r#"SELECT r.id AS "run: RunId", r.conversation_id AS "conversation: ConversationId"
           FROM messages m
           JOIN agent_runs r ON r.workspace_id = m.workspace_id AND r.id = m.run_id
           WHERE m.id = $1 AND r.outcome = 'answered'
             AND NOT EXISTS (SELECT FROM messages o
                JOIN effects e ON e.workspace_id = o.workspace_id AND e.message_id = o.id
                WHERE o.workspace_id = r.workspace_id AND o.run_id = r.id
                  AND e.state IN ('in_flight', 'confirmed', 'unknown'))"#,
        message.uuid()
    )
    .fetch_optional(tx.conn())
    .await?;
    Ok(row.map(|row| (row.run, row.conversation)))
}

/// The runs whose answers were written for an older epoch and not sent so far: the last look before
/// sending will withdraw them. The conversation has to be held.
pub(crate) async fn doomed(
    tx: &mut TenantTx,
    conversation: ConversationId,
    epoch: i64,
) -> DbResult<Vec<RunId>> {
    // Nearly always there is none, which this finds out fast, whatever the planner knows.
    let stale = sqlx::query_scalar!(
        r#"SELECT message_id AS "id!" FROM effects
           WHERE conversation_id = $1 AND state IN ('pending', 'in_flight')
             AND attempted_at IS NULL AND epoch <> $2 AND message_id IS NOT NULL"#,
        conversation.uuid(),
        epoch,
    )
    .fetch_all(tx.conn())
    .await?;
    if stale.is_empty() {
        return Ok(Vec::new());
    }
    Ok(sqlx::query_scalar!(
        r#"SELECT DISTINCT r.id AS "id: RunId"
           FROM messages m
           JOIN agent_runs r ON r.workspace_id = m.workspace_id AND r.id = m.run_id
           WHERE m.id = ANY($1) AND r.outcome = 'answered'
             AND NOT EXISTS (SELECT FROM messages o
                JOIN effects s ON s.workspace_id = o.workspace_id AND s.message_id = o.id
                WHERE o.workspace_id = r.workspace_id AND o.run_id = r.id
                  AND (s.attempted_at IS NOT NULL OR s.state IN ('confirmed', 'unknown')))"#,
        &stale,
    )
    .fetch_all(tx.conn())
    .await?)
}

/// The runs whose drafts nobody took up before the customer wrote again. The conversation has to be
/// held.
pub(crate) async fn outrun(
    tx: &mut TenantTx,
    conversation: ConversationId,
    since: DateTime<Utc>,
) -> DbResult<Vec<RunId>> {
    Ok(sqlx::query_scalar!(
        r#"SELECT r.id AS "id: RunId"
           FROM agent_runs r
           JOIN suggestions s ON s.workspace_id = r.workspace_id AND s.id = r.id
           WHERE r.conversation_id = $1 AND r.created_at > $2 AND r.outcome = 'suggested'
             AND s.state = 'stale'
             AND NOT EXISTS (SELECT FROM messages o
                WHERE o.workspace_id = r.workspace_id AND o.conversation_id = r.conversation_id
                  AND o.direction = 'outbound' AND o.created_at >= s.created_at)"#,
        conversation.uuid(),
        since,
    )
    .fetch_all(tx.conn())
    .await?)
}

/// Says of a run and its decisions that the answer was not sent.
pub(crate) async fn mark(tx: &mut TenantTx, run: RunId, reason: &str) -> DbResult<()> {
    sqlx::query!(
        "UPDATE agent_runs SET state = 'superseded', outcome = 'silent', reason = $2 WHERE id = $1",
        run.uuid(),
        reason,
    )
    .execute(tx.conn())
    .await?;
    sqlx::query!(
        "UPDATE ai_decisions SET outcome = 'silent', reason = $2, reply_message_id = NULL
         WHERE run_id = $1",
        run.uuid(),
        reason,
    )
    .execute(tx.conn())
    .await?;
    Ok(())
}

/// Opens a run for what the customer said last, unless one waits already.
pub(crate) async fn look_again(
    tx: &mut TenantTx,
    conversation: ConversationId,
    now: DateTime<Utc>,
) -> DbResult<()> {
    let workspace = tx.workspace().uuid();
    sqlx::query!(
        "INSERT INTO agent_runs
            (workspace_id, id, conversation_id, epoch, due_at, latest_at, created_at)
         SELECT $1, $2, c.id, c.epoch, $4::timestamptz, $4 + interval '20 s', $4
         FROM conversations c WHERE c.id = $3
         ON CONFLICT (workspace_id, conversation_id) WHERE state = 'pending' DO NOTHING",
        workspace,
        RunId::new().uuid(),
        conversation.uuid(),
        now,
    )
    .execute(tx.conn())
    .await?;
    Ok(())
}

/// A run that was overtaken.
#[derive(Clone, Debug)]
pub(crate) struct Overtaken {
    pub(crate) run: RunId,
    pub(crate) reason: String,
}

/// The runs that were overtaken while these messages waited for their decision.
pub(crate) async fn overtaken(
    tx: &mut TenantTx,
    conversation: ConversationId,
    messages: &[MessageId],
) -> DbResult<Vec<Overtaken>> {
    let messages: Vec<_> = messages.iter().map(|id| id.uuid()).collect();
    Ok(sqlx::query_as!(
        Overtaken,
        r#"SELECT r.id AS "run: RunId", coalesce(r.reason, '') AS "reason!"
           FROM agent_runs r
           WHERE r.conversation_id = $1 AND r.state = 'superseded'
             AND coalesce(r.finished_at, r.leased_at) >= (SELECT min(m.created_at) FROM messages m
                WHERE m.workspace_id = r.workspace_id AND m.id = ANY($2))
           ORDER BY coalesce(r.finished_at, r.leased_at), r.id"#,
        conversation.uuid(),
        &messages,
    )
    .fetch_all(tx.conn())
    .await?)
}
