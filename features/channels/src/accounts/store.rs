//! The tables of accounts and of begun connects.

use chrono::{DateTime, Utc};
use db::{DbError, DbResult, TenantTx};
use kernel::{AccountId, Platform, Sealed, UserId};

use super::{Account, AccountState, NewAccount};

struct Row {
    id: AccountId,
    platform: String,
    external_id: String,
    parent_id: Option<String>,
    username: String,
    name: String,
    picture_url: Option<String>,
    state: String,
    state_reason: Option<String>,
    token_sealed: Option<Vec<u8>>,
    token_key_id: Option<String>,
    token_expires_at: Option<DateTime<Utc>>,
    automation: bool,
    usage_percent: i32,
    paused_until: Option<DateTime<Utc>>,
    last_webhook_at: Option<DateTime<Utc>>,
    connected_at: DateTime<Utc>,
}

impl TryFrom<Row> for Account {
    type Error = DbError;

    fn try_from(row: Row) -> DbResult<Self> {
        Ok(Self {
            id: row.id,
            platform: row
                .platform
                .parse()
                .map_err(|_| DbError::Corrupt(format!("platform {:?}", row.platform)))?,
            external_id: row.external_id,
            parent_id: row.parent_id,
            username: row.username,
            name: row.name,
            picture_url: row.picture_url,
            state: AccountState::parse(&row.state)
                .ok_or_else(|| DbError::Corrupt(format!("account state {:?}", row.state)))?,
            state_reason: row.state_reason,
            token_expires_at: row.token_expires_at,
            automation: row.automation,
            usage_percent: row.usage_percent,
            paused_until: row.paused_until,
            last_webhook_at: row.last_webhook_at,
            connected_at: row.connected_at,
            sealed: row
                .token_sealed
                .zip(row.token_key_id)
                .map(|(bytes, key_id)| Sealed { key_id, bytes }),
        })
    }
}

/// The account.
pub async fn account(tx: &mut TenantTx, id: AccountId) -> DbResult<Option<Account>> {
    sqlx::query_as!(
        Row,
        r#"SELECT id AS "id: AccountId", platform, external_id, parent_id, username, name,
                  picture_url, state, state_reason, token_sealed, token_key_id, token_expires_at,
                  automation, usage_percent, paused_until, last_webhook_at, connected_at
           FROM social_accounts WHERE id = $1"#,
        id.uuid()
    )
    .fetch_optional(tx.conn())
    .await?
    .map(Account::try_from)
    .transpose()
}

/// All accounts of the workspace, the disconnected ones too, oldest first.
pub async fn list(tx: &mut TenantTx) -> DbResult<Vec<Account>> {
    sqlx::query_as!(
        Row,
        r#"SELECT id AS "id: AccountId", platform, external_id, parent_id, username, name,
                  picture_url, state, state_reason, token_sealed, token_key_id, token_expires_at,
                  automation, usage_percent, paused_until, last_webhook_at, connected_at
           FROM social_accounts ORDER BY connected_at, id"#
    )
    .fetch_all(tx.conn())
    .await?
    .into_iter()
    .map(Account::try_from)
    .collect()
}

/// Writes what is known of an account, without its token: a new row, or the row the workspace has.
pub(super) async fn upsert(
    tx: &mut TenantTx,
    new: &NewAccount,
    by: Option<UserId>,
    now: DateTime<Utc>,
) -> DbResult<AccountId> {
    let workspace = tx.workspace().uuid();
    Ok(sqlx::query_scalar!(
        r#"INSERT INTO social_accounts (workspace_id, id, platform, external_id, parent_id,
                  username, name, picture_url, token_expires_at, scopes, connected_by, connected_at)
           VALUES ($1, $2, $3, $4, $5, $6, $7, $8, $9, $10, $11, $12)
           ON CONFLICT (workspace_id, platform, external_id) DO UPDATE SET
                  parent_id = excluded.parent_id, username = excluded.username,
                  name = excluded.name, picture_url = excluded.picture_url,
                  token_expires_at = excluded.token_expires_at, scopes = excluded.scopes,
                  connected_by = excluded.connected_by, connected_at = excluded.connected_at,
                  state = 'connected', state_reason = NULL, disconnected_at = NULL,
                  token_refreshed_at = NULL, paused_until = NULL, health_error = NULL
           RETURNING id AS "id: AccountId""#,
        workspace,
        AccountId::new().uuid(),
        new.platform.as_str(),
        new.external_id,
        new.parent_id,
        new.username,
        new.name,
        new.picture_url,
        new.token_expires_at,
        &new.scopes,
        by.map(UserId::uuid),
        now,
    )
    .fetch_one(tx.conn())
    .await?)
}

