//! What is erased with a person.

use db::{DbResult, TenantTx};
use kernel::{AccountId, CommentId};
use uuid::Uuid;

/// A comment of somebody who is being erased.
pub(crate) struct Theirs {
    pub(crate) id: CommentId,
    pub(crate) account_id: AccountId,
    pub(crate) external_id: String,
    pub(crate) thread: String,
    pub(crate) reply_turns: i64,
    pub(crate) hide_turns: i64,
}

/// The comments of authors with these ids at the platform, in the order of their accounts.
pub(crate) async fn of_authors(tx: &mut TenantTx, names: &[String]) -> DbResult<Vec<Theirs>> {
    Ok(sqlx::query_as!(
        Theirs,
        r#"SELECT id AS "id: _", account_id AS "account_id: _", external_id, thread, reply_turns,
             hide_turns
           FROM comments WHERE author_id = ANY($1) AND NOT own ORDER BY account_id, id"#,
        names,
    )
    .fetch_all(tx.conn())
    .await?)
}

/// Removes comments with their decisions and replies, and what the business answered to them
/// elsewhere.
pub(crate) async fn erase(tx: &mut TenantTx, theirs: &[Theirs]) -> DbResult<()> {
    let ids: Vec<Uuid> = theirs.iter().map(|it| it.id.uuid()).collect();
    let external: Vec<String> = theirs.iter().map(|it| it.external_id.clone()).collect();
    sqlx::query!(
        "DELETE FROM comments
         WHERE id = ANY($1) OR (own AND parent_external_id = ANY($2))",
        &ids,
        &external,
    )
    .execute(tx.conn())
    .await?;
    Ok(())
}
