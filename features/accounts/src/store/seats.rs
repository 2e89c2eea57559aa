//! Seats and invitations as the person concerned sees them.

use chrono::{DateTime, TimeDelta, Utc};
use db::{DbError, DbResult, PeopleTx};
use kernel::{InvitationId, MembershipId, Role, UserId, WorkspaceId};

use crate::waiting::WaitingInvitation;

/// Gives a person a seat; one who has a seat keeps it as it is.
pub(crate) async fn add(
    tx: &mut PeopleTx,
    workspace: WorkspaceId,
    user: UserId,
    role: Role,
    now: DateTime<Utc>,
) -> DbResult<()> {
    sqlx::query!(
        "INSERT INTO memberships (workspace_id, id, user_id, role, created_at)
         VALUES ($1, $2, $3, $4, $5) ON CONFLICT (workspace_id, user_id) DO NOTHING",
        workspace.uuid(),
        MembershipId::new().uuid(),
        user.uuid(),
        role.as_str(),
        now,
    )
    .execute(tx.conn())
    .await?;
    Ok(())
}

/// An invitation that may be accepted now.
pub(crate) struct Open {
    pub(crate) workspace: WorkspaceId,
    pub(crate) workspace_name: String,
    pub(crate) id: InvitationId,
    pub(crate) email: String,
    pub(crate) role: Role,
}

/// The open invitation of this token, locked.
pub(crate) async fn open_invitation(
    tx: &mut PeopleTx,
    token_hash: &[u8],
    now: DateTime<Utc>,
) -> DbResult<Option<Open>> {
    let row = sqlx::query!(
        r#"SELECT i.workspace_id AS "workspace: WorkspaceId", w.name, i.id AS "id: InvitationId",
                  i.email, i.role
           FROM invitations i JOIN workspaces w USING (workspace_id)
           WHERE i.token_hash = $1 AND i.accepted_at IS NULL AND i.revoked_at IS NULL
             AND i.expires_at > $2
           FOR UPDATE OF i"#,
        token_hash,
        now,
    )
    .fetch_optional(tx.conn())
    .await?;
    row.map(|row| {
        let role = role(&row.role)?;
        Ok(Open {
            workspace: row.workspace,
            workspace_name: row.name,
            id: row.id,
            email: row.email,
            role,
        })
    })
    .transpose()
}

/// The invitations to a person's address, if it is proven, where they have no seat yet.
pub(crate) async fn waiting(
    tx: &mut PeopleTx,
    user: UserId,
    now: DateTime<Utc>,
) -> DbResult<Vec<WaitingInvitation>> {
    let rows = sqlx::query!(
        r#"SELECT i.id AS "id: InvitationId", w.name, i.role, i.expires_at
           FROM users u JOIN invitations i ON i.email = u.email
                JOIN workspaces w USING (workspace_id)
           WHERE u.id = $1 AND u.email_proven_at IS NOT NULL
             AND i.accepted_at IS NULL AND i.revoked_at IS NULL AND i.expires_at > $2
             AND NOT EXISTS (SELECT FROM memberships m
                             WHERE m.workspace_id = i.workspace_id AND m.user_id = u.id)
           ORDER BY i.created_at DESC, i.id"#,
        user.uuid(),
        now,
    )
    .fetch_all(tx.conn())
    .await?;
    rows.into_iter()
        .map(|row| {
            Ok(WaitingInvitation {
                id: row.id,
                workspace: row.name,
                role: role(&row.role)?,
                expires_at: row.expires_at,
            })
        })
        .collect()
}

/// One of these, locked.
pub(crate) async fn waiting_invitation(
    tx: &mut PeopleTx,
    id: InvitationId,
    user: UserId,
    now: DateTime<Utc>,
) -> DbResult<Option<Open>> {
    let row = sqlx::query!(
        r#"SELECT i.workspace_id AS "workspace: WorkspaceId", w.name, i.id AS "id: InvitationId",
                  i.email, i.role
           FROM users u JOIN invitations i ON i.email = u.email
                JOIN workspaces w USING (workspace_id)
           WHERE i.id = $1 AND u.id = $2 AND u.email_proven_at IS NOT NULL
             AND i.accepted_at IS NULL AND i.revoked_at IS NULL AND i.expires_at > $3
           FOR UPDATE OF i"#,
        id.uuid(),
        user.uuid(),
        now,
    )
    .fetch_optional(tx.conn())
    .await?;
    row.map(|row| {
        let role = role(&row.role)?;
        Ok(Open {
            workspace: row.workspace,
            workspace_name: row.name,
            id: row.id,
            email: row.email,
            role,
        })
    })
    .transpose()
}

/// Marks an invitation as accepted.
pub(crate) async fn mark_accepted(
    tx: &mut PeopleTx,
    invitation: &Open,
    now: DateTime<Utc>,
) -> DbResult<()> {
    sqlx::query!(
        "UPDATE invitations SET accepted_at = $3 WHERE workspace_id = $1 AND id = $2",
        invitation.workspace.uuid(),
        invitation.id.uuid(),
        now,
    )
    .execute(tx.conn())
    .await?;
    Ok(())
}

/// Notes that an API key was used, at most once a minute.
pub(crate) async fn touch_key(
    tx: &mut PeopleTx,
    key_hash: &[u8],
    now: DateTime<Utc>,
) -> DbResult<()> {
    sqlx::query!(
        "UPDATE api_keys SET last_used_at = $2
         WHERE key_hash = $1 AND (last_used_at IS NULL OR last_used_at < $3)",
        key_hash,
        now,
        now - TimeDelta::minutes(1),
    )
    .execute(tx.conn())
    .await?;
    Ok(())
}

/// A role as the database holds it.
pub(crate) fn role(text: &str) -> DbResult<Role> {
    text.parse()
        .map_err(|_| DbError::Corrupt(format!("role {text:?}")))
}
