//! Messages.

use chrono::{DateTime, Utc};
use db::{DbResult, TenantTx};
use kernel::{AccountId, ConversationId, EffectId, Limit, MessageId, RunId, UserId};

use crate::list::Spot;
use crate::message::{Author, Direction, Message, MessageState};

macro_rules! messages {
    ($tail:literal $(, $argument:expr)* $(,)?) => {
        sqlx::query_as!(
            Message,
            r#"SELECT id AS "id: _", conversation_id AS "conversation_id: _",
                 account_id AS "account_id: _", direction AS "direction: _",
                 author AS "author: _", author_user_id AS "author_user_id: _", kind, text,
                 details, external_id, reply_to, sent_at, state AS "state: _", delivered_at,
                 read_at, error, reactions, edited_at, earlier, deleted_at, run_id AS "run_id: _", epoch
               FROM messages "# + $tail,
            $($argument),*
        )
    };
}

/// A message to be stored.
pub(crate) struct NewMessage<'a> {
    pub(crate) id: MessageId,
    pub(crate) conversation: ConversationId,
    pub(crate) account: AccountId,
    pub(crate) direction: Direction,
    pub(crate) author: Author,
    pub(crate) user: Option<UserId>,
    pub(crate) kind: &'a str,
    pub(crate) text: &'a str,
    pub(crate) details: serde_json::Value,
    pub(crate) external_id: Option<&'a str>,
    pub(crate) reply_to: Option<&'a str>,
    pub(crate) sent_at: DateTime<Utc>,
    pub(crate) state: MessageState,
    pub(crate) run: Option<RunId>,
    /// Of its conversation. None: the next one, which the caller raises in the same transaction,
    /// holding the conversation.
    pub(crate) epoch: Option<i64>,
    pub(crate) now: DateTime<Utc>,
}

/// Stores a message; says whether it is new (its platform id was not known yet). Whoever has news of
/// a message that is not here yet is let finish first, and waits otherwise ([`early::hold`]).
///
/// [`early::hold`]: crate::store::early::hold
pub(crate) async fn insert(tx: &mut TenantTx, new: &NewMessage<'_>) -> DbResult<bool> {
    let workspace = tx.workspace().uuid();
    let done = sqlx::query!(
        "INSERT INTO messages (workspace_id, id, conversation_id, account_id, direction, author,
           author_user_id, kind, text, details, external_id, reply_to, sent_at, state, run_id,
           epoch, created_at)
         VALUES ($1, $2, $3, $4, $5, $6, $7, $8, $9, $10,
           (SELECT $11::text FROM
             pg_advisory_xact_lock(hashtextextended($4::uuid::text || $11::text, 0))),
           $12, $13, $14, $15,
           COALESCE($16, (SELECT epoch + 1 FROM conversations WHERE id = $3)), $17)
         ON CONFLICT (workspace_id, account_id, external_id) DO NOTHING",
        workspace,
        new.id.uuid(),
        new.conversation.uuid(),
        new.account.uuid(),
        new.direction.as_str(),
        new.author.as_str(),
        new.user.map(UserId::uuid),
        new.kind,
        new.text,
        new.details,
        new.external_id,
        new.reply_to,
        new.sent_at,
        new.state.as_str(),
        new.run.map(RunId::uuid),
        new.epoch,
        new.now
    )
    .execute(tx.conn())
    .await?;
    Ok(done.rows_affected() > 0)
}

pub(crate) async fn load(tx: &mut TenantTx, id: MessageId) -> DbResult<Option<Message>> {
    Ok(messages!("WHERE id = $1", id.uuid())
        .fetch_optional(tx.conn())
        .await?)
}

pub(crate) async fn by_external(
    tx: &mut TenantTx,
    account: AccountId,
    external_id: &str,
) -> DbResult<Option<Message>> {
    Ok(messages!(
        "WHERE account_id = $1 AND external_id = $2",
        account.uuid(),
        external_id
    )
    .fetch_optional(tx.conn())
    .await?)
}

