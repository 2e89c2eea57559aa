//! `/_sandbox/clock`.

use axum::Json;
use axum::extract::State;
use chrono::TimeDelta;
use serde::Deserialize;
use serde_json::{Value, json};

use crate::control::error::{Body, Refusal};
use crate::world::Shared;

/// A jump.
#[derive(Deserialize)]
pub struct Advance {
    advance_seconds: i64,
}

/// Moves the platforms' time.
pub async fn advance(
    State(shared): State<Shared>,
    Body(jump): Body<Advance>,
) -> Result<Json<Value>, Refusal> {
    let by = TimeDelta::try_seconds(jump.advance_seconds)
        .ok_or_else(|| Refusal::bad("advance_seconds is out of range"))?;
    let world = shared.world();
    world.options.clock.advance(by);
    Ok(Json(json!({"now": world.now()})))
}

/// The platforms' time.
pub async fn now(State(shared): State<Shared>) -> Json<Value> {
    Json(json!({"now": shared.world().now()}))
}
