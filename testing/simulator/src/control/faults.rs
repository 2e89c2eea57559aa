//! `/_sandbox/faults` and `/_sandbox/seed`.

use axum::Json;
use axum::extract::State;
use serde::Deserialize;
use serde_json::{Value, json};

use crate::control::error::{Body, Refusal};
use crate::faults::NewFault;
use crate::world::Shared;

/// Puts a fault in force.
pub async fn add(
    State(shared): State<Shared>,
    Body(new): Body<NewFault>,
) -> Result<Json<Value>, Refusal> {
    let fault = shared.world().faults.add(new).map_err(Refusal::bad)?;
    Ok(Json(json!(fault)))
}

/// The faults in force.
pub async fn list(State(shared): State<Shared>) -> Json<Value> {
    Json(json!({"items": shared.world().faults.list()}))
}

/// Ends every fault.
pub async fn clear(State(shared): State<Shared>) -> Json<Value> {
    shared.world().faults.clear();
    Json(json!({"success": true}))
}

/// A seed.
#[derive(Deserialize)]
pub struct Seed {
    seed: u64,
}

/// Starts the fault decisions again from a seed. Ids stay random: a repeated message id would be
/// a duplicate to the application.
pub async fn seed(State(shared): State<Shared>, Body(Seed { seed }): Body<Seed>) -> Json<Value> {
    let mut world = shared.world();
    world.faults.reseed(seed);
    world.options.seed = seed;
    Json(json!({"seed": seed}))
}
