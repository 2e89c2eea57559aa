//! The table of effects.

mod comments;

use chrono::{DateTime, Utc};
use db::{DbError, DbResult, TenantTx};
use kernel::{AccountId, ConversationId, EffectId, MessageId, ProcessId};
use sqlx::types::Json;

use super::settle::Step;
pub(super) use comments::attempted_reply;
pub use comments::forget_comments;

use super::{Effect, EffectKind, EffectState, NewEffect, Request};

struct Row {
    id: EffectId,
    kind: String,
    subject: String,
    account_id: AccountId,
    lane: String,
    conversation_id: Option<ConversationId>,
    message_id: Option<MessageId>,
    epoch: Option<i64>,
    request: Json<Request>,
    state: String,
    due_at: DateTime<Utc>,
    attempts: i32,
    leased_at: Option<DateTime<Utc>>,
    attempted_at: Option<DateTime<Utc>>,
    checks: i32,
    resting: bool,
    provider_id: Option<String>,
    error_class: Option<String>,
    error: Option<String>,
    created_at: DateTime<Utc>,
    finished_at: Option<DateTime<Utc>>,
}

impl TryFrom<Row> for Effect {
    type Error = DbError;

    fn try_from(row: Row) -> DbResult<Self> {
        let kind = EffectKind::parse(&row.kind)
            .ok_or_else(|| DbError::Corrupt(format!("effect kind {:?}", row.kind)))?;
        let state = EffectState::parse(&row.state)
            .ok_or_else(|| DbError::Corrupt(format!("effect state {:?}", row.state)))?;
        Ok(Self {
            id: row.id,
            kind,
            subject: row.subject,
            account: row.account_id,
            lane: row.lane,
            conversation: row.conversation_id,
            message: row.message_id,
            epoch: row.epoch,
            request: row.request.0,
            state,
            due_at: row.due_at,
            attempts: row.attempts,
            leased_at: row.leased_at,
            attempted_at: row.attempted_at,
            checks: row.checks,
            resting: row.resting,
            provider_id: row.provider_id,
            error_class: row.error_class,
            error: row.error,
            created_at: row.created_at,
            finished_at: row.finished_at,
        })
    }
}

/// The effect, as it is now.
pub async fn load(tx: &mut TenantTx, id: EffectId) -> DbResult<Option<Effect>> {
    sqlx::query_as!(
        Row,
        r#"SELECT id AS "id: EffectId", kind, subject, account_id AS "account_id: AccountId", lane,
                  conversation_id AS "conversation_id: ConversationId",
                  message_id AS "message_id: MessageId", epoch,
                  request AS "request: Json<Request>", state, due_at, attempts, leased_at,
                  attempted_at, checks, resting, provider_id, error_class, error, created_at,
                  finished_at
           FROM effects WHERE id = $1"#,
        id.uuid()
    )
    .fetch_optional(tx.conn())
    .await?
    .map(Effect::try_from)
    .transpose()
}

/// Which effects to list.
#[derive(Clone, Copy, Debug, Default)]
pub struct Wanted {
    /// Only those in this state.
    pub state: Option<EffectState>,
    /// Only those of this kind.
    pub kind: Option<EffectKind>,
    /// Only those of this conversation.
    pub conversation: Option<ConversationId>,
    /// Only those that are older than this one.
    pub before: Option<EffectId>,
}

/// Effects, newest first.
pub async fn list(tx: &mut TenantTx, wanted: Wanted, most: i64) -> DbResult<Vec<Effect>> {
    sqlx::query_as!(
        Row,
        r#"SELECT id AS "id: EffectId", kind, subject, account_id AS "account_id: AccountId", lane,
                  conversation_id AS "conversation_id: ConversationId",
                  message_id AS "message_id: MessageId", epoch,
                  request AS "request: Json<Request>", state, due_at, attempts, leased_at,
                  attempted_at, checks, resting, provider_id, error_class, error, created_at,
                  finished_at
           FROM effects
           WHERE ($1::text IS NULL OR state = $1)
             AND ($2::uuid IS NULL OR conversation_id = $2)
             AND ($3::uuid IS NULL OR id < $3)
             AND ($5::text IS NULL OR kind = $5)
           ORDER BY id DESC LIMIT $4"#,
        wanted.state.map(EffectState::as_str),
        wanted.conversation.map(ConversationId::uuid),
        wanted.before.map(EffectId::uuid),
        most,
        wanted.kind.map(EffectKind::as_str),
    )
    .fetch_all(tx.conn())
    .await?
    .into_iter()
    .map(Effect::try_from)
    .collect()
}

