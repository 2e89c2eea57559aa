//! Conversations that were given to a person.

use chrono::{DateTime, Utc};
use db::{DbResult, TenantTx};
use kernel::{ConversationId, EscalationId, Limit, RunId, UserId};

use crate::escalation::{Escalation, EscalationState};

/// Opens an escalation; `None` when one is open already.
pub(crate) async fn open(
    tx: &mut TenantTx,
    conversation: ConversationId,
    run: RunId,
    category: &str,
    reason: &str,
    now: DateTime<Utc>,
) -> DbResult<Option<EscalationId>> {
    let workspace = tx.workspace().uuid();
    Ok(sqlx::query_scalar!(
        r#"INSERT INTO support_escalations
            (workspace_id, id, conversation_id, run_id, category, reason, created_at)
           VALUES ($1, $2, $3, $4, $5, $6, $7)
           ON CONFLICT (workspace_id, conversation_id) WHERE state = 'open' DO NOTHING
           RETURNING id AS "id: EscalationId""#,
        workspace,
        EscalationId::new().uuid(),
        conversation.uuid(),
        run.uuid(),
        category,
        reason,
        now,
    )
    .fetch_optional(tx.conn())
    .await?)
}

/// Closes the open escalation of a conversation.
pub(crate) async fn close(
    tx: &mut TenantTx,
    conversation: ConversationId,
    by: Option<UserId>,
    now: DateTime<Utc>,
) -> DbResult<()> {
    sqlx::query!(
        "UPDATE support_escalations SET state = 'closed', closed_at = $2, closed_by = $3
         WHERE conversation_id = $1 AND state = 'open'",
        conversation.uuid(),
        now,
        by.map(UserId::uuid),
    )
    .execute(tx.conn())
    .await?;
    Ok(())
}

/// Escalations, the newest first.
pub(crate) async fn list(
    tx: &mut TenantTx,
    state: Option<EscalationState>,
    after: Option<(DateTime<Utc>, EscalationId)>,
    limit: Limit,
) -> DbResult<Vec<Escalation>> {
    let (after_at, after_id) = after.unzip();
    Ok(sqlx::query_as!(
        Escalation,
        r#"SELECT id AS "id: EscalationId", conversation_id AS "conversation_id: ConversationId",
                  run_id AS "run_id: RunId", category, reason, state AS "state: EscalationState",
                  created_at, closed_at, closed_by AS "closed_by: UserId"
           FROM support_escalations
           WHERE ($1::text IS NULL OR state = $1)
             AND ($2::timestamptz IS NULL OR (created_at, id) < ($2, $3))
           ORDER BY created_at DESC, id DESC LIMIT $4"#,
        state.map(EscalationState::as_str),
        after_at,
        after_id.map(EscalationId::uuid),
        limit.probe(),
    )
    .fetch_all(tx.conn())
    .await?)
}

/// The addresses of the workspace's owners.
pub(crate) async fn owners(tx: &mut TenantTx) -> DbResult<Vec<String>> {
    Ok(sqlx::query_scalar!(
        "SELECT u.email FROM memberships m JOIN users u ON u.id = m.user_id WHERE m.role = 'owner'"
    )
    .fetch_all(tx.conn())
    .await?)
}
