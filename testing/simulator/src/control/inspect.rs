//! What happened: calls, conversations as customers see them, figures.

use axum::Json;
use axum::extract::{Path, Query, State};
use serde::Deserialize;
use serde_json::{Value, json};

use crate::calls::Call;
use crate::control::error::Refusal;
use crate::options::Platform;
use crate::world::Shared;

/// Where to read on.
#[derive(Deserialize)]
pub struct CallQuery {
    #[serde(default)]
    after: u64,
    limit: Option<usize>,
}

/// Every write the platforms received, oldest first.
pub async fn calls(State(shared): State<Shared>, Query(query): Query<CallQuery>) -> Json<Value> {
    let limit = query.limit.unwrap_or(1000).clamp(1, 10_000);
    let world = shared.world();
    let items: Vec<&Call> = world.calls.after(query.after, limit).collect();
    Json(json!({"items": items, "last_seq": world.calls.last_seq()}))
}

/// What each customer of an account saw, in order.
pub async fn conversations(
    State(shared): State<Shared>,
    Path((platform, account)): Path<(Platform, String)>,
) -> Result<Json<Value>, Refusal> {
    let world = shared.world();
    let contacts = world
        .contacts(platform, &account)
        .ok_or_else(|| Refusal::unknown("no such account"))?;
    let items: Vec<Value> = contacts
        .values()
        .map(|contact| {
            json!({
                "customer": {
                    "id": contact.id,
                    "name": contact.name,
                    "username": contact.username,
                    "user_id": contact.user_id,
                },
                "conversation_id": contact.thread_id,
                "window_open_since": contact.wrote_at,
                "messages": contact.messages,
            })
        })
        .collect();
    Ok(Json(json!({ "items": items })))
}

/// The comments under an account's posts.
pub async fn comments(
    State(shared): State<Shared>,
    Path(account): Path<String>,
) -> Result<Json<Value>, Refusal> {
    let world = shared.world();
    let state = world
        .instagram
        .get(&account)
        .ok_or_else(|| Refusal::unknown("no such account"))?;
    let items: Vec<Value> = state
        .comments
        .values()
        .map(|comment| {
            json!({
                "id": comment.id,
                "media_id": comment.media_id,
                "parent_id": comment.parent_id,
                "from": {"id": comment.from_id, "username": comment.from_username},
                "text": comment.text,
                "at": comment.at,
                "hidden": comment.hidden,
            })
        })
        .collect();
    Ok(Json(json!({ "items": items })))
}

/// Figures: enough to know whether anything is still on its way.
pub async fn state(State(shared): State<Shared>) -> Json<Value> {
    let world = shared.world();
    let customers: usize = world
        .instagram
        .values()
        .map(|a| a.contacts.len())
        .sum::<usize>()
        + world
            .whatsapp
            .values()
            .map(|n| n.contacts.len())
            .sum::<usize>();
    Json(json!({
        "now": world.now(),
        "seed": world.options.seed,
        "instagram_accounts": world.instagram.len(),
        "whatsapp_numbers": world.whatsapp.len(),
        "customers": customers,
        "messages": world.places.len(),
        "last_seq": world.calls.last_seq(),
        "webhooks": world.outbox.figures(),
        "faults": world.faults.list().len(),
        "targets": world.targets,
        "llm_calls": world.llm.last_seq(),
    }))
}

/// Back to the start.
pub async fn reset(State(shared): State<Shared>) -> Json<Value> {
    shared.world().reset();
    Json(json!({"success": true}))
}
