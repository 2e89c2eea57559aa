//! `/{ig-id}/subscribed_apps`.

use axum::http::Method;
use serde_json::{Value, json};

use crate::errors::GraphError;
use crate::graph::request::GraphRequest;
use crate::world::World;

/// Every field an Instagram account can be subscribed to.
const FIELDS: &[&str] = &[
    "messages",
    "message_reactions",
    "messaging_postbacks",
    "messaging_seen",
    "message_edit",
    "messaging_referral",
    "comments",
    "live_comments",
    "mentions",
    "standby",
    "messaging_handover",
    "messaging_optins",
    "story_insights",
    "story_reactions",
    "share_to_story",
    "story_poll_response",
    "comment_poll_response",
    "follow",
];

/// Subscribes, lists or ends.
pub fn subscribed_apps(
    world: &mut World,
    node: &str,
    request: &GraphRequest,
) -> Result<Value, GraphError> {
    let token = request.token.as_deref();
    let account = world.instagram_caller(node, token, "instagram_business_basic")?;
    let app = world.options.instagram_app.id.clone();
    match request.method {
        Method::POST => {
            let wanted = match request.params.get("subscribed_fields") {
                Some(Value::Array(list)) => list
                    .iter()
                    .filter_map(Value::as_str)
                    .map(str::to_owned)
                    .collect(),
                _ => request
                    .required("subscribed_fields")?
                    .split(',')
                    .map(|field| field.trim().to_owned())
                    .collect::<Vec<_>>(),
            };
            for field in &wanted {
                if !FIELDS.contains(&field.as_str()) {
                    return Err(GraphError::parameter(format!(
                        "Param subscribed_fields must be one of {{{}}} - got \"{field}\".",
                        FIELDS.join(", ")
                    )));
                }
                let scope = match field.as_str() {
                    "comments" | "live_comments" => "instagram_business_manage_comments",
                    field if field.starts_with("messag") => "instagram_business_manage_messages",
                    _ => continue,
                };
                world.instagram_subject(token, scope)?;
            }
            world.instagram_state(&account)?.subscribed = wanted.into_iter().collect();
            Ok(json!({"success": true}))
        }
        Method::DELETE => {
            world.instagram_state(&account)?.subscribed.clear();
            Ok(json!({"success": true}))
        }
        _ => {
            let fields = &world.instagram_state(&account)?.subscribed;
            let data = if fields.is_empty() {
                json!([])
            } else {
                json!([{"id": app, "subscribed_fields": fields}])
            };
            Ok(json!({"data": data}))
        }
    }
}
