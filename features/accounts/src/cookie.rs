//! The cookie of a browser's session, and the token its forms carry.

use base64::Engine as _;
use base64::engine::general_purpose::URL_SAFE_NO_PAD;
use hmac::{Hmac, KeyInit as _, Mac as _};
use http::HeaderValue;
use kernel::{Secret, SecretKey, SessionId};
use sha2::Sha256;

/// The cookie's name.
pub const NAME: &str = "session";

/// The `Set-Cookie` header that gives a browser its session for so many seconds.
pub(crate) fn set(secret: &Secret, seconds: i64, secure: bool) -> HeaderValue {
    let secure = if secure { "; Secure" } else { "" };
    let text = format!(
        "{NAME}={}; HttpOnly; SameSite=Lax; Path=/; Max-Age={seconds}{secure}",
        secret.expose()
    );
    let mut value =
        HeaderValue::from_str(&text).unwrap_or_else(|_| HeaderValue::from_static("session="));
    value.set_sensitive(true);
    value
}

/// The `Set-Cookie` header that makes a browser forget its session.
pub(crate) fn forget(secure: bool) -> HeaderValue {
    set(&Secret::default(), 0, secure)
}

/// The token that the forms of this session carry.
pub(crate) fn csrf(key: &SecretKey, session: SessionId) -> String {
    let Ok(mut mac) = Hmac::<Sha256>::new_from_slice(&key.derive("csrf")) else {
        return String::new();
    };
    mac.update(session.uuid().as_bytes());
    URL_SAFE_NO_PAD.encode(mac.finalize().into_bytes())
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn no_script_and_no_foreign_page_can_use_the_cookie() {
        let secret = Secret::new("abc");
        assert_eq!(
            set(&secret, 60, true).to_str().unwrap(),
            "session=abc; HttpOnly; SameSite=Lax; Path=/; Max-Age=60; Secure"
        );
        assert!(!set(&secret, 60, false).to_str().unwrap().contains("Secure"));
        assert!(forget(true).to_str().unwrap().contains("Max-Age=0"));
    }

    #[test]
    fn each_session_has_its_own_form_token() {
        let key = SecretKey::from_texts([&Secret::new("k".repeat(32))]).unwrap();
        let (one, other) = (SessionId::new(), SessionId::new());
        assert_eq!(csrf(&key, one), csrf(&key, one));
        assert_ne!(csrf(&key, one), csrf(&key, other));
    }
}
