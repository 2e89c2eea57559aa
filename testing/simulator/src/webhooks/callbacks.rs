//! The deauthorise and data-deletion callbacks with their `signed_request`.

use std::time::Duration;

use serde_json::{Value, json};

use crate::options::Platform;
use crate::webhooks::sign;
use crate::world::Shared;

/// Posts a `signed_request` for `user_id` to `url`; the status and body answered.
///
/// `forged` signs with another secret.
pub async fn call(
    shared: &Shared,
    platform: Platform,
    url: &str,
    user_id: &Value,
    forged: bool,
) -> Result<(u16, String), reqwest::Error> {
    let signed = {
        let world = shared.world();
        let app = match platform {
            Platform::Instagram => &world.options.instagram_app,
            Platform::Whatsapp => &world.options.whatsapp_app,
        };
        let now = world.now().timestamp();
        let payload = json!({
            "algorithm": "HMAC-SHA256",
            "expires": now + 3600,
            "issued_at": now,
            "user_id": user_id,
        });
        let secret = if forged {
            "another secret"
        } else {
            app.secret.as_str()
        };
        sign::signed_request(secret, &payload)
    };
    let answer = shared
        .http()
        .post(url)
        .timeout(Duration::from_secs(10))
        .form(&[("signed_request", signed)])
        .send()
        .await?;
    let status = answer.status().as_u16();
    Ok((status, answer.text().await?))
}
