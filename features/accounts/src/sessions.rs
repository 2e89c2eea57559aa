//! Sessions: a browser's, kept by a cookie, and a client's, kept by its tokens.

use chrono::{DateTime, TimeDelta, Utc};
use db::DbError;
use kernel::{Secret, SessionId, UserId, WorkspaceId};
use serde::Serialize;

use crate::store::sessions::NewSession;
use crate::{Accounts, TokenError, jwt, store, token};

/// How long a browser's session lasts without being used.
pub(crate) const BROWSER_DAYS: TimeDelta = TimeDelta::days(30);
/// How long a refresh token lasts.
pub(crate) const REFRESH_DAYS: TimeDelta = TimeDelta::days(7);

/// What is kept of the program that signs in.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Client {
    /// Its `User-Agent`, at most 300 characters.
    pub user_agent: String,
    /// The network address it came from.
    pub address: String,
}

/// A sign-in, as its owner sees it.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, utoipa::ToSchema)]
pub struct Session {
    /// Its id.
    pub id: SessionId,
    /// `browser` or `api`.
    pub kind: String,
    /// The program.
    pub user_agent: String,
    /// Where it came from.
    pub address: String,
    /// Since when.
    pub created_at: DateTime<Utc>,
    /// When it was used last, to five minutes.
    pub seen_at: DateTime<Utc>,
    /// Until when, unless it is used.
    pub expires_at: DateTime<Utc>,
}

/// The tokens of a client.
#[derive(Clone, Debug)]
pub struct Tokens {
    /// Good for thirty minutes.
    pub access: Secret,
    /// Good for seven days and for one use.
    pub refresh: Secret,
}

/// Why a session was not made, found or ended.
#[derive(Debug, thiserror::Error)]
pub enum SessionError {
    /// There is no such session of this person.
    #[error("there is no such session")]
    Unknown,
    /// The access token could not be signed.
    #[error("the access token could not be made")]
    Token(#[from] TokenError),
    /// The database failed.
    #[error("the session could not be saved")]
    Db(#[from] DbError),
}

impl Accounts {
    /// Starts a browser's session and answers the secret for its cookie.
    pub async fn start_browser(
        &self,
        user: UserId,
        workspace: Option<WorkspaceId>,
        client: &Client,
    ) -> Result<Secret, SessionError> {
        let (secret, now) = (token::fresh(), self.clock.now());
        let hash = token::digest(secret.expose());
        let mut tx = self.db.people().await?;
        let session = NewSession {
            id: SessionId::new(),
            user,
            kind: "browser",
            workspace,
            secret_hash: Some(&hash),
            client,
            expires_at: now + BROWSER_DAYS,
        };
        store::sessions::add(&mut tx, session, now).await?;
        tx.commit().await?;
        Ok(secret)
    }

    /// Starts a client's session and answers its first tokens.
    pub async fn start_client(
        &self,
        user: UserId,
        workspace: Option<WorkspaceId>,
        client: &Client,
    ) -> Result<Tokens, SessionError> {
        let (id, refresh, now) = (SessionId::new(), token::fresh(), self.clock.now());
        let access = jwt::issue(&self.key, now, user, id, workspace)?;
        let mut tx = self.db.people().await?;
        let session = NewSession {
            id,
            user,
            kind: "api",
            workspace,
            secret_hash: None,
            client,
            expires_at: now + REFRESH_DAYS,
        };
        store::sessions::add(&mut tx, session, now).await?;
        let hash = token::digest(refresh.expose());
        store::sessions::add_generation(&mut tx, id, 1, &hash, now).await?;
        tx.commit().await?;
        Ok(Tokens { access, refresh })
    }

    /// The live sessions of a person, the one used last first (at most 200).
    pub async fn sessions(&self, user: UserId) -> Result<Vec<Session>, SessionError> {
        let mut tx = self.db.people().await?;
        Ok(store::sessions::of_user(&mut tx, user, self.clock.now()).await?)
    }

    /// Ends one session of a person.
    pub async fn end_session(&self, user: UserId, id: SessionId) -> Result<(), SessionError> {
        let mut tx = self.db.people().await?;
        let now = self.clock.now();
        if !store::sessions::revoke(&mut tx, user, id, "ended", now).await? {
            return Err(SessionError::Unknown);
        }
        tx.commit().await?;
        Ok(())
    }
}
