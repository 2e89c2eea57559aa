//! Comments.

use std::collections::BTreeSet;

use chrono::{DateTime, Utc};
use db::{DbResult, TenantTx};
use kernel::{AccountId, CommentId, PostId};

use crate::comment::{Comment, State};

/// Comments, by what follows the list of their columns.
macro_rules! comments {
    ($tail:literal $(, $argument:expr)* $(,)?) => {
        sqlx::query_as!(
            Comment,
            r#"SELECT id AS "id: _", account_id AS "account_id: _", post_id AS "post_id: _",
                 external_id, parent_external_id, thread, author_id, author_username, text, live,
                 own, written_at, hidden, gone_at, state AS "state: _", epoch, epoch_cause, draft,
                 hiding, hide_error
               FROM comments "# + $tail,
            $($argument),*
        )
    };
}

pub(crate) use comments;

/// A comment to be stored.
pub(crate) struct New<'a> {
    pub(crate) id: CommentId,
    pub(crate) account: AccountId,
    pub(crate) post: Option<PostId>,
    pub(crate) external_id: &'a str,
    pub(crate) parent: Option<&'a str>,
    pub(crate) thread: &'a str,
    pub(crate) author_id: Option<&'a str>,
    pub(crate) author_username: &'a str,
    pub(crate) text: &'a str,
    pub(crate) live: bool,
    pub(crate) own: bool,
    pub(crate) written_at: DateTime<Utc>,
    pub(crate) received_at: DateTime<Utc>,
    pub(crate) state: State,
}

/// Holds threads until the transaction ends, in one order for everybody.
pub(crate) async fn hold(
    tx: &mut TenantTx,
    account: AccountId,
    threads: &[String],
) -> DbResult<()> {
    for thread in threads.iter().collect::<BTreeSet<_>>() {
        sqlx::query!(
            "SELECT pg_advisory_xact_lock(hashtextextended('comments/' || $1::uuid::text || '/' || $2::text, 0))",
            account.uuid(),
            thread,
        )
        .fetch_one(tx.conn())
        .await?;
    }
    Ok(())
}

/// Stores a comment; says whether it is new.
pub(crate) async fn insert(tx: &mut TenantTx, new: &New<'_>) -> DbResult<bool> {
    let workspace = tx.workspace().uuid();
    let done = sqlx::query!(
        "INSERT INTO comments (workspace_id, id, account_id, post_id, external_id,
           parent_external_id, thread, author_id, author_username, text, live, own, written_at,
           received_at, state)
         VALUES ($1, $2, $3, $4, $5, $6, $7, $8, $9, $10, $11, $12, $13, $14, $15)
         ON CONFLICT (workspace_id, account_id, external_id) DO NOTHING",
        workspace,
        new.id.uuid(),
        new.account.uuid(),
        new.post.map(PostId::uuid),
        new.external_id,
        new.parent,
        new.thread,
        new.author_id,
        new.author_username,
        new.text,
        new.live,
        new.own,
        new.written_at,
        new.received_at,
        new.state.as_str(),
    )
    .execute(tx.conn())
    .await?;
    Ok(done.rows_affected() == 1)
}

pub(crate) async fn load(tx: &mut TenantTx, id: CommentId) -> DbResult<Option<Comment>> {
    Ok(comments!("WHERE id = $1", id.uuid())
        .fetch_optional(tx.conn())
        .await?)
}

/// The thread that a comment of this platform id stands in, as far as it is known.
pub(crate) async fn thread_of(
    tx: &mut TenantTx,
    account: AccountId,
    external_id: &str,
) -> DbResult<Option<String>> {
    Ok(sqlx::query_scalar!(
        "SELECT thread FROM comments WHERE account_id = $1 AND external_id = $2",
        account.uuid(),
        external_id,
    )
    .fetch_optional(tx.conn())
    .await?)
}

