//! Proof that a webhook comes from Meta: `X-Hub-Signature-256` over the raw body.

use hmac::{Hmac, KeyInit, Mac};
use kernel::Secret;
use sha2::Sha256;

/// The header that carries the signature.
pub const SIGNATURE_HEADER: &str = "x-hub-signature-256";

const PREFIX: &str = "sha256=";

/// Why a webhook is not believed.
#[derive(Clone, Copy, Debug, PartialEq, Eq, thiserror::Error)]
pub enum SignatureError {
    /// No header.
    #[error("the request is not signed")]
    Missing,
    /// Not `sha256=` and 64 hexadecimal digits.
    #[error("the signature has not the form sha256=<64 hex digits>")]
    Malformed,
    /// Made with another secret or over another body.
    #[error("the signature does not match the body")]
    Wrong,
}

/// The header value for a body.
pub fn sign(secret: &Secret, body: &[u8]) -> String {
    format!("{PREFIX}{}", hex::encode(mac(secret, body)))
}

/// Checks the header against the raw body, in constant time, with each of the app secrets (while a
/// secret is being replaced, two are in force).
///
/// # Errors
/// [`SignatureError`] when the header is missing, malformed or matches no secret. An empty secret
/// never matches.
pub fn verify(secrets: &[Secret], header: Option<&str>, body: &[u8]) -> Result<(), SignatureError> {
    let header = header.ok_or(SignatureError::Missing)?;
    let digits = header
        .trim()
        .strip_prefix(PREFIX)
        .ok_or(SignatureError::Malformed)?;
    let mut claimed = [0_u8; 32];
    hex::decode_to_slice(digits, &mut claimed).map_err(|_| SignatureError::Malformed)?;
    if matches_any(secrets, body, &claimed) {
        Ok(())
    } else {
        Err(SignatureError::Wrong)
    }
}

/// Whether the bytes are the HMAC-SHA256 of the message under one of the secrets.
pub(crate) fn matches_any(secrets: &[Secret], message: &[u8], claimed: &[u8]) -> bool {
    use subtle::ConstantTimeEq;
    secrets
        .iter()
        .filter(|secret| !secret.is_empty())
        .fold(subtle::Choice::from(0), |any, secret| {
            any | mac(secret, message).as_slice().ct_eq(claimed)
        })
        .into()
}

fn mac(secret: &Secret, message: &[u8]) -> Vec<u8> {
    // HMAC takes keys of any length, so there is no error to report.
    Hmac::<Sha256>::new_from_slice(secret.expose().as_bytes())
        .map(|mac| mac.chain_update(message).finalize().into_bytes().to_vec())
        .unwrap_or_default()
}

#[cfg(test)]
mod tests {
    use super::*;

    /// RFC 4231, test case 2.
    #[test]
    fn the_signature_is_hmac_sha256_of_the_body() {
        let signed = sign(&Secret::new("Jefe"), b"what do ya want for nothing?");
        assert_eq!(
            signed,
            "sha256=5bdcc146bf60754e6a042426089575c75a003f089d2739839dec58b964ec3843"
        );
    }

    #[test]
    fn any_secret_in_force_is_accepted_and_no_other() {
        let (old, new) = (Secret::new("old"), Secret::new("new"));
        let both = [new.clone(), old.clone()];
        let body = br#"{"text":"\u00e9"}"#;
        assert_eq!(verify(&both, Some(&sign(&old, body)), body), Ok(()));
        assert_eq!(verify(&both, Some(&sign(&new, body)), body), Ok(()));
        let strange = sign(&Secret::new("strange"), body);
        assert_eq!(
            verify(&both, Some(&strange), body),
            Err(SignatureError::Wrong)
        );
        assert_eq!(
            verify(&[], Some(&sign(&old, body)), body),
            Err(SignatureError::Wrong)
        );
        let empty = Secret::new("");
        let forged = sign(&empty, body);
        assert_eq!(
            verify(&[empty], Some(&forged), body),
            Err(SignatureError::Wrong)
        );
    }

    #[test]
    fn a_body_that_was_written_anew_does_not_match() {
        let secret = Secret::new("s");
        let header = sign(&secret, br#"{"a":"\u00e9"}"#);
        let rewritten = r#"{"a":"é"}"#.as_bytes();
        assert_eq!(
            verify(&[secret], Some(&header), rewritten),
            Err(SignatureError::Wrong)
        );
    }

    #[test]
    fn malformed_headers_are_told_from_wrong_ones() {
        let secret = [Secret::new("s")];
        assert_eq!(verify(&secret, None, b""), Err(SignatureError::Missing));
        for header in ["", "sha256=", "sha1=00", "sha256=zz", "sha256=0011", "5bdc"] {
            assert_eq!(
                verify(&secret, Some(header), b""),
                Err(SignatureError::Malformed)
            );
        }
    }
}