/// The messages of an account with these platform ids.
pub(crate) async fn by_externals(
    tx: &mut TenantTx,
    account: AccountId,
    external_ids: &[String],
) -> DbResult<Vec<Message>> {
    if external_ids.is_empty() {
        return Ok(Vec::new());
    }
    Ok(messages!(
        "WHERE account_id = $1 AND external_id = ANY($2)",
        account.uuid(),
        external_ids
    )
    .fetch_all(tx.conn())
    .await?)
}

/// The newest messages up to one, itself included, the newest first.
pub(crate) async fn up_to(
    tx: &mut TenantTx,
    conversation: ConversationId,
    message: MessageId,
    count: u16,
) -> DbResult<Vec<Message>> {
    Ok(messages!(
        "WHERE conversation_id = $1
           AND (sent_at, id) <= (SELECT m.sent_at, m.id FROM messages m WHERE m.id = $2)
         ORDER BY sent_at DESC, id DESC LIMIT $3",
        conversation.uuid(),
        message.uuid(),
        i64::from(count),
    )
    .fetch_all(tx.conn())
    .await?)
}

/// The newest messages before a spot, the newest first.
pub(crate) async fn before(
    tx: &mut TenantTx,
    conversation: ConversationId,
    spot: Option<Spot>,
    limit: Limit,
) -> DbResult<Vec<Message>> {
    let (at, id) = spot.map_or((None, None), |spot| (Some(spot.at), Some(spot.id.uuid())));
    let rows = messages!(
        "WHERE conversation_id = $1
           AND ($2::timestamptz IS NULL OR (sent_at, id) < ($2, $3::uuid))
         ORDER BY sent_at DESC, id DESC LIMIT $4",
        conversation.uuid(),
        at,
        id,
        limit.probe(),
    )
    .fetch_all(tx.conn())
    .await?;
    Ok(rows)
}

/// Whether this is a notice of ours after which a person has written.
pub(crate) async fn is_moot_notice(tx: &mut TenantTx, id: MessageId) -> DbResult<bool> {
    Ok(sqlx::query_scalar!(
        r#"SELECT EXISTS (SELECT FROM messages n
             JOIN messages o ON o.workspace_id = n.workspace_id
                AND o.conversation_id = n.conversation_id
             WHERE n.id = $1 AND n.author = 'notice' AND o.author IN ('human', 'native')
               AND o.created_at > n.created_at) AS "moot!""#,
        id.uuid()
    )
    .fetch_one(tx.conn())
    .await?)
}

/// Our messages up to an instant that the customer has not read by our knowledge.
pub(crate) async fn read_up_to(
    tx: &mut TenantTx,
    conversation: ConversationId,
    up_to: DateTime<Utc>,
    at: DateTime<Utc>,
) -> DbResult<()> {
    sqlx::query!(
        "UPDATE messages SET state = 'read', read_at = $3,
           delivered_at = COALESCE(delivered_at, $3)
         WHERE conversation_id = $1 AND direction = 'outbound' AND sent_at <= $2
           AND state IN ('sent', 'delivered')",
        conversation.uuid(),
        up_to,
        at
    )
    .execute(tx.conn())
    .await?;
    Ok(())
}

pub(crate) async fn set_state(
    tx: &mut TenantTx,
    id: MessageId,
    state: MessageState,
    at: DateTime<Utc>,
    error: Option<&str>,
) -> DbResult<()> {
    let delivered = matches!(
        state,
        MessageState::Delivered | MessageState::Read | MessageState::Played
    );
    let read = matches!(state, MessageState::Read | MessageState::Played);
    sqlx::query!(
        "UPDATE messages SET state = $2, error = $3,
           delivered_at = CASE WHEN $4 THEN COALESCE(delivered_at, $6) ELSE delivered_at END,
           read_at = CASE WHEN $5 THEN COALESCE(read_at, $6) ELSE read_at END
         WHERE id = $1",
        id.uuid(),
        state.as_str(),
        error,
        delivered,
        read,
        at
    )
    .execute(tx.conn())
    .await?;
    Ok(())
}

