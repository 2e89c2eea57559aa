//! Members, invitations and API keys within one workspace.

use chrono::{DateTime, Utc};
use db::{DbResult, TenantTx};
use kernel::{ApiKeyId, InvitationId, MembershipId, Role, UserId};

use super::seats::role;
use crate::api_keys::ApiKey;
use crate::invitations::Invitation;
use crate::members::MemberRow;

pub(crate) async fn rename(tx: &mut TenantTx, name: &str) -> DbResult<()> {
    let workspace = tx.workspace();
    sqlx::query!(
        "UPDATE workspaces SET name = $2 WHERE workspace_id = $1",
        workspace.uuid(),
        name
    )
    .execute(tx.conn())
    .await?;
    Ok(())
}

/// All members, oldest first.
pub(crate) async fn members(tx: &mut TenantTx) -> DbResult<Vec<MemberRow>> {
    let rows = sqlx::query!(
        r#"SELECT m.id AS "id: MembershipId", m.user_id AS "user_id: UserId", m.role, m.created_at,
                  u.name, u.email
           FROM memberships m JOIN users u ON u.id = m.user_id
           ORDER BY m.created_at, m.id"#,
    )
    .fetch_all(tx.conn())
    .await?;
    rows.into_iter()
        .map(|row| {
            Ok(MemberRow {
                id: row.id,
                user_id: row.user_id,
                name: row.name,
                email: row.email,
                role: role(&row.role)?,
                joined_at: row.created_at,
            })
        })
        .collect()
}

/// The seats with their roles, locked, so that two changes can't take the last two owners away.
pub(crate) async fn lock_seats(tx: &mut TenantTx) -> DbResult<Vec<(MembershipId, UserId, Role)>> {
    let rows = sqlx::query!(
        r#"SELECT id AS "id: MembershipId", user_id AS "user_id: UserId", role
           FROM memberships ORDER BY id FOR UPDATE"#,
    )
    .fetch_all(tx.conn())
    .await?;
    rows.into_iter()
        .map(|row| Ok((row.id, row.user_id, role(&row.role)?)))
        .collect()
}

pub(crate) async fn set_role(tx: &mut TenantTx, id: MembershipId, role: Role) -> DbResult<()> {
    sqlx::query!(
        "UPDATE memberships SET role = $2 WHERE id = $1",
        id.uuid(),
        role.as_str()
    )
    .execute(tx.conn())
    .await?;
    Ok(())
}

pub(crate) async fn remove(tx: &mut TenantTx, id: MembershipId) -> DbResult<()> {
    sqlx::query!("DELETE FROM memberships WHERE id = $1", id.uuid())
        .execute(tx.conn())
        .await?;
    Ok(())
}

/// Whether a member has this address.
pub(crate) async fn has_member(tx: &mut TenantTx, email: &str) -> DbResult<bool> {
    let found = sqlx::query_scalar!(
        r#"SELECT EXISTS (SELECT FROM memberships m JOIN users u ON u.id = m.user_id
           WHERE lower(u.email) = $1) AS "found!""#,
        email,
    )
    .fetch_one(tx.conn())
    .await?;
    Ok(found)
}

/// Adds an invitation; an earlier open one to the same address is void from now on.
pub(crate) async fn invite(
    tx: &mut TenantTx,
    invitation: &Invitation,
    token_hash: &[u8],
    invited_by: UserId,
) -> DbResult<()> {
    let workspace = tx.workspace();
    sqlx::query!(
        "UPDATE invitations SET revoked_at = $2
         WHERE email = $1 AND accepted_at IS NULL AND revoked_at IS NULL",
        invitation.email,
        invitation.created_at,
    )
    .execute(tx.conn())
    .await?;
    sqlx::query!(
        "INSERT INTO invitations (workspace_id, id, email, role, token_hash, invited_by,
                                  created_at, expires_at)
         VALUES ($1, $2, $3, $4, $5, $6, $7, $8)",
        workspace.uuid(),
        invitation.id.uuid(),
        invitation.email,
        invitation.role.as_str(),
        token_hash,
        invited_by.uuid(),
        invitation.created_at,
        invitation.expires_at,
    )
    .execute(tx.conn())
    .await?;
    Ok(())
}

/// The open invitations, newest first.
pub(crate) async fn invitations(
    tx: &mut TenantTx,
    now: DateTime<Utc>,
) -> DbResult<Vec<Invitation>> {
    let rows = sqlx::query!(
        r#"SELECT id AS "id: InvitationId", email, role, created_at, expires_at FROM invitations
           WHERE accepted_at IS NULL AND revoked_at IS NULL AND expires_at > $1
           ORDER BY created_at DESC, id"#,
        now,
    )
    .fetch_all(tx.conn())
    .await?;
    rows.into_iter()
        .map(|row| {
            Ok(Invitation {
                id: row.id,
                email: row.email,
                role: role(&row.role)?,
                created_at: row.created_at,
                expires_at: row.expires_at,
            })
        })
        .collect()
}