pub(super) async fn insert(
    tx: &mut TenantTx,
    new: &NewEffect,
    now: DateTime<Utc>,
) -> DbResult<EffectId> {
    let workspace = tx.workspace().uuid();
    let id = EffectId::new();
    let request = serde_json::to_value(&new.request)
        .map_err(|error| DbError::Corrupt(format!("effect request: {error}")))?;
    let inserted = sqlx::query!(
        "INSERT INTO effects (workspace_id, id, kind, subject, account_id, lane, conversation_id,
                              message_id, epoch, request, due_at, created_at)
         VALUES ($1, $2, $3, $4, $5, $6, $7, $8, $9, $10, $11, $11)
         ON CONFLICT (workspace_id, kind, subject) DO NOTHING",
        workspace,
        id.uuid(),
        new.kind.as_str(),
        new.subject,
        new.account.uuid(),
        new.lane,
        new.conversation.map(ConversationId::uuid),
        new.message.map(MessageId::uuid),
        new.epoch,
        request,
        now,
    )
    .execute(tx.conn())
    .await?
    .rows_affected();
    if inserted == 1 {
        return Ok(id);
    }
    Ok(sqlx::query_scalar!(
        r#"SELECT id AS "id: EffectId" FROM effects WHERE kind = $1 AND subject = $2"#,
        new.kind.as_str(),
        new.subject,
    )
    .fetch_one(tx.conn())
    .await?)
}

/// Notes that what follows may reach the platform. False when the lease is lost.
pub(super) async fn begin_attempt(
    tx: &mut TenantTx,
    id: EffectId,
    owner: ProcessId,
    token: i64,
    now: DateTime<Utc>,
) -> DbResult<bool> {
    let begun = sqlx::query!(
        "UPDATE effects SET attempted_at = $4, attempts = attempts + 1, checks = 0
         WHERE id = $1 AND lease_owner = $2 AND lease_token = $3 AND state = 'in_flight'",
        id.uuid(),
        owner.uuid(),
        token,
        now,
    )
    .execute(tx.conn())
    .await?;
    Ok(begun.rows_affected() == 1)
}

/// Gives back a row that was claimed and not acted upon: the platform was not called in this
/// claim. What happened in earlier ones stays as it was.
pub(super) async fn release(
    tx: &mut TenantTx,
    id: EffectId,
    owner: ProcessId,
    token: i64,
    due: DateTime<Utc>,
) -> DbResult<()> {
    sqlx::query!(
        "UPDATE effects SET lease_owner = NULL, due_at = $4,
                attempts = CASE WHEN state = 'in_flight' AND attempted_at IS NOT NULL
                                THEN greatest(attempts - 1, 0) ELSE attempts END,
                attempted_at = CASE WHEN state = 'in_flight' THEN NULL ELSE attempted_at END,
                state = CASE WHEN state = 'in_flight' THEN 'pending' ELSE state END
         WHERE id = $1 AND lease_owner = $2 AND lease_token = $3
           AND state IN ('in_flight', 'unknown')",
        id.uuid(),
        owner.uuid(),
        token,
        due,
    )
    .execute(tx.conn())
    .await?;
    Ok(())
}

/// What waits for the account's token is due now. A row that somebody is at is left to them.
pub(crate) async fn wake_waiting(
    tx: &mut TenantTx,
    account: AccountId,
    now: DateTime<Utc>,
) -> DbResult<()> {
    sqlx::query!(
        "UPDATE effects SET due_at = $2
         WHERE id IN (SELECT id FROM effects
                      WHERE account_id = $1 AND state = 'pending' AND error_class = 'token'
                        AND due_at > $2
                      FOR UPDATE SKIP LOCKED)",
        account.uuid(),
        now,
    )
    .execute(tx.conn())
    .await?;
    Ok(())
}

/// Whether the platform's id belongs to another message that we know of.
pub(crate) async fn knows_message(
    tx: &mut TenantTx,
    account: AccountId,
    provider_id: &str,
    except: Option<MessageId>,
) -> DbResult<bool> {
    Ok(sqlx::query_scalar!(
        r#"SELECT EXISTS (SELECT FROM messages
             WHERE account_id = $1 AND external_id = $2 AND ($3::uuid IS NULL OR id <> $3))
           OR EXISTS (SELECT FROM effects WHERE account_id = $1 AND provider_id = $2) AS "known!""#,
        account.uuid(),
        provider_id,
        except.map(MessageId::uuid),
    )
    .fetch_one(tx.conn())
    .await?)
}

pub(super) async fn apply(
    tx: &mut TenantTx,
    id: EffectId,
    owner: Option<ProcessId>,
    token: i64,
    step: &Step,
    now: DateTime<Utc>,
) -> DbResult<bool> {
    let (mut due, mut class, mut error) = (None, None, None);
    let (mut asked, mut uncounted) = (0, 0);
    match step {
        Step::Wait {
            due: at,
            class: why,
            sentence,
            uncounted: free,
        } => {
            due = Some(*at);
            class = why.as_deref();
            error = sentence.as_deref();
            uncounted = i32::from(*free);
        }
        Step::Ask { due: at, asked: a } => {
            due = Some(*at);
            asked = i32::from(*a);
        }
        Step::Rest => {}
        Step::Fail {
            class: why,
            sentence,
        } => {
            class = Some(why.as_str());
            error = Some(sentence.as_str());
        }
        Step::Cancel { reason } => {
            class = Some("cancelled");
            error = Some(reason.as_str());
        }
    }
    let done = sqlx::query!(
        "UPDATE effects SET state = $4, due_at = coalesce($5, due_at), lease_owner = NULL,
                checks = checks + $6, resting = $7, error_class = $8, error = $9,
                attempts = greatest(attempts - $10, 0),
                finished_at = CASE WHEN $4 IN ('failed', 'cancelled') THEN $11::timestamptz END
         WHERE id = $1 AND lease_owner IS NOT DISTINCT FROM $2 AND lease_token = $3
           AND state IN ('in_flight', 'unknown')",
        id.uuid(),
        owner.map(ProcessId::uuid),
        token,
        step.state().as_str(),
        due,
        asked,
        matches!(step, Step::Rest),
        class,
        error,
        uncounted,
        now,
    )
    .execute(tx.conn())
    .await?;
    Ok(done.rows_affected() == 1)
}

