//! The list of comments.

use db::{DbResult, TenantTx};
use kernel::{AccountId, CommentId, Limit, PostId};

use super::comments::comments;
use crate::comment::{Comment, State};
use crate::list::Filter;

/// Comments of others, the newest first; one more than asked for tells whether there are more.
pub(crate) async fn page(
    tx: &mut TenantTx,
    filter: &Filter,
    after: Option<CommentId>,
    limit: Limit,
) -> DbResult<Vec<Comment>> {
    Ok(comments!(
        "WHERE NOT own AND ($1::text IS NULL OR state = $1)
           AND ($2::uuid IS NULL OR post_id = $2) AND ($3::uuid IS NULL OR id < $3)
         ORDER BY id DESC LIMIT $4",
        filter.state.map(State::as_str),
        filter.post.map(PostId::uuid),
        after.map(CommentId::uuid),
        limit.probe(),
    )
    .fetch_all(tx.conn())
    .await?)
}

/// How many comments are in this state.
pub(crate) async fn count(tx: &mut TenantTx, state: State) -> DbResult<i64> {
    Ok(sqlx::query_scalar!(
        r#"SELECT count(*) AS "count!" FROM comments WHERE NOT own AND state = $1"#,
        state.as_str(),
    )
    .fetch_one(tx.conn())
    .await?)
}

/// Whether a comment under an account's posts needs a person.
pub(crate) async fn need_person(tx: &mut TenantTx, account: AccountId) -> DbResult<bool> {
    Ok(sqlx::query_scalar!(
        r#"SELECT EXISTS (SELECT FROM comments
             WHERE NOT own AND state = 'needs_person' AND account_id = $1) AS "some!""#,
        account.uuid(),
    )
    .fetch_one(tx.conn())
    .await?)
}
