//! `/_sandbox/llm/…`: the script and the record.

use axum::Json;
use axum::extract::{Query, State};
use serde::Deserialize;
use serde_json::{Value, json};

use crate::control::error::{Body, Refusal};
use crate::llm::Operation;
use crate::llm::script::Rule;
use crate::world::Shared;

/// A list of rules, bare or under `rules`.
#[derive(Deserialize)]
#[serde(untagged)]
pub enum Script {
    Bare(Vec<Rule>),
    Named { rules: Vec<Rule> },
}

/// Replaces the script.
pub async fn set(
    State(shared): State<Shared>,
    Body(script): Body<Script>,
) -> Result<Json<Value>, Refusal> {
    let (Script::Bare(rules) | Script::Named { rules }) = script;
    let count = rules.len();
    shared.world().llm.rules = rules;
    Ok(Json(json!({"rules": count})))
}

/// The script in force.
pub async fn get(State(shared): State<Shared>) -> Json<Value> {
    Json(json!({"rules": shared.world().llm.rules}))
}

/// Lets every held answer go.
pub async fn release(State(shared): State<Shared>) -> Json<Value> {
    shared.world().llm.released.send_modify(|times| *times += 1);
    Json(json!({"success": true}))
}

/// Where to read on, and about what.
#[derive(Deserialize)]
pub struct After {
    #[serde(default)]
    after: u64,
    operation: Option<Operation>,
}

/// Every request the models received.
pub async fn calls(
    State(shared): State<Shared>,
    Query(After { after, operation }): Query<After>,
) -> Json<Value> {
    let world = shared.world();
    let items = world.llm.calls_after(after, operation);
    Json(json!({"items": items, "last_seq": world.llm.last_seq()}))
}
