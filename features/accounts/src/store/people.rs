//! People and their password resets.

use chrono::{DateTime, Utc};
use db::{DbResult, PeopleTx};
use kernel::{UserId, WorkspaceId};

use crate::profile::{Profile, User};

pub(crate) struct NewUser<'a> {
    pub(crate) id: UserId,
    pub(crate) email: &'a str,
    pub(crate) name: &'a str,
    pub(crate) password_hash: &'a str,
    pub(crate) locale: &'a str,
    pub(crate) time_zone: &'a str,
}

/// Adds a person; the rule `users_email` is broken when the address is taken.
pub(crate) async fn add(tx: &mut PeopleTx, user: NewUser<'_>, now: DateTime<Utc>) -> DbResult<()> {
    sqlx::query!(
        "INSERT INTO users (id, email, name, password_hash, locale, time_zone, created_at)
         VALUES ($1, $2, $3, $4, $5, $6, $7)",
        user.id.uuid(),
        user.email,
        user.name,
        user.password_hash,
        user.locale,
        user.time_zone,
        now,
    )
    .execute(tx.conn())
    .await?;
    Ok(())
}

/// Adds a workspace with this person as its owner.
pub(crate) async fn add_workspace(
    tx: &mut PeopleTx,
    workspace: WorkspaceId,
    name: &str,
    (locale, time_zone): (&str, &str),
    now: DateTime<Utc>,
) -> DbResult<()> {
    sqlx::query!(
        "INSERT INTO workspaces (workspace_id, name, locale, time_zone, created_at)
         VALUES ($1, $2, $3, $4, $5)",
        workspace.uuid(),
        name,
        locale,
        time_zone,
        now,
    )
    .execute(tx.conn())
    .await?;
    Ok(())
}

/// The id and the password hash of the person with this address.
pub(crate) async fn credentials(
    tx: &mut PeopleTx,
    email: &str,
) -> DbResult<Option<(UserId, String)>> {
    let row = sqlx::query!(
        r#"SELECT id AS "id: UserId", password_hash FROM users
           WHERE lower(email) = $1 AND deactivated_at IS NULL"#,
        email,
    )
    .fetch_optional(tx.conn())
    .await?;
    Ok(row.map(|row| (row.id, row.password_hash)))
}

/// A person.
pub(crate) async fn user(tx: &mut PeopleTx, id: UserId) -> DbResult<Option<User>> {
    let user = sqlx::query_as!(
        User,
        r#"SELECT id AS "id: UserId", email, name, locale, time_zone, theme, created_at
           FROM users WHERE id = $1 AND deactivated_at IS NULL"#,
        id.uuid(),
    )
    .fetch_optional(tx.conn())
    .await?;
    Ok(user)
}

/// Writes a person's profile.
pub(crate) async fn set_profile(tx: &mut PeopleTx, id: UserId, profile: &Profile) -> DbResult<()> {
    sqlx::query!(
        "UPDATE users SET name = $2, locale = $3, time_zone = $4, theme = $5 WHERE id = $1",
        id.uuid(),
        profile.name,
        profile.locale,
        profile.time_zone,
        profile.theme,
    )
    .execute(tx.conn())
    .await?;
    Ok(())
}

/// Writes a person's password hash.
pub(crate) async fn set_password(tx: &mut PeopleTx, id: UserId, hash: &str) -> DbResult<()> {
    sqlx::query!(
        "UPDATE users SET password_hash = $2 WHERE id = $1",
        id.uuid(),
        hash
    )
    .execute(tx.conn())
    .await?;
    Ok(())
}

/// Keeps the hash of a reset token; earlier ones of the person are void from now on. False when it is
/// known already.
pub(crate) async fn add_reset(
    tx: &mut PeopleTx,
    user: UserId,
    token_hash: &[u8],
    now: DateTime<Utc>,
    expires_at: DateTime<Utc>,
) -> DbResult<bool> {
    sqlx::query!(
        "DELETE FROM password_resets WHERE user_id = $1 AND token_hash <> $2",
        user.uuid(),
        token_hash,
    )
    .execute(tx.conn())
    .await?;
    let added = sqlx::query!(
        "INSERT INTO password_resets (token_hash, user_id, created_at, expires_at)
         VALUES ($1, $2, $3, $4) ON CONFLICT (token_hash) DO NOTHING",
        token_hash,
        user.uuid(),
        now,
        expires_at,
    )
    .execute(tx.conn())
    .await?;
    Ok(added.rows_affected() > 0)
}

/// Whose reset token this is, while it is good.
pub(crate) async fn reset_is_good(
    tx: &mut PeopleTx,
    token_hash: &[u8],
    now: DateTime<Utc>,
) -> DbResult<bool> {
    let good = sqlx::query_scalar!(
        r#"SELECT EXISTS (SELECT FROM password_resets
           WHERE token_hash = $1 AND used_at IS NULL AND expires_at > $2) AS "good!""#,
        token_hash,
        now,
    )
    .fetch_one(tx.conn())
    .await?;
    Ok(good)
}

/// Uses a reset token up and says whose it was.
pub(crate) async fn use_reset(
    tx: &mut PeopleTx,
    token_hash: &[u8],
    now: DateTime<Utc>,
) -> DbResult<Option<UserId>> {
    let user = sqlx::query_scalar!(
        r#"UPDATE password_resets SET used_at = $2
           WHERE token_hash = $1 AND used_at IS NULL AND expires_at > $2
           RETURNING user_id AS "id: UserId""#,
        token_hash,
        now,
    )
    .fetch_optional(tx.conn())
    .await?;
    Ok(user)
}

/// The person followed a link that was sent to their address.
pub(crate) async fn prove_email(tx: &mut PeopleTx, id: UserId, now: DateTime<Utc>) -> DbResult<()> {
    sqlx::query!(
        "UPDATE users SET email_proven_at = $2 WHERE id = $1 AND email_proven_at IS NULL",
        id.uuid(),
        now,
    )
    .execute(tx.conn())
    .await?;
    Ok(())
}