pub(super) async fn store_token(
    tx: &mut TenantTx,
    id: AccountId,
    sealed: &Sealed,
    expires_at: Option<DateTime<Utc>>,
    refreshed_at: Option<DateTime<Utc>>,
) -> DbResult<()> {
    sqlx::query!(
        "UPDATE social_accounts SET token_sealed = $2, token_key_id = $3, token_expires_at = $4,
                token_refreshed_at = coalesce($5, token_refreshed_at) WHERE id = $1",
        id.uuid(),
        sealed.bytes,
        sealed.key_id,
        expires_at,
        refreshed_at,
    )
    .execute(tx.conn())
    .await?;
    Ok(())
}

/// Whether any account is connected, be it that it has to be connected again.
pub async fn any_connected(tx: &mut TenantTx) -> DbResult<bool> {
    Ok(sqlx::query_scalar!(
        r#"SELECT EXISTS (SELECT FROM social_accounts WHERE state <> 'disconnected') AS "found!""#
    )
    .fetch_one(tx.conn())
    .await?)
}

/// The platform no longer accepts the token: nothing is sent until a person connects it again.
/// True when that is news.
pub(super) async fn mark_reconnect(
    tx: &mut TenantTx,
    id: AccountId,
    reason: &str,
) -> DbResult<bool> {
    let marked = sqlx::query!(
        "UPDATE social_accounts SET state = 'reconnect', state_reason = $2
         WHERE id = $1 AND state = 'connected'",
        id.uuid(),
        reason,
    )
    .execute(tx.conn())
    .await?;
    if marked.rows_affected() == 1 {
        tx.signal("channels-changed");
    }
    Ok(marked.rows_affected() == 1)
}

/// Allows or forbids the AI on an account. False when there is no such account.
pub async fn set_automation(tx: &mut TenantTx, id: AccountId, on: bool) -> DbResult<bool> {
    let changed = sqlx::query!(
        "UPDATE social_accounts SET automation = $2 WHERE id = $1",
        id.uuid(),
        on
    )
    .execute(tx.conn())
    .await?;
    tx.signal("channels-changed");
    Ok(changed.rows_affected() == 1)
}

/// Ends an account; the token is forgotten, the history stays. False when it had ended before.
pub(super) async fn disconnect(
    tx: &mut TenantTx,
    id: AccountId,
    reason: &str,
    now: DateTime<Utc>,
) -> DbResult<bool> {
    let ended = sqlx::query!(
        "UPDATE social_accounts SET state = 'disconnected', state_reason = $2,
                token_sealed = NULL, token_key_id = NULL, disconnected_at = $3
         WHERE id = $1 AND state <> 'disconnected'",
        id.uuid(),
        reason,
        now,
    )
    .execute(tx.conn())
    .await?;
    tx.signal("channels-changed");
    Ok(ended.rows_affected() == 1)
}

