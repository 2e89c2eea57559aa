//! The GET that proves an address wants webhooks.

use std::time::Duration;

use rand::RngExt as _;

use crate::options::WebhookTarget;
use crate::world::Shared;

/// Asks `target` to send the challenge back; an error says what it did instead.
pub async fn handshake(shared: &Shared, target: &WebhookTarget) -> Result<(), String> {
    let challenge = shared
        .world()
        .rng
        .random_range(1_000_000_000_u64..9_999_999_999)
        .to_string();
    let token = target.verify_token.clone().unwrap_or_default();
    let answer = shared
        .http()
        .get(&target.url)
        .timeout(Duration::from_secs(10))
        .query(&[
            ("hub.mode", "subscribe"),
            ("hub.challenge", &challenge),
            ("hub.verify_token", &token),
        ])
        .send()
        .await
        .map_err(|error| format!("the callback URL couldn't be reached: {error}"))?;
    let status = answer.status();
    let body = answer.text().await.unwrap_or_default();
    if status.as_u16() != 200 {
        return Err(format!("the callback URL answered {status} instead of 200"));
    }
    if body.trim() != challenge {
        return Err("the callback URL didn't answer with the challenge alone".into());
    }
    Ok(())
}
