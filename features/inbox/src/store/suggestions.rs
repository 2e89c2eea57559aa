//! Drafts that wait for a person.

use chrono::{DateTime, Utc};
use db::{DbResult, TenantTx};
use kernel::{ConversationId, RunId, UserId};

use crate::suggestion::{Suggestion, SuggestionState};

pub(crate) async fn insert(tx: &mut TenantTx, new: &Suggestion) -> DbResult<()> {
    let workspace = tx.workspace().uuid();
    sqlx::query!(
        "INSERT INTO suggestions (workspace_id, id, conversation_id, run_id, epoch, text, sources,
           confidence, created_at)
         VALUES ($1, $2, $3, $2, $4, $5, $6, $7, $8) ON CONFLICT (workspace_id, id) DO NOTHING",
        workspace,
        new.id.uuid(),
        new.conversation_id.uuid(),
        new.epoch,
        new.text,
        new.sources,
        new.confidence,
        new.created_at
    )
    .execute(tx.conn())
    .await?;
    Ok(())
}

pub(crate) async fn load(tx: &mut TenantTx, id: RunId) -> DbResult<Option<Suggestion>> {
    let row = sqlx::query_as!(
        Suggestion,
        r#"SELECT id AS "id: _", conversation_id AS "conversation_id: _", epoch, text, sources,
             confidence, state AS "state: _", created_at
           FROM suggestions WHERE id = $1"#,
        id.uuid()
    )
    .fetch_optional(tx.conn())
    .await?;
    Ok(row)
}

pub(crate) async fn open(
    tx: &mut TenantTx,
    conversation: ConversationId,
) -> DbResult<Option<Suggestion>> {
    let row = sqlx::query_as!(
        Suggestion,
        r#"SELECT id AS "id: _", conversation_id AS "conversation_id: _", epoch, text, sources,
             confidence, state AS "state: _", created_at
           FROM suggestions WHERE conversation_id = $1 AND state = 'open'"#,
        conversation.uuid()
    )
    .fetch_optional(tx.conn())
    .await?;
    Ok(row)
}

pub(crate) async fn decide(
    tx: &mut TenantTx,
    id: RunId,
    state: SuggestionState,
    by: UserId,
    at: DateTime<Utc>,
) -> DbResult<()> {
    sqlx::query!(
        "UPDATE suggestions SET state = $2, decided_by = $3, decided_at = $4
         WHERE id = $1 AND state = 'open'",
        id.uuid(),
        state.as_str(),
        by.uuid(),
        at
    )
    .execute(tx.conn())
    .await?;
    Ok(())
}

/// Opens a draft again that was dismissed; says whether it was, and no other is open.
pub(crate) async fn restore(tx: &mut TenantTx, id: RunId) -> DbResult<bool> {
    let done = sqlx::query!(
        "UPDATE suggestions s SET state = 'open', decided_by = NULL, decided_at = NULL
         WHERE s.id = $1 AND s.state = 'dismissed' AND NOT EXISTS (
           SELECT FROM suggestions o
           WHERE o.conversation_id = s.conversation_id AND o.state = 'open')",
        id.uuid()
    )
    .execute(tx.conn())
    .await?;
    Ok(done.rows_affected() > 0)
}

pub(crate) async fn make_stale(
    tx: &mut TenantTx,
    conversation: ConversationId,
    at: DateTime<Utc>,
) -> DbResult<()> {
    sqlx::query!(
        "UPDATE suggestions SET state = 'stale', decided_at = $2
         WHERE conversation_id = $1 AND state = 'open'",
        conversation.uuid(),
        at
    )
    .execute(tx.conn())
    .await?;
    Ok(())
}
