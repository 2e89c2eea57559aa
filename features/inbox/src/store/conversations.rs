//! Conversations.

use chrono::{DateTime, Utc};
use db::{DbResult, TenantTx};
use kernel::{AccountId, ContactId, ConversationId, Limit, UserId};

use crate::conversation::{Badge, Conversation, EpochCause, Owner, Status};
use crate::list::{Filter, Place};
use crate::message::Direction;
use crate::preview::Line;
use crate::store::contacts::{self, Like};

macro_rules! conversations {
    ($tail:literal $(, $argument:expr)* $(,)?) => {
        sqlx::query_as!(
            Conversation,
            r#"SELECT c.id AS "id: _", c.account_id AS "account_id: _", a.platform,
                 c.contact_id AS "contact_id: _",
                 COALESCE(NULLIF(p.name, ''), NULLIF(p.username, ''), p.phone) AS "name!",
                 p.username, p.phone, p.language, p.first_seen_at,
                 c.status AS "status: _", c.owner AS "owner: _", c.owner_reason,
                 c.assignee_id AS "assignee_id: _", c.ai_enabled, c.epoch, c.epoch_cause,
                 c.standby, c.unread_count, c.badge AS "badge: _", c.last_inbound_at,
                 c.last_message_at, c.last_preview, c.last_kind,
                 c.last_direction AS "last_direction: _",
                 c.resolved_at
               FROM conversations c
               JOIN social_accounts a ON a.workspace_id = c.workspace_id AND a.id = c.account_id
               JOIN contacts p ON p.workspace_id = c.workspace_id AND p.id = c.contact_id "#
                + $tail,
            $($argument),*
        )
    };
}

/// The conversation of a contact on an account; made when there is none.
pub(crate) async fn ensure(
    tx: &mut TenantTx,
    account: AccountId,
    contact: ContactId,
    at: DateTime<Utc>,
) -> DbResult<ConversationId> {
    if let Some(known) = of_contact(tx, account, contact).await? {
        return Ok(known);
    }
    let workspace = tx.workspace().uuid();
    let made = sqlx::query_scalar!(
        r#"INSERT INTO conversations
           (workspace_id, id, account_id, contact_id, last_message_at, created_at)
         VALUES ($1, $2, $3, $4, $5, $5)
         ON CONFLICT (workspace_id, account_id, contact_id) DO NOTHING
         RETURNING id AS "id: ConversationId""#,
        workspace,
        ConversationId::new().uuid(),
        account.uuid(),
        contact.uuid(),
        at
    )
    .fetch_optional(tx.conn())
    .await?;
    match made {
        Some(made) => Ok(made),
        // Somebody else made it between our look and now.
        None => of_contact(tx, account, contact)
            .await?
            .ok_or_else(|| db::DbError::Corrupt("a conversation that is not there".to_owned())),
    }
}

async fn of_contact(
    tx: &mut TenantTx,
    account: AccountId,
    contact: ContactId,
) -> DbResult<Option<ConversationId>> {
    let id = sqlx::query_scalar!(
        r#"SELECT id AS "id: ConversationId" FROM conversations
           WHERE account_id = $1 AND contact_id = $2"#,
        account.uuid(),
        contact.uuid()
    )
    .fetch_optional(tx.conn())
    .await?;
    Ok(id)
}

pub(crate) async fn load(tx: &mut TenantTx, id: ConversationId) -> DbResult<Option<Conversation>> {
    Ok(conversations!("WHERE c.id = $1", id.uuid())
        .fetch_optional(tx.conn())
        .await?)
}

pub(crate) async fn load_all(
    tx: &mut TenantTx,
    ids: &[ConversationId],
) -> DbResult<Vec<Conversation>> {
    let ids: Vec<_> = ids.iter().map(|id| id.uuid()).collect();
    Ok(conversations!("WHERE c.id = ANY($1)", &ids)
        .fetch_all(tx.conn())
        .await?)
}

/// The conversation, held until the end of the transaction.
pub(crate) async fn load_held(
    tx: &mut TenantTx,
    id: ConversationId,
) -> DbResult<Option<Conversation>> {
    Ok(conversations!("WHERE c.id = $1 FOR UPDATE OF c", id.uuid())
        .fetch_optional(tx.conn())
        .await?)
}

/// Holds the rows in the order of their ids and gives those that exist.
pub(crate) async fn lock(
    tx: &mut TenantTx,
    ids: &[ConversationId],
) -> DbResult<Vec<ConversationId>> {
    let ids: Vec<_> = ids.iter().map(|id| id.uuid()).collect();
    let held = sqlx::query_scalar!(
        r#"SELECT id AS "id: ConversationId" FROM conversations WHERE id = ANY($1)
           ORDER BY id FOR UPDATE"#,
        &ids
    )
    .fetch_all(tx.conn())
    .await?;
    Ok(held)
}

