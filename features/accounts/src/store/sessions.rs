//! Sessions and their refresh tokens.

use chrono::{DateTime, Utc};
use db::{DbResult, PeopleTx};
use kernel::{Sealed, SessionId, UserId, WorkspaceId};

use crate::profile::User;
use crate::sessions::{Client, Session};

pub(crate) struct NewSession<'a> {
    pub(crate) id: SessionId,
    pub(crate) user: UserId,
    pub(crate) kind: &'static str,
    pub(crate) workspace: Option<WorkspaceId>,
    pub(crate) secret_hash: Option<&'a [u8]>,
    pub(crate) client: &'a Client,
    pub(crate) expires_at: DateTime<Utc>,
}

pub(crate) async fn add(
    tx: &mut PeopleTx,
    session: NewSession<'_>,
    now: DateTime<Utc>,
) -> DbResult<()> {
    sqlx::query!(
        "INSERT INTO sessions (id, user_id, kind, workspace_id, secret_hash, user_agent, address,
                               created_at, seen_at, expires_at)
         VALUES ($1, $2, $3, $4, $5, $6, $7, $8, $8, $9)",
        session.id.uuid(),
        session.user.uuid(),
        session.kind,
        session.workspace.map(WorkspaceId::uuid),
        session.secret_hash,
        session.client.user_agent,
        session.client.address,
        now,
        session.expires_at,
    )
    .execute(tx.conn())
    .await?;
    Ok(())
}

/// A live session with the person it belongs to.
pub(crate) struct Live {
    pub(crate) session: SessionId,
    pub(crate) workspace: Option<WorkspaceId>,
    pub(crate) seen_at: DateTime<Utc>,
    pub(crate) email_proven: bool,
    pub(crate) user: User,
}

/// The live session of a browser with this secret, or of a client with this id.
pub(crate) async fn live(
    tx: &mut PeopleTx,
    secret_hash: Option<&[u8]>,
    id: Option<SessionId>,
    now: DateTime<Utc>,
) -> DbResult<Option<Live>> {
    let row = sqlx::query!(
        r#"SELECT s.id AS "session: SessionId", s.workspace_id AS "workspace: WorkspaceId",
                  s.seen_at, u.id AS "id: UserId", u.email, u.name, u.locale, u.time_zone,
                  u.theme, u.created_at, u.email_proven_at IS NOT NULL AS "proven!"
           FROM sessions s JOIN users u ON u.id = s.user_id
           WHERE (s.secret_hash = $1 OR (s.id = $2 AND s.kind = 'api')) AND s.revoked_at IS NULL
             AND s.expires_at > $3 AND u.deactivated_at IS NULL"#,
        secret_hash,
        id.map(SessionId::uuid),
        now,
    )
    .fetch_optional(tx.conn())
    .await?;
    Ok(row.map(|row| Live {
        session: row.session,
        workspace: row.workspace,
        seen_at: row.seen_at,
        email_proven: row.proven,
        user: User {
            id: row.id,
            email: row.email,
            name: row.name,
            locale: row.locale,
            time_zone: row.time_zone,
            theme: row.theme,
            created_at: row.created_at,
        },
    }))
}

/// Notes that a session was used.
pub(crate) async fn touch(
    tx: &mut PeopleTx,
    id: SessionId,
    now: DateTime<Utc>,
    expires_at: Option<DateTime<Utc>>,
) -> DbResult<()> {
    sqlx::query!(
        "UPDATE sessions SET seen_at = $2, expires_at = COALESCE($3, expires_at) WHERE id = $1",
        id.uuid(),
        now,
        expires_at,
    )
    .execute(tx.conn())
    .await?;
    Ok(())
}

/// Sets the workspace that a session works in.
pub(crate) async fn set_workspace(
    tx: &mut PeopleTx,
    id: SessionId,
    workspace: WorkspaceId,
) -> DbResult<()> {
    sqlx::query!(
        "UPDATE sessions SET workspace_id = $2 WHERE id = $1",
        id.uuid(),
        workspace.uuid()
    )
    .execute(tx.conn())
    .await?;
    Ok(())
}

/// The live sessions of a person, the one used last first.
pub(crate) async fn of_user(
    tx: &mut PeopleTx,
    user: UserId,
    now: DateTime<Utc>,
) -> DbResult<Vec<Session>> {
    let sessions = sqlx::query_as!(
        Session,
        r#"SELECT id AS "id: SessionId", kind, user_agent, address, created_at, seen_at, expires_at
           FROM sessions WHERE user_id = $1 AND revoked_at IS NULL AND expires_at > $2
           ORDER BY seen_at DESC, id LIMIT 200"#,
        user.uuid(),
        now,
    )
    .fetch_all(tx.conn())
    .await?;
    Ok(sessions)
}