/// Notes what the platform said about the allowance; a row that says so already stays untouched.
pub(crate) async fn note_usage(
    tx: &mut TenantTx,
    id: AccountId,
    percent: Option<i32>,
    paused_until: Option<DateTime<Utc>>,
) -> DbResult<()> {
    sqlx::query!(
        "UPDATE social_accounts SET usage_percent = coalesce($2::int4, usage_percent),
                paused_until = greatest(paused_until, $3::timestamptz)
         WHERE id = $1
           AND (usage_percent <> $2::int4
                OR ($3::timestamptz IS NOT NULL
                    AND (paused_until IS NULL OR paused_until < $3::timestamptz)))",
        id.uuid(),
        percent,
        paused_until,
    )
    .execute(tx.conn())
    .await?;
    Ok(())
}

/// Notes that a webhook came; at most every half minute, so that busy accounts do not queue for
/// their row.
pub(crate) async fn note_webhook(
    tx: &mut TenantTx,
    id: AccountId,
    at: DateTime<Utc>,
) -> DbResult<()> {
    sqlx::query!(
        "UPDATE social_accounts SET last_webhook_at = $2
         WHERE id = $1 AND (last_webhook_at IS NULL
                            OR last_webhook_at < $2::timestamptz - interval '30 seconds')",
        id.uuid(),
        at,
    )
    .execute(tx.conn())
    .await?;
    Ok(())
}

/// Notes that a comparison with the platform begins; up to when nothing is missing so far.
pub(crate) async fn begin_check(
    tx: &mut TenantTx,
    id: AccountId,
    at: DateTime<Utc>,
) -> DbResult<Option<DateTime<Utc>>> {
    let through = sqlx::query_scalar!(
        "UPDATE social_accounts SET last_checked_at = $2 WHERE id = $1 RETURNING checked_through",
        id.uuid(),
        at,
    )
    .fetch_optional(tx.conn())
    .await?;
    Ok(through.flatten())
}

/// Notes that nothing is missing up to then.
pub(crate) async fn end_check(
    tx: &mut TenantTx,
    id: AccountId,
    through: DateTime<Utc>,
) -> DbResult<()> {
    sqlx::query!(
        "UPDATE social_accounts SET checked_through = greatest(checked_through, $2::timestamptz)
         WHERE id = $1",
        id.uuid(),
        through,
    )
    .execute(tx.conn())
    .await?;
    Ok(())
}

/// Notes that webhooks had missed something.
pub(crate) async fn note_gap(tx: &mut TenantTx, id: AccountId, at: DateTime<Utc>) -> DbResult<()> {
    sqlx::query!(
        "UPDATE social_accounts SET last_gap_at = $2 WHERE id = $1",
        id.uuid(),
        at
    )
    .execute(tx.conn())
    .await?;
    Ok(())
}

pub(super) async fn insert_state(
    tx: &mut TenantTx,
    hash: &[u8],
    platform: Platform,
    user: UserId,
    redirect_uri: &str,
    now: DateTime<Utc>,
    expires_at: DateTime<Utc>,
) -> DbResult<()> {
    let workspace = tx.workspace().uuid();
    sqlx::query!(
        "INSERT INTO oauth_states (workspace_id, state_hash, platform, user_id, redirect_uri,
                                   created_at, expires_at)
         VALUES ($1, $2, $3, $4, $5, $6, $7)",
        workspace,
        hash,
        platform.as_str(),
        user.uuid(),
        redirect_uri,
        now,
        expires_at,
    )
    .execute(tx.conn())
    .await?;
    Ok(())
}

/// Uses up the state of a begun connect; answers the redirect address it was begun with.
pub(super) async fn take_state(
    tx: &mut TenantTx,
    hash: &[u8],
    platform: Platform,
    user: UserId,
    now: DateTime<Utc>,
) -> DbResult<Option<String>> {
    Ok(sqlx::query_scalar!(
        "UPDATE oauth_states SET used_at = $4
         WHERE state_hash = $1 AND platform = $2 AND user_id = $3 AND used_at IS NULL
           AND expires_at > $4
         RETURNING redirect_uri",
        hash,
        platform.as_str(),
        user.uuid(),
        now,
    )
    .fetch_optional(tx.conn())
    .await?)
}
