//! What the business answered here.

use db::{DbResult, TenantTx};
use kernel::{CommentId, CommentReplyId, EffectId, UserId};
use uuid::Uuid;

use crate::reply::{Reply, ReplyState};

macro_rules! replies {
    ($tail:literal $(, $argument:expr)* $(,)?) => {
        sqlx::query_as!(
            Reply,
            r#"SELECT id AS "id: _", comment_id AS "comment_id: _", author AS "author: _",
                 user_id AS "user_id: _", text, state AS "state: _", error,
                 effect_id AS "effect_id: _", external_id, created_at
               FROM comment_replies "# + $tail,
            $($argument),*
        )
    };
}

pub(crate) async fn insert(tx: &mut TenantTx, new: &Reply, turn: i64) -> DbResult<()> {
    let workspace = tx.workspace().uuid();
    sqlx::query!(
        "INSERT INTO comment_replies (workspace_id, id, comment_id, turn, author, user_id, text,
           state, effect_id, created_at)
         VALUES ($1, $2, $3, $4, $5, $6, $7, $8, $9, $10)",
        workspace,
        new.id.uuid(),
        new.comment_id.uuid(),
        turn,
        new.author.as_str(),
        new.user_id.map(UserId::uuid),
        new.text,
        new.state.as_str(),
        new.effect_id.uuid(),
        new.created_at,
    )
    .execute(tx.conn())
    .await?;
    Ok(())
}

pub(crate) async fn load(tx: &mut TenantTx, id: CommentReplyId) -> DbResult<Option<Reply>> {
    Ok(replies!("WHERE id = $1", id.uuid())
        .fetch_optional(tx.conn())
        .await?)
}

/// The last reply to a comment.
pub(crate) async fn newest(
    tx: &mut TenantTx,
    comment: CommentId,
) -> DbResult<Option<CommentReplyId>> {
    Ok(sqlx::query_scalar!(
        r#"SELECT id AS "id: CommentReplyId" FROM comment_replies WHERE comment_id = $1
           ORDER BY turn DESC LIMIT 1"#,
        comment.uuid(),
    )
    .fetch_optional(tx.conn())
    .await?)
}

pub(crate) async fn of_effect(tx: &mut TenantTx, effect: EffectId) -> DbResult<Option<Reply>> {
    Ok(replies!("WHERE effect_id = $1", effect.uuid())
        .fetch_optional(tx.conn())
        .await?)
}

/// The replies to these comments, the oldest first.
pub(crate) async fn of_comments(tx: &mut TenantTx, ids: &[CommentId]) -> DbResult<Vec<Reply>> {
    let ids: Vec<Uuid> = ids.iter().map(|id| id.uuid()).collect();
    Ok(
        replies!("WHERE comment_id = ANY($1) ORDER BY comment_id, turn", &ids)
            .fetch_all(tx.conn())
            .await?,
    )
}

pub(crate) async fn set_state(
    tx: &mut TenantTx,
    id: CommentReplyId,
    state: ReplyState,
    error: Option<&str>,
) -> DbResult<()> {
    sqlx::query!(
        "UPDATE comment_replies SET state = $2, error = $3 WHERE id = $1",
        id.uuid(),
        state.as_str(),
        error,
    )
    .execute(tx.conn())
    .await?;
    Ok(())
}

pub(crate) async fn set_external(
    tx: &mut TenantTx,
    id: CommentReplyId,
    external_id: &str,
) -> DbResult<()> {
    sqlx::query!(
        "UPDATE comment_replies SET external_id = $2 WHERE id = $1",
        id.uuid(),
        external_id,
    )
    .execute(tx.conn())
    .await?;
    Ok(())
}
