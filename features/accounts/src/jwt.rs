//! Access tokens: JWT, HS256 and nothing else, for thirty minutes.

use chrono::{DateTime, TimeDelta, Utc};
use jsonwebtoken::{Algorithm, DecodingKey, EncodingKey, Header, Validation};
use kernel::{Secret, SecretKey, SessionId, UserId, WorkspaceId};
use serde::{Deserialize, Serialize};

/// How long an access token is good, in seconds.
pub const LIFETIME_SECONDS: i64 = 30 * 60;
const ISSUER: &str = "socialsync";
const PURPOSE: &str = "access-token";

/// What an access token says.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct Claims {
    /// Who.
    pub sub: UserId,
    /// The sign-in it belongs to.
    pub sid: SessionId,
    /// The workspace of that sign-in.
    pub wid: Option<WorkspaceId>,
    /// Issued at, in seconds since 1970.
    pub iat: i64,
    /// Good until, in seconds since 1970.
    pub exp: i64,
    /// Who issued it.
    pub iss: String,
}

/// A text that is no valid access token.
#[derive(Debug, thiserror::Error)]
pub enum TokenError {
    /// It was good once.
    #[error("the access token has expired")]
    Expired,
    /// It is malformed, forged, or signed in another way.
    #[error("the access token is not valid")]
    Invalid(#[source] jsonwebtoken::errors::Error),
}

/// Signs an access token.
pub(crate) fn issue(
    key: &SecretKey,
    now: DateTime<Utc>,
    user: UserId,
    session: SessionId,
    workspace: Option<WorkspaceId>,
) -> Result<Secret, TokenError> {
    let claims = Claims {
        sub: user,
        sid: session,
        wid: workspace,
        iat: now.timestamp(),
        exp: (now + TimeDelta::seconds(LIFETIME_SECONDS)).timestamp(),
        iss: ISSUER.to_owned(),
    };
    let key = EncodingKey::from_secret(&key.derive(PURPOSE));
    jsonwebtoken::encode(&Header::new(Algorithm::HS256), &claims, &key)
        .map(Secret::new)
        .map_err(TokenError::Invalid)
}

/// Reads an access token that this instance signed and that is still good.
pub(crate) fn read(key: &SecretKey, now: DateTime<Utc>, token: &str) -> Result<Claims, TokenError> {
    let mut validation = Validation::new(Algorithm::HS256);
    validation.set_required_spec_claims(&["exp", "iss", "sub"]);
    validation.set_issuer(&[ISSUER]);
    // The library reads the system's clock; ours may be a test's.
    validation.validate_exp = false;
    let key = DecodingKey::from_secret(&key.derive(PURPOSE));
    let claims = jsonwebtoken::decode::<Claims>(token, &key, &validation)
        .map_err(TokenError::Invalid)?
        .claims;
    if claims.exp <= now.timestamp() {
        Err(TokenError::Expired)
    } else {
        Ok(claims)
    }
}

#[cfg(test)]
mod tests {
    use base64::Engine as _;
    use base64::engine::general_purpose::URL_SAFE_NO_PAD;

    use super::*;

    fn key(letter: &str) -> SecretKey {
        SecretKey::from_texts([&Secret::new(letter.repeat(32))]).unwrap()
    }

    fn at(seconds: i64) -> DateTime<Utc> {
        DateTime::from_timestamp(1_800_000_000 + seconds, 0).unwrap()
    }

    fn token() -> Secret {
        issue(&key("a"), at(0), UserId::new(), SessionId::new(), None).unwrap()
    }

    #[test]
    fn a_token_is_good_for_thirty_minutes() {
        let token = token();
        assert!(read(&key("a"), at(LIFETIME_SECONDS - 1), token.expose()).is_ok());
        let late = read(&key("a"), at(LIFETIME_SECONDS), token.expose());
        assert!(matches!(late, Err(TokenError::Expired)));
    }

    #[test]
    fn a_token_of_another_key_is_refused() {
        assert!(matches!(
            read(&key("b"), at(1), token().expose()),
            Err(TokenError::Invalid(_))
        ));
    }

    #[test]
    fn changed_claims_are_refused() {
        let (one, other) = (token(), token());
        let parts: Vec<_> = one.expose().split('.').collect();
        let claims = other.expose().split('.').nth(1).unwrap();
        let forged = format!("{}.{claims}.{}", parts[0], parts[2]);
        assert!(matches!(
            read(&key("a"), at(1), &forged),
            Err(TokenError::Invalid(_))
        ));
    }

    #[test]
    fn a_token_without_or_with_another_algorithm_is_refused() {
        let token = token();
        let parts: Vec<_> = token.expose().split('.').collect();
        let header =
            |alg: &str| URL_SAFE_NO_PAD.encode(format!(r#"{{"typ":"JWT","alg":"{alg}"}}"#));
        for forged in [
            format!("{}.{}.", header("none"), parts[1]),
            format!("{}.{}.{}", header("none"), parts[1], parts[2]),
            format!("{}.{}.{}", header("HS384"), parts[1], parts[2]),
        ] {
            assert!(matches!(
                read(&key("a"), at(1), &forged),
                Err(TokenError::Invalid(_))
            ));
        }
    }
}
