//! Webhook targets, raw deliveries and the two callbacks.

use std::time::Duration;

use axum::Json;
use axum::extract::{Path, Query, State};
use axum::http::StatusCode;
use bytes::Bytes;
use serde::Deserialize;
use serde_json::{Value, json};

use crate::control::error::{Body, Refusal};
use crate::options::{Platform, WebhookTarget};
use crate::webhooks::{callbacks, deliver, handshake, sign};
use crate::world::Shared;

type Answer = Result<Json<Value>, Refusal>;

/// Sets where a platform's webhooks go, after a successful handshake.
pub async fn set_target(
    State(shared): State<Shared>,
    Path(platform): Path<Platform>,
    Body(target): Body<WebhookTarget>,
) -> Answer {
    url::Url::parse(&target.url).map_err(|error| Refusal::bad(format!("url: {error}")))?;
    handshake::handshake(&shared, &target)
        .await
        .map_err(|reason| Refusal(StatusCode::UNPROCESSABLE_ENTITY, reason))?;
    shared.world().targets.insert(platform, target);
    Ok(Json(json!({"success": true})))
}

/// Where a platform's webhooks go.
pub async fn target(State(shared): State<Shared>, Path(platform): Path<Platform>) -> Json<Value> {
    Json(json!({"target": shared.world().targets.get(&platform)}))
}

/// Ends a platform's webhooks.
pub async fn remove_target(
    State(shared): State<Shared>,
    Path(platform): Path<Platform>,
) -> Json<Value> {
    Json(json!({"success": shared.world().targets.remove(&platform).is_some()}))
}

/// How a raw delivery is signed.
#[derive(Clone, Copy, Default, Deserialize)]
#[serde(rename_all = "lowercase")]
pub enum Signature {
    /// With the app's secret over exactly these bytes.
    #[default]
    Correct,
    /// With another secret.
    Wrong,
    /// Not at all.
    Missing,
}

/// Query of a raw delivery.
#[derive(Deserialize)]
pub struct RawQuery {
    #[serde(default)]
    signature: Signature,
}

/// Delivers the body once, as it is.
pub async fn raw(
    State(shared): State<Shared>,
    Path(platform): Path<Platform>,
    Query(query): Query<RawQuery>,
    body: Bytes,
) -> Answer {
    let (target, secret) = {
        let world = shared.world();
        let app = match platform {
            Platform::Instagram => &world.options.instagram_app,
            Platform::Whatsapp => &world.options.whatsapp_app,
        };
        (world.targets.get(&platform).cloned(), app.secret.clone())
    };
    let target = target.ok_or_else(|| {
        Refusal(
            StatusCode::CONFLICT,
            format!("no webhook target for {}", platform.name()),
        )
    })?;
    let signature = match query.signature {
        Signature::Correct => Some(sign::signature(&secret, &body)),
        Signature::Wrong => Some(sign::signature("another secret", &body)),
        Signature::Missing => None,
    };
    let timeout = Duration::from_secs(30);
    match deliver::post(&shared, &target.url, body, signature.as_deref(), timeout).await {
        Ok((status, text)) => Ok(Json(json!({"status": status, "body": text}))),
        Err(error) => Ok(Json(json!({"status": 0, "error": error.to_string()}))),
    }
}

/// A deauthorise or data-deletion callback to make.
#[derive(Deserialize)]
pub struct NewCallback {
    url: String,
    user_id: Value,
    /// Sign with another secret.
    #[serde(default)]
    forged: bool,
}

/// Posts a `signed_request`; answers what the application answered.
pub async fn callback(
    State(shared): State<Shared>,
    Path(platform): Path<Platform>,
    Body(new): Body<NewCallback>,
) -> Answer {
    let (status, body) = callbacks::call(&shared, platform, &new.url, &new.user_id, new.forged)
        .await
        .map_err(|error| Refusal(StatusCode::BAD_GATEWAY, error.to_string()))?;
    let body = serde_json::from_str::<Value>(&body).unwrap_or(Value::String(body));
    Ok(Json(json!({"status": status, "body": body})))
}