/// Notes the platform's id of a message of ours; as for a new one, whoever has news of it is let
/// finish first.
pub(crate) async fn set_external(
    tx: &mut TenantTx,
    id: MessageId,
    account: AccountId,
    external_id: &str,
) -> DbResult<()> {
    sqlx::query!(
        "UPDATE messages SET external_id = $2
         FROM pg_advisory_xact_lock(hashtextextended($3::uuid::text || $2, 0))
         WHERE id = $1 AND external_id IS DISTINCT FROM $2",
        id.uuid(),
        external_id,
        account.uuid()
    )
    .execute(tx.conn())
    .await?;
    Ok(())
}

pub(crate) async fn delete(tx: &mut TenantTx, id: MessageId) -> DbResult<()> {
    sqlx::query!("DELETE FROM messages WHERE id = $1", id.uuid())
        .execute(tx.conn())
        .await?;
    Ok(())
}

/// How many earlier wordings of a message are kept.
const EARLIER_KEPT: i32 = 20;

/// Changes the words and keeps what they were.
pub(crate) async fn edit(
    tx: &mut TenantTx,
    id: MessageId,
    text: Option<&str>,
    at: DateTime<Utc>,
) -> DbResult<bool> {
    let done = sqlx::query!(
        "UPDATE messages SET text = COALESCE($2, text), edited_at = $3,
           earlier = CASE WHEN $2 <> text AND jsonb_array_length(earlier) < $4
             THEN earlier || jsonb_build_array(
               jsonb_build_object('text', text, 'at', COALESCE(edited_at, sent_at)))
             ELSE earlier END
         WHERE id = $1 AND deleted_at IS NULL AND (edited_at IS NULL OR edited_at < $3)",
        id.uuid(),
        text,
        at,
        EARLIER_KEPT
    )
    .execute(tx.conn())
    .await?;
    Ok(done.rows_affected() > 0)
}

/// Wipes what a message said.
pub(crate) async fn wipe(tx: &mut TenantTx, id: MessageId, at: DateTime<Utc>) -> DbResult<bool> {
    let done = sqlx::query!(
        "UPDATE messages SET text = '', details = '{}', reactions = '[]', earlier = '[]',
           deleted_at = $2
         WHERE id = $1 AND deleted_at IS NULL",
        id.uuid(),
        at
    )
    .execute(tx.conn())
    .await?;
    Ok(done.rows_affected() > 0)
}

pub(crate) async fn set_reactions(
    tx: &mut TenantTx,
    id: MessageId,
    reactions: &serde_json::Value,
) -> DbResult<()> {
    sqlx::query!(
        "UPDATE messages SET reactions = $2 WHERE id = $1 AND deleted_at IS NULL",
        id.uuid(),
        reactions
    )
    .execute(tx.conn())
    .await?;
    Ok(())
}

/// Notes, or forgets, the effect of a message whose outcome only a person can tell.
pub(crate) async fn set_resting(
    tx: &mut TenantTx,
    id: MessageId,
    effect: Option<EffectId>,
) -> DbResult<()> {
    sqlx::query!(
        "UPDATE messages SET details = CASE WHEN $2::text IS NULL THEN details - 'resting'
           ELSE details || jsonb_build_object('resting', $2::text) END
         WHERE id = $1 AND ($2::text IS NOT NULL OR details ? 'resting')",
        id.uuid(),
        effect.map(|effect| effect.to_string())
    )
    .execute(tx.conn())
    .await?;
    Ok(())
}

/// Whether any answer reached its platform.
pub(crate) async fn any_answered(tx: &mut TenantTx) -> DbResult<bool> {
    Ok(sqlx::query_scalar!(
        r#"SELECT EXISTS (
               SELECT FROM messages
               WHERE direction = 'outbound' AND author <> 'notice'
                 AND state IN ('sent', 'delivered', 'read', 'played')
           ) AS "found!""#
    )
    .fetch_one(tx.conn())
    .await?)
}