pub(crate) async fn list(
    tx: &mut TenantTx,
    filter: &Filter,
    after: Option<Place>,
    limit: Limit,
) -> DbResult<Vec<Conversation>> {
    let (at, id) = after.map_or((None, None), |place| {
        (Some(place.at), Some(place.id.uuid()))
    });
    let found = match filter.pattern() {
        Some(pattern) => Some(contacts::like(tx, &pattern).await?),
        None => None,
    };
    let (status, owner) = (
        filter.status.map(Status::as_str),
        filter.owner.map(Owner::as_str),
    );
    let platform = filter.platform.map(kernel::Platform::as_str);
    if let Some(Like::These(contacts)) = found {
        // Few: their conversations are sorted, and only a page of them is told in full.
        return Ok(conversations!(
            "WHERE c.id IN (
                 SELECT k.id FROM conversations k
                 JOIN social_accounts ka ON ka.workspace_id = k.workspace_id AND ka.id = k.account_id
                 WHERE k.contact_id = ANY($4) AND ($1::text IS NULL OR k.status = $1)
                   AND ($2::text IS NULL OR k.owner = $2)
                   AND ($3::text IS NULL OR ka.platform = $3)
                   AND ($5::timestamptz IS NULL OR (k.last_message_at, k.id) < ($5, $6::uuid))
                 ORDER BY k.last_message_at DESC, k.id DESC LIMIT $7)
             ORDER BY c.last_message_at DESC, c.id DESC",
            status,
            owner,
            platform,
            &contacts,
            at,
            id,
            limit.probe(),
        )
        .fetch_all(tx.conn())
        .await?);
    }
    // Everybody, or so many that a page of them is found soon among the newest.
    let pattern = found.and_then(|_| filter.pattern());
    let rows = conversations!(
        "WHERE ($1::text IS NULL OR c.status = $1) AND ($2::text IS NULL OR c.owner = $2)
           AND ($3::text IS NULL OR a.platform = $3)
           AND ($4::text IS NULL
             OR plain_name(p.name || ' ' || p.username || ' ' || p.phone) LIKE plain_name($4))
           AND ($5::timestamptz IS NULL OR (c.last_message_at, c.id) < ($5, $6::uuid))
         ORDER BY c.last_message_at DESC, c.id DESC LIMIT $7",
        status,
        owner,
        platform,
        pattern,
        at,
        id,
        limit.probe(),
    )
    .fetch_all(tx.conn())
    .await?;
    Ok(rows)
}

/// How many conversations hold something unread.
pub(crate) async fn unread(tx: &mut TenantTx) -> DbResult<i64> {
    let count =
        sqlx::query_scalar!(r#"SELECT count(*) AS "n!" FROM conversations WHERE unread_count > 0"#)
            .fetch_one(tx.conn())
            .await?;
    Ok(count)
}

pub(crate) async fn raise_epoch(
    tx: &mut TenantTx,
    id: ConversationId,
    cause: EpochCause,
) -> DbResult<i64> {
    let epoch = sqlx::query_scalar!(
        "UPDATE conversations SET epoch = epoch + 1, epoch_cause = $2 WHERE id = $1
         RETURNING epoch",
        id.uuid(),
        cause.as_str()
    )
    .fetch_one(tx.conn())
    .await?;
    Ok(epoch)
}

/// A message stands in the thread: it is shown in the list when it is the newest.
pub(crate) async fn note_message(
    tx: &mut TenantTx,
    id: ConversationId,
    at: DateTime<Utc>,
    line: &Line<'_>,
    direction: Direction,
) -> DbResult<()> {
    sqlx::query!(
        "UPDATE conversations SET last_kind = $3, last_preview = $4, last_direction = $5,
           last_message_at = $2
         WHERE id = $1 AND (last_kind = '' OR last_message_at <= $2)",
        id.uuid(),
        at,
        line.kind,
        line.words,
        direction.as_str()
    )
    .execute(tx.conn())
    .await?;
    Ok(())
}

/// What the customer's message changes in the list.
pub(crate) struct Inbound<'a> {
    pub(crate) at: DateTime<Utc>,
    pub(crate) line: &'a Line<'a>,
    pub(crate) standby: bool,
}

