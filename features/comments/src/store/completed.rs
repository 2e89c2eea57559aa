//! What is learnt of a comment after it was taken in.

use db::{DbResult, TenantTx};
use kernel::{AccountId, CommentId, PostId};

/// Forgets what turned out to be a reply of ours, also when nobody was named as its author.
pub(crate) async fn forget_ours(
    tx: &mut TenantTx,
    account: AccountId,
    external_id: &str,
) -> DbResult<()> {
    sqlx::query!(
        "DELETE FROM comments WHERE account_id = $1 AND external_id = $2",
        account.uuid(),
        external_id,
    )
    .execute(tx.conn())
    .await?;
    Ok(())
}

/// Removes a comment that should never have been taken in.
pub(crate) async fn forget(tx: &mut TenantTx, id: CommentId) -> DbResult<()> {
    sqlx::query!("DELETE FROM comments WHERE id = $1", id.uuid())
        .execute(tx.conn())
        .await?;
    Ok(())
}

/// What the platform says of a comment whose webhook left it out.
pub(crate) struct Completed<'a> {
    pub(crate) post: Option<PostId>,
    pub(crate) parent: Option<&'a str>,
    pub(crate) thread: &'a str,
    pub(crate) author_id: Option<&'a str>,
    pub(crate) author_username: Option<&'a str>,
    pub(crate) text: Option<&'a str>,
    pub(crate) own: bool,
}

/// Fills in what a webhook left out; what was told stays.
pub(crate) async fn complete(
    tx: &mut TenantTx,
    id: CommentId,
    read: &Completed<'_>,
) -> DbResult<()> {
    sqlx::query!(
        "UPDATE comments SET post_id = coalesce(post_id, $2),
           parent_external_id = coalesce(parent_external_id, $3),
           thread = CASE WHEN parent_external_id IS NULL THEN $4 ELSE thread END,
           author_id = coalesce(author_id, $5),
           author_username = coalesce(nullif(author_username, ''), $6, ''),
           text = coalesce(nullif(text, ''), $7, ''),
           own = $8, state = CASE WHEN $8 THEN 'done' ELSE state END
         WHERE id = $1",
        id.uuid(),
        read.post.map(PostId::uuid),
        read.parent,
        read.thread,
        read.author_id,
        read.author_username,
        read.text,
        read.own,
    )
    .execute(tx.conn())
    .await?;
    Ok(())
}
