//! Whether everybody sees a comment, and what is being asked of the platform.

use db::{DbResult, TenantTx};
use kernel::CommentId;

/// Counts one more wish to hide or show it; its number.
pub(crate) async fn next_hide(tx: &mut TenantTx, id: CommentId, hide: bool) -> DbResult<i64> {
    Ok(sqlx::query_scalar!(
        "UPDATE comments SET hide_turns = hide_turns + 1, hiding = $2, hide_error = NULL
         WHERE id = $1 RETURNING hide_turns",
        id.uuid(),
        hide,
    )
    .fetch_one(tx.conn())
    .await?)
}

/// It is hidden, or seen again. A later wish that is still on its way stays.
pub(crate) async fn set_hidden(tx: &mut TenantTx, id: CommentId, hidden: bool) -> DbResult<()> {
    sqlx::query!(
        "UPDATE comments SET hidden = $2, hide_error = NULL,
           hiding = CASE WHEN hiding = $2 THEN NULL ELSE hiding END
         WHERE id = $1",
        id.uuid(),
        hidden,
    )
    .execute(tx.conn())
    .await?;
    Ok(())
}

/// It could not be hidden or shown.
pub(crate) async fn set_hide_error(
    tx: &mut TenantTx,
    id: CommentId,
    error: Option<&str>,
) -> DbResult<()> {
    sqlx::query!(
        "UPDATE comments SET hiding = NULL, hide_error = $2 WHERE id = $1",
        id.uuid(),
        error,
    )
    .execute(tx.conn())
    .await?;
    Ok(())
}

/// The platform is being asked for it again.
pub(crate) async fn set_hiding(tx: &mut TenantTx, id: CommentId, hide: bool) -> DbResult<()> {
    sqlx::query!(
        "UPDATE comments SET hiding = $2, hide_error = NULL WHERE id = $1",
        id.uuid(),
        hide,
    )
    .execute(tx.conn())
    .await?;
    Ok(())
}
