//! Signing in, and how often it may fail.

use chrono::TimeDelta;
use db::DbError;
use kernel::{Secret, UserId};

use crate::sessions::Client;
use crate::store::attempts::Limit;
use crate::{Accounts, HashError, password, store, token};

/// Failures before an account rests.
const PER_ACCOUNT: Limit = Limit {
    most: 10,
    within: TimeDelta::minutes(15),
};
/// Failures before an address rests.
const PER_ADDRESS: Limit = Limit {
    most: 30,
    ..PER_ACCOUNT
};

/// Why somebody was not let in.
#[derive(Debug, thiserror::Error)]
pub enum SignInError {
    /// The address or the password is wrong; which of them is not said.
    #[error("the e-mail address or the password is wrong")]
    Refused,
    /// Too many failures.
    #[error("too many failed attempts")]
    TooMany {
        /// After how many seconds to try again.
        retry_after: u64,
    },
    /// Hashing failed.
    #[error("the password could not be checked")]
    Hash(#[from] HashError),
    /// The database failed.
    #[error("the sign-in could not be looked up")]
    Db(#[from] DbError),
}

impl Accounts {
    /// Checks an address and a password. It takes as long for an address that nobody has.
    pub async fn check_password(
        &self,
        email: &str,
        password: &Secret,
        client: &Client,
    ) -> Result<UserId, SignInError> {
        let email = email.trim().to_lowercase();
        // Hashed, because whatever somebody types lands here.
        let account = format!("account:{}", hex::encode(token::digest(&email)));
        let address = format!("address:{}", client.address);
        let now = self.clock.now();
        let mut tx = self.db.people().await?;
        for (subject, limit) in [(&account, PER_ACCOUNT), (&address, PER_ADDRESS)] {
            // A request inside the process has no address.
            if subject == "address:" {
                continue;
            }
            let wait = store::attempts::count(&mut tx, subject, limit, now).await?;
            if let Some(retry_after) = wait {
                return Err(SignInError::TooMany { retry_after });
            }
        }
        let known = store::people::credentials(&mut tx, &email).await?;
        tx.commit().await?;

        let (user, hash) = known.unzip();
        // Longer than any password that can be chosen: not worth hashing.
        let typed = if password.expose().len() > 1000 {
            Secret::default()
        } else {
            password.clone()
        };
        if !password::matches(typed, hash).await? {
            return Err(SignInError::Refused);
        }
        let user = user.ok_or(SignInError::Refused)?;
        let mut tx = self.db.people().await?;
        store::attempts::forgive(&mut tx, &account, &address, now).await?;
        tx.commit().await?;
        Ok(user)
    }
}
