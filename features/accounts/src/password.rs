//! Hashing of passwords: Argon2id, on threads of their own.

use argon2::Argon2;
use argon2::password_hash::phc::PasswordHash;
use argon2::password_hash::{PasswordHasher, PasswordVerifier};
use kernel::Secret;

/// The hashing itself failed.
#[derive(Debug, thiserror::Error)]
pub enum HashError {
    /// Argon2 refused.
    #[error("the password can't be hashed: {0}")]
    Argon2(String),
    /// The thread ended early.
    #[error("hashing the password was interrupted")]
    Interrupted(#[source] tokio::task::JoinError),
}

/// The password's Argon2id hash in PHC form.
pub(crate) async fn hash(password: Secret) -> Result<String, HashError> {
    tokio::task::spawn_blocking(move || {
        Argon2::default()
            .hash_password(password.expose().as_bytes())
            .map(|hash| hash.to_string())
            .map_err(|error| HashError::Argon2(error.to_string()))
    })
    .await
    .map_err(HashError::Interrupted)?
}

/// Whether the password belongs to the hash. Without a hash (nobody has that address) the same
/// work is done for nothing, so that the time of the answer tells nobody who has an account.
pub(crate) async fn matches(password: Secret, stored: Option<String>) -> Result<bool, HashError> {
    let Some(stored) = stored else {
        hash(password).await?;
        return Ok(false);
    };
    tokio::task::spawn_blocking(move || {
        let parsed =
            PasswordHash::new(&stored).map_err(|error| HashError::Argon2(error.to_string()))?;
        Ok(Argon2::default()
            .verify_password(password.expose().as_bytes(), &parsed)
            .is_ok())
    })
    .await
    .map_err(HashError::Interrupted)?
}

#[cfg(test)]
mod tests {
    use super::*;

    #[tokio::test]
    async fn only_the_same_password_matches() {
        let stored = hash(Secret::new("correct horse")).await.unwrap();
        assert!(stored.starts_with("$argon2id$"));
        assert!(
            matches(Secret::new("correct horse"), Some(stored.clone()))
                .await
                .unwrap()
        );
        assert!(
            !matches(Secret::new("correct horsf"), Some(stored))
                .await
                .unwrap()
        );
        assert!(!matches(Secret::new("correct horse"), None).await.unwrap());
    }
}
