//! Forgotten and changed passwords.

use chrono::TimeDelta;
use db::DbError;
use kernel::{Secret, SessionId, UserId};
use mail::SendMail;

use crate::rule::{self, Check};
use crate::{Accounts, Broken, HashError, letters, password, store, token};

/// How long a reset link is good.
const RESET_LIFETIME: TimeDelta = TimeDelta::hours(1);

/// Why a password was not changed.
#[derive(Debug, thiserror::Error)]
pub enum PasswordError {
    /// The new password breaks a rule.
    #[error("the new password can't be accepted")]
    Invalid(#[from] Broken),
    /// The link was used, replaced, or is over an hour old.
    #[error("the link is not valid any more")]
    Link,
    /// The present password is wrong.
    #[error("the current password is wrong")]
    Current,
    /// Hashing failed.
    #[error("the password could not be kept")]
    Hash(#[from] HashError),
    /// The database failed.
    #[error("the password could not be saved")]
    Db(#[from] DbError),
}

impl Accounts {
    /// Sends a reset link to the person with this address, if there is one; the caller can't
    /// tell. The mail leaves by itself once this is done.
    pub async fn forgot_password(&self, email: &str) -> Result<(), PasswordError> {
        let Ok(email) = rule::email(email) else {
            return Ok(());
        };
        let (secret, now) = (token::fresh(), self.clock.now());
        let mut tx = self.db.people().await?;
        let Some((user, _)) = store::people::credentials(&mut tx, &email).await? else {
            return Ok(());
        };
        let Some(user) = store::people::user(&mut tx, user).await? else {
            return Ok(());
        };
        let hash = token::digest(secret.expose());
        store::people::add_reset(&mut tx, user.id, &hash, now, now + RESET_LIFETIME).await?;
        let letter = letters::reset(&self.public_url, &user, &secret);
        tx.enqueue(&SendMail::job(&self.key, &letter, now)?).await?;
        Ok(tx.commit().await?)
    }

    /// Whether a reset link is still good.
    pub async fn reset_link_is_good(&self, secret: &Secret) -> Result<bool, PasswordError> {
        let mut tx = self.db.people().await?;
        let hash = token::digest(secret.expose());
        Ok(store::people::reset_is_good(&mut tx, &hash, self.clock.now()).await?)
    }

    /// Sets a new password by a reset link, and ends every session of the person.
    pub async fn reset_password(
        &self,
        secret: &Secret,
        new: &Secret,
    ) -> Result<UserId, PasswordError> {
        let mut check = Check::default();
        check.take(rule::password(new.expose()));
        check.done()?;
        if !self.reset_link_is_good(secret).await? {
            return Err(PasswordError::Link);
        }
        let hash = password::hash(new.clone()).await?;
        let now = self.clock.now();
        let mut tx = self.db.people().await?;
        let user = store::people::use_reset(&mut tx, &token::digest(secret.expose()), now)
            .await?
            .ok_or(PasswordError::Link)?;
        store::people::set_password(&mut tx, user, &hash).await?;
        store::people::prove_email(&mut tx, user, now).await?;
        store::sessions::revoke_all(&mut tx, user, None, "password reset", now).await?;
        tx.commit().await?;
        Ok(user)
    }

    /// Changes the password of a person who knows the present one, and ends their other sessions.
    pub async fn change_password(
        &self,
        user: UserId,
        session: Option<SessionId>,
        current: &Secret,
        new: &Secret,
    ) -> Result<(), PasswordError> {
        let mut check = Check::default();
        check.take(rule::password(new.expose()));
        check.done()?;
        let mut tx = self.db.people().await?;
        let email = store::people::user(&mut tx, user)
            .await?
            .map(|user| user.email);
        let known = match &email {
            Some(email) => store::people::credentials(&mut tx, email).await?,
            None => None,
        };
        tx.commit().await?;
        if !password::matches(current.clone(), known.map(|(_, hash)| hash)).await? {
            return Err(PasswordError::Current);
        }
        let hash = password::hash(new.clone()).await?;
        let now = self.clock.now();
        let mut tx = self.db.people().await?;
        store::people::set_password(&mut tx, user, &hash).await?;
        store::sessions::revoke_all(&mut tx, user, session, "password changed", now).await?;
        tx.commit().await?;
        Ok(())
    }
}
