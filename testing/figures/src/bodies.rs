//! Webhook bodies as Instagram sends them (PLATFORMS §1.9), signed.

use bytes::Bytes;
use hmac::{Hmac, KeyInit as _, Mac as _};
use serde_json::json;
use sha2::Sha256;

/// A body and its signature.
#[derive(Clone)]
pub struct Signed {
    /// The body.
    pub body: Bytes,
    /// The header's value.
    pub signature: String,
}

/// The message with this number, from one of 5,000 customers.
pub fn message(account: &str, secret: &str, number: usize) -> anyhow::Result<Signed> {
    let sender = 9_000_000_000_000 + number % 5_000;
    let at = chrono::DateTime::UNIX_EPOCH.timestamp_millis() + 1_790_000_000_000;
    let body = json!({
        "object": "instagram",
        "entry": [{
            "id": account,
            "time": at,
            "messaging": [{
                "sender": { "id": sender.to_string() },
                "recipient": { "id": account },
                "timestamp": at,
                "message": {
                    "mid": format!("aWdfZAG1faXRlbToxOklHTWVzc2FnZAUlEOmZA{number:012}"),
                    "text": "Hello, I saw the lamp in your story. Is it still available?"
                }
            }]
        }]
    })
    .to_string();
    let mut mac = Hmac::<Sha256>::new_from_slice(secret.as_bytes())?;
    mac.update(body.as_bytes());
    let signature = format!("sha256={}", hex::encode(mac.finalize().into_bytes()));
    Ok(Signed {
        body: body.into(),
        signature,
    })
}