/// The customer wrote: the conversation is open, unread and waiting, and its epoch is a new one.
pub(crate) async fn note_inbound(
    tx: &mut TenantTx,
    id: ConversationId,
    inbound: &Inbound<'_>,
) -> DbResult<i64> {
    let epoch = sqlx::query_scalar!(
        "UPDATE conversations SET status = 'open', resolved_at = NULL, standby = $3,
           unread_count = unread_count + 1,
           badge = CASE WHEN badge = 'escalated' THEN badge ELSE 'waiting' END,
           last_inbound_at = GREATEST(last_inbound_at, $2),
           last_kind = CASE WHEN last_kind = '' OR last_message_at <= $2 THEN $6 ELSE last_kind END,
           last_preview = CASE WHEN last_kind = '' OR last_message_at <= $2 THEN $4 ELSE last_preview END,
           last_direction = CASE WHEN last_kind = '' OR last_message_at <= $2 THEN 'inbound' ELSE last_direction END,
           last_message_at = CASE WHEN last_kind = '' THEN $2 ELSE GREATEST(last_message_at, $2) END,
           epoch = epoch + 1, epoch_cause = $5
         WHERE id = $1 RETURNING epoch",
        id.uuid(),
        inbound.at,
        inbound.standby,
        inbound.line.words,
        EpochCause::Inbound.as_str(),
        inbound.line.kind,
    )
    .fetch_one(tx.conn())
    .await?;
    Ok(epoch)
}

pub(crate) async fn set_standby(
    tx: &mut TenantTx,
    id: ConversationId,
    standby: bool,
) -> DbResult<()> {
    sqlx::query!(
        "UPDATE conversations SET standby = $2 WHERE id = $1",
        id.uuid(),
        standby
    )
    .execute(tx.conn())
    .await?;
    Ok(())
}

pub(crate) async fn set_owner(
    tx: &mut TenantTx,
    id: ConversationId,
    owner: Owner,
    reason: Option<&str>,
) -> DbResult<()> {
    sqlx::query!(
        "UPDATE conversations SET owner = $2, owner_reason = $3 WHERE id = $1",
        id.uuid(),
        owner.as_str(),
        reason
    )
    .execute(tx.conn())
    .await?;
    Ok(())
}

pub(crate) async fn set_assignee(
    tx: &mut TenantTx,
    id: ConversationId,
    assignee: Option<UserId>,
) -> DbResult<()> {
    sqlx::query!(
        "UPDATE conversations SET assignee_id = $2 WHERE id = $1",
        id.uuid(),
        assignee.map(UserId::uuid)
    )
    .execute(tx.conn())
    .await?;
    Ok(())
}

/// Whether this person sits in the workspace.
pub(crate) async fn is_member(tx: &mut TenantTx, user: UserId) -> DbResult<bool> {
    let found = sqlx::query_scalar!(
        r#"SELECT EXISTS (SELECT FROM memberships WHERE user_id = $1) AS "found!""#,
        user.uuid()
    )
    .fetch_one(tx.conn())
    .await?;
    Ok(found)
}

pub(crate) async fn set_ai(tx: &mut TenantTx, id: ConversationId, enabled: bool) -> DbResult<()> {
    sqlx::query!(
        "UPDATE conversations SET ai_enabled = $2 WHERE id = $1",
        id.uuid(),
        enabled
    )
    .execute(tx.conn())
    .await?;
    Ok(())
}

pub(crate) async fn set_badge(tx: &mut TenantTx, id: ConversationId, badge: Badge) -> DbResult<()> {
    sqlx::query!(
        "UPDATE conversations SET badge = $2 WHERE id = $1",
        id.uuid(),
        badge.as_str()
    )
    .execute(tx.conn())
    .await?;
    Ok(())
}

pub(crate) async fn set_status(
    tx: &mut TenantTx,
    id: ConversationId,
    status: Status,
    badge: Badge,
    resolved_at: Option<DateTime<Utc>>,
) -> DbResult<()> {
    sqlx::query!(
        "UPDATE conversations SET status = $2, badge = $3, resolved_at = $4 WHERE id = $1",
        id.uuid(),
        status.as_str(),
        badge.as_str(),
        resolved_at
    )
    .execute(tx.conn())
    .await?;
    Ok(())
}

/// Everything is read; says whether something was not.
pub(crate) async fn mark_read(tx: &mut TenantTx, id: ConversationId) -> DbResult<bool> {
    let done = sqlx::query!(
        "UPDATE conversations SET unread_count = 0 WHERE id = $1 AND unread_count > 0",
        id.uuid()
    )
    .execute(tx.conn())
    .await?;
    Ok(done.rows_affected() > 0)
}