/// What stands in a thread, the oldest first.
pub(crate) async fn in_thread(
    tx: &mut TenantTx,
    account: AccountId,
    thread: &str,
    most: i64,
) -> DbResult<Vec<Comment>> {
    let mut found = comments!(
        "WHERE account_id = $1 AND thread = $2 ORDER BY written_at DESC, id DESC LIMIT $3",
        account.uuid(),
        thread,
        most
    )
    .fetch_all(tx.conn())
    .await?;
    found.reverse();
    Ok(found)
}

/// Whether the business answered elsewhere in a thread after this instant. Of the same second, what came
/// first is taken for earlier.
pub(crate) async fn answered_after(
    tx: &mut TenantTx,
    account: AccountId,
    thread: &str,
    at: DateTime<Utc>,
) -> DbResult<bool> {
    Ok(sqlx::query_scalar!(
        r#"SELECT EXISTS (SELECT FROM comments
             WHERE account_id = $1 AND thread = $2 AND own AND parent_external_id IS NOT NULL
               AND written_at > $3) AS "answered!""#,
        account.uuid(),
        thread,
        at,
    )
    .fetch_one(tx.conn())
    .await?)
}

/// The business answered elsewhere: whatever stood in the thread until then has its answer, and
/// drafts for it are yesterday's.
pub(crate) async fn natively_answered(
    tx: &mut TenantTx,
    account: AccountId,
    thread: &str,
    at: DateTime<Utc>,
) -> DbResult<()> {
    sqlx::query!(
        "UPDATE comments SET epoch = epoch + 1, epoch_cause = 'native_reply', draft = NULL,
           state = CASE WHEN state IN ('suggested', 'needs_person') THEN 'answered' ELSE state END
         WHERE account_id = $1 AND thread = $2 AND NOT own AND written_at <= $3",
        account.uuid(),
        thread,
        at,
    )
    .execute(tx.conn())
    .await?;
    Ok(())
}

/// A person answers one of an author's comments in a thread: what the agent has to say to the others
/// would come after that, and is left to people.
pub(crate) async fn raise_beside(tx: &mut TenantTx, answered: &Comment) -> DbResult<()> {
    sqlx::query!(
        "UPDATE comments SET epoch = epoch + 1, epoch_cause = 'human_reply'
         WHERE account_id = $1 AND thread = $2 AND author_id = $3 AND id <> $4 AND NOT own
           AND state IN ('waiting', 'answered')",
        answered.account_id.uuid(),
        answered.thread,
        answered.author_id,
        answered.id.uuid(),
    )
    .execute(tx.conn())
    .await?;
    Ok(())
}

/// Makes drafts for a comment yesterday's.
pub(crate) async fn raise(tx: &mut TenantTx, id: CommentId, cause: &str) -> DbResult<()> {
    sqlx::query!(
        "UPDATE comments SET epoch = epoch + 1, epoch_cause = $2 WHERE id = $1",
        id.uuid(),
        cause,
    )
    .execute(tx.conn())
    .await?;
    Ok(())
}

/// How far it is from now on, with the draft that waits.
pub(crate) async fn set_state(
    tx: &mut TenantTx,
    id: CommentId,
    state: State,
    draft: Option<&str>,
) -> DbResult<()> {
    sqlx::query!(
        "UPDATE comments SET state = $2, draft = $3 WHERE id = $1",
        id.uuid(),
        state.as_str(),
        draft,
    )
    .execute(tx.conn())
    .await?;
    Ok(())
}

/// Counts one more reply; its number.
pub(crate) async fn next_reply(tx: &mut TenantTx, id: CommentId) -> DbResult<i64> {
    Ok(sqlx::query_scalar!(
        "UPDATE comments SET reply_turns = reply_turns + 1 WHERE id = $1 RETURNING reply_turns",
        id.uuid(),
    )
    .fetch_one(tx.conn())
    .await?)
}

/// It was deleted.
pub(crate) async fn set_gone(tx: &mut TenantTx, id: CommentId, at: DateTime<Utc>) -> DbResult<()> {
    sqlx::query!(
        "UPDATE comments SET gone_at = coalesce(gone_at, $2), hiding = NULL WHERE id = $1",
        id.uuid(),
        at,
    )
    .execute(tx.conn())
    .await?;
    Ok(())
}