/// It happened, whatever the row said until now. The token is raised, so that whoever holds the
/// row can't begin another attempt.
pub(super) async fn confirm(
    tx: &mut TenantTx,
    id: EffectId,
    provider_id: Option<&str>,
    now: DateTime<Utc>,
) -> DbResult<bool> {
    let done = sqlx::query!(
        "UPDATE effects SET state = 'confirmed', provider_id = coalesce($2, provider_id),
                lease_owner = NULL, lease_token = lease_token + 1, resting = false,
                error_class = NULL, error = NULL, finished_at = $3
         WHERE id = $1 AND state <> 'confirmed'",
        id.uuid(),
        provider_id,
        now,
    )
    .execute(tx.conn())
    .await?;
    Ok(done.rows_affected() == 1)
}

/// What failed is pending again, as if it had just been written. False when it did not fail.
pub(super) async fn revive(tx: &mut TenantTx, id: EffectId, now: DateTime<Utc>) -> DbResult<bool> {
    let done = sqlx::query!(
        "UPDATE effects SET state = 'pending', due_at = $2, attempts = 0, checks = 0,
                attempted_at = NULL, error_class = NULL, error = NULL, finished_at = NULL
         WHERE id = $1 AND state = 'failed'",
        id.uuid(),
        now,
    )
    .execute(tx.conn())
    .await?;
    Ok(done.rows_affected() == 1)
}

pub(super) async fn cancel_pending_of_ai(
    tx: &mut TenantTx,
    conversation: ConversationId,
    reason: &str,
    now: DateTime<Utc>,
) -> DbResult<Vec<EffectId>> {
    Ok(sqlx::query_scalar!(
        r#"UPDATE effects SET state = 'cancelled', error_class = 'cancelled', error = $2,
                  finished_at = $3
           WHERE conversation_id = $1 AND state = 'pending' AND epoch IS NOT NULL
           RETURNING id AS "id: EffectId""#,
        conversation.uuid(),
        reason,
        now,
    )
    .fetch_all(tx.conn())
    .await?)
}

/// Locks a row that nobody holds and answers its token.
pub(super) async fn lock_token(tx: &mut TenantTx, id: EffectId) -> DbResult<Option<i64>> {
    Ok(sqlx::query_scalar!(
        "SELECT lease_token FROM effects WHERE id = $1 AND lease_owner IS NULL FOR UPDATE",
        id.uuid()
    )
    .fetch_optional(tx.conn())
    .await?)
}

pub(super) async fn by_provider_id(
    tx: &mut TenantTx,
    account: AccountId,
    provider_id: &str,
) -> DbResult<Option<EffectId>> {
    Ok(sqlx::query_scalar!(
        r#"SELECT id AS "id: EffectId" FROM effects WHERE account_id = $1 AND provider_id = $2"#,
        account.uuid(),
        provider_id,
    )
    .fetch_optional(tx.conn())
    .await?)
}

/// The oldest effect of a lane that may have reached the platform and says this. One that was
/// taken for not sent after the platform was asked counts too: then the platform was late.
pub(super) async fn attempted_with_text(
    tx: &mut TenantTx,
    account: AccountId,
    lane: &str,
    text: &str,
) -> DbResult<Option<EffectId>> {
    Ok(sqlx::query_scalar!(
        r#"SELECT id AS "id: EffectId" FROM effects
           WHERE account_id = $1 AND lane = $2 AND kind = 'send_message'
             AND ((state IN ('in_flight', 'unknown') AND attempted_at IS NOT NULL)
                  OR (state IN ('pending', 'in_flight') AND checks > 0))
             AND CASE WHEN $3 = '' THEN request->'body'->>'kind' IN ('image', 'upload')
                      ELSE btrim(request->'body'->>'text', E' \t\r\n') = btrim($3, E' \t\r\n') END
           ORDER BY seq LIMIT 1 FOR UPDATE"#,
        account.uuid(),
        lane,
        text,
    )
    .fetch_optional(tx.conn())
    .await?)
}

/// Removes all that was to be sent into a conversation that is being erased, words included.
pub async fn forget(tx: &mut TenantTx, conversation: ConversationId) -> DbResult<()> {
    sqlx::query!(
        "DELETE FROM effects WHERE conversation_id = $1",
        conversation.uuid()
    )
    .execute(tx.conn())
    .await?;
    Ok(())
}