/// Revokes one session of a person; whether there was one to revoke.
pub(crate) async fn revoke(
    tx: &mut PeopleTx,
    user: UserId,
    id: SessionId,
    reason: &'static str,
    now: DateTime<Utc>,
) -> DbResult<bool> {
    let done = sqlx::query!(
        "UPDATE sessions SET revoked_at = $3, revoke_reason = $4
         WHERE id = $1 AND user_id = $2 AND revoked_at IS NULL",
        id.uuid(),
        user.uuid(),
        now,
        reason,
    )
    .execute(tx.conn())
    .await?;
    Ok(done.rows_affected() > 0)
}

/// Revokes all sessions of a person but one.
pub(crate) async fn revoke_all(
    tx: &mut PeopleTx,
    user: UserId,
    except: Option<SessionId>,
    reason: &'static str,
    now: DateTime<Utc>,
) -> DbResult<()> {
    sqlx::query!(
        "UPDATE sessions SET revoked_at = $3, revoke_reason = $4
         WHERE user_id = $1 AND id IS DISTINCT FROM $2 AND revoked_at IS NULL",
        user.uuid(),
        except.map(SessionId::uuid),
        now,
        reason,
    )
    .execute(tx.conn())
    .await?;
    Ok(())
}

/// Keeps the hash of a session's next refresh token.
pub(crate) async fn add_generation(
    tx: &mut PeopleTx,
    session: SessionId,
    generation: i32,
    token_hash: &[u8],
    now: DateTime<Utc>,
) -> DbResult<()> {
    sqlx::query!(
        "INSERT INTO refresh_tokens (session_id, generation, token_hash, created_at)
         VALUES ($1, $2, $3, $4)",
        session.uuid(),
        generation,
        token_hash,
        now,
    )
    .execute(tx.conn())
    .await?;
    Ok(())
}

/// A refresh token, with its session locked for this transaction.
pub(crate) struct Generation {
    pub(crate) session: SessionId,
    pub(crate) user: UserId,
    pub(crate) workspace: Option<WorkspaceId>,
    pub(crate) number: i32,
    /// The youngest generation of the session.
    pub(crate) newest: i32,
    pub(crate) successor: Option<Sealed>,
}

/// The generation that this token stands for, in a live session, which stays locked.
pub(crate) async fn lock_generation(
    tx: &mut PeopleTx,
    token_hash: &[u8],
    now: DateTime<Utc>,
) -> DbResult<Option<Generation>> {
    // The lock comes first and alone: what is read after it shows what an earlier holder did.
    let session = sqlx::query!(
        r#"SELECT s.id AS "id: SessionId", s.user_id AS "user: UserId",
                  s.workspace_id AS "workspace: WorkspaceId"
           FROM sessions s JOIN users u ON u.id = s.user_id
           WHERE s.id = (SELECT session_id FROM refresh_tokens WHERE token_hash = $1)
             AND s.revoked_at IS NULL AND s.expires_at > $2 AND u.deactivated_at IS NULL
           FOR UPDATE OF s"#,
        token_hash,
        now,
    )
    .fetch_optional(tx.conn())
    .await?;
    let Some(session) = session else {
        return Ok(None);
    };
    let row = sqlx::query!(
        r#"SELECT generation, successor, successor_key,
                  (SELECT max(generation) FROM refresh_tokens WHERE session_id = $2) AS "newest!"
           FROM refresh_tokens WHERE token_hash = $1"#,
        token_hash,
        session.id.uuid(),
    )
    .fetch_one(tx.conn())
    .await?;
    Ok(Some(Generation {
        session: session.id,
        user: session.user,
        workspace: session.workspace,
        number: row.generation,
        newest: row.newest,
        successor: row
            .successor
            .zip(row.successor_key)
            .map(|(bytes, key_id)| Sealed { key_id, bytes }),
    }))
}

/// Keeps the sealed successor of a used refresh token.
pub(crate) async fn set_successor(
    tx: &mut PeopleTx,
    session: SessionId,
    generation: i32,
    successor: &Sealed,
    now: DateTime<Utc>,
) -> DbResult<()> {
    sqlx::query!(
        "UPDATE refresh_tokens SET successor = $3, successor_key = $4, used_at = $5
         WHERE session_id = $1 AND generation = $2",
        session.uuid(),
        generation,
        successor.bytes,
        successor.key_id,
        now,
    )
    .execute(tx.conn())
    .await?;
    Ok(())
}