pub(crate) async fn revoke_invitation(
    tx: &mut TenantTx,
    id: InvitationId,
    now: DateTime<Utc>,
) -> DbResult<bool> {
    let done = sqlx::query!(
        "UPDATE invitations SET revoked_at = $2
         WHERE id = $1 AND accepted_at IS NULL AND revoked_at IS NULL",
        id.uuid(),
        now,
    )
    .execute(tx.conn())
    .await?;
    Ok(done.rows_affected() > 0)
}

pub(crate) async fn add_key(
    tx: &mut TenantTx,
    key: &ApiKey,
    key_hash: &[u8],
    created_by: UserId,
) -> DbResult<()> {
    let workspace = tx.workspace();
    sqlx::query!(
        "INSERT INTO api_keys (workspace_id, id, name, role, hint, key_hash, created_by, created_at)
         VALUES ($1, $2, $3, $4, $5, $6, $7, $8)",
        workspace.uuid(),
        key.id.uuid(),
        key.name,
        key.role.as_str(),
        key.hint,
        key_hash,
        created_by.uuid(),
        key.created_at,
    )
    .execute(tx.conn())
    .await?;
    Ok(())
}

/// The keys that work, newest first.
pub(crate) async fn keys(tx: &mut TenantTx) -> DbResult<Vec<ApiKey>> {
    let rows = sqlx::query!(
        r#"SELECT k.id AS "id: ApiKeyId", k.name, k.role, m.role AS maker_role, k.hint, k.created_at,
                  k.last_used_at
           FROM api_keys k JOIN memberships m ON m.user_id = k.created_by
           WHERE k.revoked_at IS NULL ORDER BY k.created_at DESC, k.id"#,
    )
    .fetch_all(tx.conn())
    .await?;
    rows.into_iter()
        .map(|row| {
            Ok(ApiKey {
                id: row.id,
                name: row.name,
                role: role(&row.role)?.min(role(&row.maker_role)?),
                hint: row.hint,
                created_at: row.created_at,
                last_used_at: row.last_used_at,
            })
        })
        .collect()
}

pub(crate) async fn revoke_key(
    tx: &mut TenantTx,
    id: ApiKeyId,
    now: DateTime<Utc>,
) -> DbResult<bool> {
    let done = sqlx::query!(
        "UPDATE api_keys SET revoked_at = $2 WHERE id = $1 AND revoked_at IS NULL",
        id.uuid(),
        now,
    )
    .execute(tx.conn())
    .await?;
    Ok(done.rows_affected() > 0)
}

/// Makes the keys void that this person made.
pub(crate) async fn revoke_keys_of(
    tx: &mut TenantTx,
    maker: UserId,
    now: DateTime<Utc>,
) -> DbResult<()> {
    sqlx::query!(
        "UPDATE api_keys SET revoked_at = $2 WHERE created_by = $1 AND revoked_at IS NULL",
        maker.uuid(),
        now,
    )
    .execute(tx.conn())
    .await?;
    Ok(())
}

/// Notes in the audit log who did what to whom.
pub(crate) async fn audit(
    tx: &mut TenantTx,
    action: &'static str,
    subject: &str,
    now: DateTime<Utc>,
) -> DbResult<()> {
    let (workspace, actor) = (tx.workspace(), tx.scope().actor().to_string());
    sqlx::query!(
        "INSERT INTO audit_log (workspace_id, id, at, actor, action, subject)
         VALUES ($1, $2, $3, $4, $5, $6)",
        workspace.uuid(),
        // The log has no id type of its own; a seat's is a fresh ordered UUID too.
        MembershipId::new().uuid(),
        now,
        actor,
        action,
        subject,
    )
    .execute(tx.conn())
    .await?;
    Ok(())
}

/// Whether there is a second member, or an invitation that was not made void.
pub(crate) async fn in_company(tx: &mut TenantTx) -> DbResult<bool> {
    Ok(sqlx::query_scalar!(
        r#"SELECT (SELECT count(*) > 1 FROM memberships)
               OR EXISTS (SELECT FROM invitations WHERE revoked_at IS NULL) AS "found!""#
    )
    .fetch_one(tx.conn())
    .await?)
}

pub(crate) async fn first_steps_dismissed(tx: &mut TenantTx) -> DbResult<bool> {
    let found = sqlx::query_scalar!(
        r#"SELECT first_steps_dismissed_at IS NOT NULL AS "dismissed!" FROM workspaces"#
    )
    .fetch_optional(tx.conn())
    .await?;
    Ok(found.unwrap_or_default())
}

/// Puts the list of first steps away, or shows it again.
pub(crate) async fn set_first_steps_dismissed(
    tx: &mut TenantTx,
    at: Option<DateTime<Utc>>,
) -> DbResult<()> {
    let workspace = tx.workspace().uuid();
    sqlx::query!(
        "UPDATE workspaces SET first_steps_dismissed_at = $2 WHERE workspace_id = $1",
        workspace,
        at,
    )
    .execute(tx.conn())
    .await?;
    Ok(())
}
