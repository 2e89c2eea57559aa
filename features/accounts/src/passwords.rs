//! Forgotten and changed passwords.

use chrono::TimeDelta;
use db::{DbError, DbResult};
use kernel::{Secret, SessionId, UserId};
use mail::SendMail;

use crate::jobs::{Forgotten, SendResetLink};
use crate::rule::{self, Check};
use crate::store::attempts::Limit;
use crate::{Accounts, Broken, HashError, letters, password, store, token};

/// How long a reset link is good.
const RESET_LIFETIME: TimeDelta = TimeDelta::hours(1);
/// Links that are sent to one address.
const LINKS: Limit = Limit {
    most: 3,
    within: TimeDelta::hours(1),
};
/// Wrong present passwords of one person: whoever finds a browser open may not try them all.
const GUESSES: Limit = Limit {
    most: 10,
    within: TimeDelta::minutes(15),
};

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
    /// It was wrong too often.
    #[error("too many failed attempts")]
    TooMany {
        /// After how many seconds to try again.
        retry_after: u64,
    },
    /// Hashing failed.
    #[error("the password could not be kept")]
    Hash(#[from] HashError),
    /// The database failed.
    #[error("the password could not be saved")]
    Db(#[from] DbError),
}

impl Accounts {
    /// Has a reset link sent to the person with this address, if there is one. Who asks can't tell,
    /// neither by the answer nor by the time it takes: whoever has the address, the same is written
    /// down, and a worker looks the person up. Who asks too often is answered the same, and no link
    /// leaves.
    pub async fn forgot_password(&self, email: &str) -> Result<(), PasswordError> {
        let Ok(email) = rule::email(email) else {
            return Ok(());
        };
        let now = self.clock.now();
        // Hashed, because whatever somebody types lands here.
        let subject = format!("forgotten:{}", hex::encode(token::digest(&email)));
        let mut tx = self.db.people().await?;
        let wait = store::attempts::count(&mut tx, &subject, LINKS, now).await?;
        if wait.is_none() {
            let wanted = Forgotten {
                email,
                token: token::fresh().expose().to_owned(),
            };
            tx.enqueue(&SendResetLink::job(&self.key, &wanted, now)?)
                .await?;
        }
        Ok(tx.commit().await?)
    }

    /// Makes the link good and leaves its mail behind, if somebody has the address. Done twice, it
    /// is done once.
    pub(crate) async fn send_link(&self, wanted: Forgotten) -> DbResult<()> {
        let (secret, now) = (Secret::new(wanted.token), self.clock.now());
        let mut tx = self.db.people().await?;
        let known = store::people::credentials(&mut tx, &wanted.email).await?;
        let user = match known {
            Some((user, _)) => store::people::user(&mut tx, user).await?,
            None => None,
        };
        let Some(user) = user else {
            return Ok(());
        };
        let hash = token::digest(secret.expose());
        let until = now + RESET_LIFETIME;
        if store::people::add_reset(&mut tx, user.id, &hash, now, until).await? {
            let letter = letters::reset(&self.public_url, &user, &secret);
            tx.enqueue(&SendMail::job(&self.key, &letter, now)?).await?;
        }
        tx.commit().await
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
        let (now, subject) = (self.clock.now(), format!("password:{user}"));
        let mut tx = self.db.people().await?;
        let wait = store::attempts::count(&mut tx, &subject, GUESSES, now).await?;
        if let Some(retry_after) = wait {
            return Err(PasswordError::TooMany { retry_after });
        }
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
        let mut tx = self.db.people().await?;
        store::attempts::forget(&mut tx, &subject).await?;
        store::people::set_password(&mut tx, user, &hash).await?;
        store::sessions::revoke_all(&mut tx, user, session, "password changed", now).await?;
        tx.commit().await?;
        Ok(())
    }
}
