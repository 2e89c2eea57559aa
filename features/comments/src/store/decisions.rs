//! Decisions about comments.

use db::{DbResult, TenantTx};
use kernel::CommentId;

use crate::decision::Decision;

macro_rules! decisions {
    ($tail:literal $(, $argument:expr)* $(,)?) => {
        sqlx::query_as!(
            Decision,
            r#"SELECT id AS "id: _", comment_id AS "comment_id: _", outcome AS "outcome: _", reason,
                 explanation, text, confidence, model, settings_version, micro_usd, created_at
               FROM comment_decisions "# + $tail,
            $($argument),*
        )
    };
}

/// Stores a decision; `false` when there is one about this comment already.
pub(crate) async fn insert(tx: &mut TenantTx, new: &Decision) -> DbResult<bool> {
    let workspace = tx.workspace().uuid();
    let done = sqlx::query!(
        "INSERT INTO comment_decisions (workspace_id, id, comment_id, outcome, reason, explanation,
           text, confidence, model, settings_version, micro_usd, created_at)
         VALUES ($1, $2, $3, $4, $5, $6, $7, $8, $9, $10, $11, $12)
         ON CONFLICT (workspace_id, comment_id) DO NOTHING",
        workspace,
        new.id.uuid(),
        new.comment_id.uuid(),
        new.outcome.as_str(),
        new.reason,
        new.explanation,
        new.text,
        new.confidence,
        new.model,
        new.settings_version,
        new.micro_usd,
        new.created_at,
    )
    .execute(tx.conn())
    .await?;
    Ok(done.rows_affected() == 1)
}

pub(crate) async fn of(tx: &mut TenantTx, comment: CommentId) -> DbResult<Option<Decision>> {
    Ok(decisions!("WHERE comment_id = $1", comment.uuid())
        .fetch_optional(tx.conn())
        .await?)
}

/// The answer was withdrawn before it was sent: it is none.
pub(crate) async fn withdraw(tx: &mut TenantTx, comment: CommentId, reason: &str) -> DbResult<()> {
    sqlx::query!(
        "UPDATE comment_decisions SET outcome = 'silent', reason = $2
         WHERE comment_id = $1 AND outcome = 'answered'",
        comment.uuid(),
        reason,
    )
    .execute(tx.conn())
    .await?;
    Ok(())
}
