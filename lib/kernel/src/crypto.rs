//! Secrets at rest: authenticated encryption bound to the row it belongs to.

use chacha20poly1305::aead::{Aead, Payload};
use chacha20poly1305::{Key, KeyInit, XChaCha20Poly1305, XNonce};
use sha2::{Digest, Sha256};

use crate::Secret;

/// What went wrong with a sealed value. It never says what the value was.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
pub enum CryptoError {
    /// The value was sealed under a key that is not at hand.
    #[error("the value was sealed with key {0}, which is not configured")]
    UnknownKey(String),
    /// The bytes were changed, or they belong to another row.
    #[error("the sealed value does not belong here or was changed")]
    Tampered,
    /// The secret key setting can't be used.
    #[error("the secret key must be at least 32 characters long")]
    WeakKey,
}

/// An encrypted value as it stands in the database.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Sealed {
    /// Which key sealed it (the first 8 hex digits of the key's SHA-256).
    pub key_id: String,
    /// 24 bytes of nonce, then the ciphertext with its tag (XChaCha20-Poly1305).
    pub bytes: Vec<u8>,
}

/// The instance's secret key. New values are sealed with the first key; older keys still open.
#[derive(Clone)]
pub struct SecretKey {
    keys: Vec<(String, [u8; 32])>,
}

impl SecretKey {
    /// Derives the key from the setting: one or more texts of at least 32 characters, newest
    /// first.
    pub fn from_texts<'a>(
        texts: impl IntoIterator<Item = &'a Secret>,
    ) -> Result<Self, CryptoError> {
        let mut keys = Vec::new();
        for text in texts {
            if text.expose().len() < 32 {
                return Err(CryptoError::WeakKey);
            }
            let key: [u8; 32] = Sha256::digest(text.expose().as_bytes()).into();
            let id = hex::encode(Sha256::digest(key)).chars().take(8).collect();
            keys.push((id, key));
        }
        if keys.is_empty() {
            Err(CryptoError::WeakKey)
        } else {
            Ok(Self { keys })
        }
    }

    /// A key for one other purpose (signing cookies, tokens, links), derived from the newest key.
    pub fn derive(&self, purpose: &str) -> [u8; 32] {
        use hmac::{Hmac, KeyInit as _, Mac as _};
        let key = self.keys.first().map_or([0; 32], |(_, key)| *key);
        let Ok(mut mac) = Hmac::<Sha256>::new_from_slice(&key) else {
            return [0; 32];
        };
        mac.update(purpose.as_bytes());
        mac.finalize().into_bytes().into()
    }

    /// Seals a secret for one place: `place` names the workspace, the row and the column, so that
    /// a ciphertext moved elsewhere does not open.
    pub fn seal(&self, secret: &Secret, place: &str) -> Result<Sealed, CryptoError> {
        let (key_id, key) = self.keys.first().ok_or(CryptoError::WeakKey)?;
        let nonce: [u8; 24] = rand::random();
        let cipher = XChaCha20Poly1305::new(&Key::from(*key));
        let payload = Payload {
            msg: secret.expose().as_bytes(),
            aad: place.as_bytes(),
        };
        let ciphertext = cipher
            .encrypt(&XNonce::from(nonce), payload)
            .map_err(|_| CryptoError::Tampered)?;
        let bytes = [nonce.as_slice(), ciphertext.as_slice()].concat();
        Ok(Sealed {
            key_id: key_id.clone(),
            bytes,
        })
    }

    /// Opens what [`SecretKey::seal`] made for the same place.
    pub fn open(&self, sealed: &Sealed, place: &str) -> Result<Secret, CryptoError> {
        let (_, key) = self
            .keys
            .iter()
            .find(|(id, _)| *id == sealed.key_id)
            .ok_or_else(|| CryptoError::UnknownKey(sealed.key_id.clone()))?;
        let (nonce, ciphertext) = sealed
            .bytes
            .split_first_chunk::<24>()
            .ok_or(CryptoError::Tampered)?;
        let cipher = XChaCha20Poly1305::new(&Key::from(*key));
        let payload = Payload {
            msg: ciphertext,
            aad: place.as_bytes(),
        };
        let plain = cipher
            .decrypt(&XNonce::from(*nonce), payload)
            .map_err(|_| CryptoError::Tampered)?;
        String::from_utf8(plain)
            .map(Secret::new)
            .map_err(|_| CryptoError::Tampered)
    }
}

impl std::fmt::Debug for SecretKey {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.write_str("SecretKey(…)")
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn key(text: &str) -> SecretKey {
        SecretKey::from_texts([&Secret::new(text.repeat(32))]).unwrap()
    }

    #[test]
    fn a_sealed_secret_opens_only_in_its_own_place() {
        let key = key("a");
        let sealed = key.seal(&Secret::new("token"), "wsp/acc/token").unwrap();
        assert_eq!(
            key.open(&sealed, "wsp/acc/token").unwrap().expose(),
            "token"
        );
        assert_eq!(
            key.open(&sealed, "other/acc/token"),
            Err(CryptoError::Tampered)
        );
    }

    #[test]
    fn an_older_key_still_opens_after_rotation() {
        let (old, new) = (Secret::new("o".repeat(32)), Secret::new("n".repeat(32)));
        let sealed = SecretKey::from_texts([&old])
            .unwrap()
            .seal(&Secret::new("t"), "p")
            .unwrap();
        let rotated = SecretKey::from_texts([&new, &old]).unwrap();
        assert_eq!(rotated.open(&sealed, "p").unwrap().expose(), "t");
        let forgotten = SecretKey::from_texts([&new]).unwrap();
        assert!(matches!(
            forgotten.open(&sealed, "p"),
            Err(CryptoError::UnknownKey(_))
        ));
    }

    #[test]
    fn two_seals_of_one_secret_differ() {
        let key = key("a");
        let secret = Secret::new("token");
        assert_ne!(
            key.seal(&secret, "p").unwrap(),
            key.seal(&secret, "p").unwrap()
        );
    }

    #[test]
    fn a_short_key_is_refused() {
        assert!(matches!(
            SecretKey::from_texts([&Secret::new("short")]),
            Err(CryptoError::WeakKey)
        ));
    }
}
