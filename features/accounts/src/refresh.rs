//! Refresh tokens: each is used once, and one that is used again much later ends the session.

use db::DbError;
use kernel::crypto::CryptoError;
use kernel::{Secret, SessionId};

use crate::sessions::{REFRESH_DAYS, Tokens};
use crate::{Accounts, TokenError, jwt, store, token};

/// Why no tokens were given.
#[derive(Debug, thiserror::Error)]
pub enum RefreshError {
    /// Unknown, expired, or of a session that has ended.
    #[error("the refresh token is not valid")]
    Invalid,
    /// It was replaced more than once since: somebody has a copy. Its session has ended.
    #[error("the refresh token was used before; the session has been ended")]
    Reused,
    /// The successor could not be sealed or opened.
    #[error("the next refresh token could not be kept")]
    Sealing(#[from] CryptoError),
    /// The access token could not be signed.
    #[error("the access token could not be made")]
    Token(#[from] TokenError),
    /// The database failed.
    #[error("the session could not be renewed")]
    Db(#[from] DbError),
}

impl Accounts {
    /// Exchanges a refresh token for new tokens. All who bring the same token while its
    /// successor is unused get the same successor; one older than that ends the session.
    pub async fn refresh(&self, refresh: &Secret) -> Result<Tokens, RefreshError> {
        let now = self.clock.now();
        let hash = token::digest(refresh.expose());
        let mut tx = self.db.people().await?;
        let found = store::sessions::lock_generation(&mut tx, &hash, now)
            .await?
            .ok_or(RefreshError::Invalid)?;
        let place = place(found.session, found.number);
        let successor = if found.number == found.newest {
            let fresh = token::fresh();
            let (next, hash) = (found.number + 1, token::digest(fresh.expose()));
            let sealed = self.key.seal(&fresh, &place)?;
            let (session, generation) = (found.session, found.number);
            store::sessions::add_generation(&mut tx, session, next, &hash, now).await?;
            store::sessions::set_successor(&mut tx, session, generation, &sealed, now).await?;
            store::sessions::touch(&mut tx, session, now, Some(now + REFRESH_DAYS)).await?;
            fresh
        } else if found.number + 1 == found.newest {
            let sealed = found.successor.as_ref().ok_or(RefreshError::Invalid)?;
            self.key.open(sealed, &place)?
        } else {
            let (user, id) = (found.user, found.session);
            store::sessions::revoke(&mut tx, user, id, "reuse", now).await?;
            tx.commit().await?;
            tracing::warn!(session = %id, "an old refresh token was used again; session ended");
            return Err(RefreshError::Reused);
        };
        let access = jwt::issue(&self.key, now, found.user, found.session, found.workspace)?;
        tx.commit().await?;
        Ok(Tokens {
            access,
            refresh: successor,
        })
    }
}

/// What the seal of a successor is bound to.
fn place(session: SessionId, generation: i32) -> String {
    format!("{session}/refresh_tokens/{generation}/successor")
}
