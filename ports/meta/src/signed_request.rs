//! `signed_request`: how Meta asks for the deletion of a person's data and tells of a removed app.

use base64::Engine;
use base64::alphabet::URL_SAFE;
use base64::engine::{DecodePaddingMode, GeneralPurpose, GeneralPurposeConfig};
use chrono::{DateTime, Utc};
use kernel::Secret;
use serde_json::Value;

use crate::read::Stamp;
use crate::signature::matches_any;

/// URL-safe base64 with or without padding, as seen from different products.
const BASE64: GeneralPurpose = GeneralPurpose::new(
    &URL_SAFE,
    GeneralPurposeConfig::new().with_decode_padding_mode(DecodePaddingMode::Indifferent),
);

/// A request whose signature was checked.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct SignedRequest {
    /// App-scoped id of the person. 0 when a Page was removed.
    pub user_id: String,
    /// The Page or profile, when the platform names one.
    pub profile_id: Option<String>,
    /// When it was made.
    pub issued_at: Option<DateTime<Utc>>,
}

/// Why a request is refused.
#[derive(Debug, PartialEq, Eq, thiserror::Error)]
pub enum SignedRequestError {
    /// Not two base64 parts with a dot between, or not JSON inside.
    #[error("the signed request is malformed")]
    Malformed,
    /// Anything but HMAC-SHA256.
    #[error("the signed request names an algorithm that is not accepted")]
    Algorithm,
    /// Made with another secret.
    #[error("the signature of the signed request does not match")]
    Wrong,
    /// Signed, but without a person.
    #[error("the signed request names no user")]
    NoUser,
}

/// Checks the signature over the encoded payload text and reads the payload.
///
/// # Errors
/// [`SignedRequestError`]; nothing of an unproven payload is given out.
pub fn parse(secrets: &[Secret], request: &str) -> Result<SignedRequest, SignedRequestError> {
    use SignedRequestError::{Algorithm, Malformed, NoUser, Wrong};
    let (signature, encoded) = request.trim().split_once('.').ok_or(Malformed)?;
    let signature = BASE64.decode(signature).map_err(|_| Malformed)?;
    if !matches_any(secrets, encoded.as_bytes(), &signature) {
        return Err(Wrong);
    }
    let payload = BASE64.decode(encoded).map_err(|_| Malformed)?;
    let payload: Value = serde_json::from_slice(&payload).map_err(|_| Malformed)?;
    let algorithm = text(&payload, "algorithm").ok_or(Algorithm)?;
    if !algorithm.eq_ignore_ascii_case("HMAC-SHA256") {
        return Err(Algorithm);
    }
    Ok(SignedRequest {
        user_id: text(&payload, "user_id").ok_or(NoUser)?,
        profile_id: text(&payload, "profile_id"),
        issued_at: payload
            .get("issued_at")
            .and_then(Stamp::read)
            .map(|stamp| stamp.at),
    })
}

fn text(payload: &Value, key: &str) -> Option<String> {
    match payload.get(key)? {
        Value::String(text) if !text.is_empty() => Some(text.clone()),
        Value::Number(number) => Some(number.to_string()),
        _ => None,
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use base64::prelude::BASE64_URL_SAFE_NO_PAD;
    use serde_json::json;

    fn request(secret: &str, payload: &Value) -> String {
        let encoded = BASE64_URL_SAFE_NO_PAD.encode(payload.to_string());
        let header = crate::signature::sign(&Secret::new(secret), encoded.as_bytes());
        let raw = hex::decode(header.trim_start_matches("sha256=")).unwrap();
        format!("{}.{encoded}", BASE64_URL_SAFE_NO_PAD.encode(raw))
    }

    #[test]
    fn a_signed_request_names_its_person_as_text_or_number() {
        let secrets = [Secret::new("s")];
        for user_id in [json!("218471"), json!(218_471)] {
            let payload =
                json!({"algorithm":"HMAC-SHA256","issued_at":1_785_000_000,"user_id":user_id});
            let parsed = parse(&secrets, &request("s", &payload)).unwrap();
            assert_eq!(parsed.user_id, "218471");
            assert_eq!(parsed.issued_at.unwrap().timestamp(), 1_785_000_000);
        }
    }

    #[test]
    fn wrong_signatures_and_algorithms_are_refused() {
        let secrets = [Secret::new("s")];
        let good = json!({"algorithm":"HMAC-SHA256","user_id":"1"});
        assert_eq!(
            parse(&secrets, &request("x", &good)),
            Err(SignedRequestError::Wrong)
        );
        let none = json!({"algorithm":"none","user_id":"1"});
        assert_eq!(
            parse(&secrets, &request("s", &none)),
            Err(SignedRequestError::Algorithm)
        );
        let nobody = json!({"algorithm":"HMAC-SHA256"});
        assert_eq!(
            parse(&secrets, &request("s", &nobody)),
            Err(SignedRequestError::NoUser)
        );
        for text in ["", "a", ".", "!.!", "a.b.c"] {
            assert!(parse(&secrets, text).is_err());
        }
    }

    #[test]
    fn padding_is_accepted() {
        let payload = json!({"algorithm":"HMAC-SHA256","user_id":"1"});
        let padded = request("s", &payload).replacen('.', "=.", 1);
        assert!(parse(&[Secret::new("s")], &padded).is_ok());
    }
}
