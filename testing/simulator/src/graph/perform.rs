//! Runs one operation of a platform through faults, throttles, the usage count and the record.

use std::time::Duration;

use axum::body::Body;
use axum::http::header::RETRY_AFTER;
use axum::http::{HeaderValue, Response};
use serde_json::Value;

use crate::calls::Call;
use crate::connection::Connection;
use crate::errors::GraphError;
use crate::faults::{FaultKind, Subject};
use crate::graph::answer::answer;
use crate::options::Platform;
use crate::tokens::token_status;
use crate::world::{Shared, World};

/// How long an unanswered request is held before the connection is closed.
const HOLD: Duration = Duration::from_mins(1);

/// An operation about to happen.
#[derive(Clone, Debug)]
pub struct Operation {
    pub platform: Platform,
    pub name: &'static str,
    /// The account or number named by path and token, if one can be made out.
    pub account_id: String,
    /// The recipient, message, comment or other object.
    pub target: String,
    pub body: Value,
    /// What tells this call from others when the seed decides about faults.
    pub key: String,
    /// Writes are recorded.
    pub write: bool,
}

/// Performs `action` unless a fault or a throttle comes first, and records writes.
pub async fn perform(
    shared: &Shared,
    connection: &Connection,
    operation: Operation,
    action: impl FnOnce(&mut World) -> Result<Value, GraphError> + Send,
) -> Response<Body> {
    let strike = shared.world().faults.strike(&Subject {
        names: &[operation.name],
        account_id: &operation.account_id,
        key: &operation.key,
        webhook: false,
    });
    let fault = strike.map(|strike| strike.kind);
    let delay_ms = strike.map_or(0, |strike| strike.delay_ms);
    match fault {
        Some(FaultKind::TimeoutBefore) => {
            record(&mut shared.world(), operation, 0, false);
            hold(connection).await
        }
        Some(FaultKind::ConnectionReset) => {
            record(&mut shared.world(), operation, 0, false);
            connection.reset().await
        }
        Some(kind @ (FaultKind::TimeoutAfter | FaultKind::ResetAfter)) => {
            {
                let mut world = shared.world();
                let result = run(&mut world, &operation, action);
                let performed = result.is_ok();
                record(&mut world, operation, 0, performed);
            }
            if kind == FaultKind::ResetAfter {
                connection.reset().await
            } else {
                hold(connection).await
            }
        }
        Some(kind) => {
            let error = failure(kind, operation.platform);
            let mut response = refuse(shared, operation, error);
            if kind == FaultKind::RateLimited && delay_ms >= 1000 {
                let seconds = HeaderValue::from(delay_ms / 1000);
                response.headers_mut().insert(RETRY_AFTER, seconds);
            }
            response
        }
        None => {
            let mut world = shared.world();
            let result = run(&mut world, &operation, action);
            let performed = result.is_ok();
            let (status, response) = answer(
                &mut world,
                operation.platform,
                &operation.account_id,
                result,
            );
            record(&mut world, operation, status, performed);
            response
        }
    }
}

/// Counts the call, then does it unless the hourly allowance is used up.
fn run(
    world: &mut World,
    operation: &Operation,
    action: impl FnOnce(&mut World) -> Result<Value, GraphError>,
) -> Result<Value, GraphError> {
    let now = world.now();
    let allowance = world.options.rates.hourly_calls;
    let usage = match operation.platform {
        Platform::Instagram => world
            .instagram
            .get_mut(&operation.account_id)
            .map(|account| &mut account.usage),
        Platform::Whatsapp => world
            .whatsapp
            .get_mut(&operation.account_id)
            .map(|number| &mut number.usage),
    };
    if let Some(usage) = usage {
        usage.count(now);
        if usage.percent(allowance).0 >= 100 {
            return Err(match operation.platform {
                Platform::Instagram => GraphError::new(
                    400,
                    80002,
                    "(#80002) There have been too many calls to this Instagram account.",
                ),
                Platform::Whatsapp => GraphError::new(
                    400,
                    80007,
                    "(#80007) There have been too many calls from this WhatsApp business account.",
                ),
            });
        }
    }
    action(world)
}

/// The refusal a fault stands for.
fn failure(kind: FaultKind, platform: Platform) -> GraphError {
    match (kind, platform) {
        (FaultKind::RateLimited, Platform::Instagram) => {
            GraphError::new(400, 4, "(#4) Application request limit reached").transient()
        }
        (FaultKind::RateLimited, Platform::Whatsapp) => {
            GraphError::new(400, 130_429, "(#130429) Rate limit hit")
                .details("Message failed to send because there were too many messages sent from this phone number in a short period of time.")
        }
        (FaultKind::ExpiredToken, platform) => GraphError::expired(token_status(platform)),
        (_, Platform::Instagram) => GraphError::new(
            500,
            2,
            "An unexpected error has occurred. Please retry your request later.",
        )
        .transient(),
        (_, Platform::Whatsapp) => GraphError::new(500, 131_000, "(#131000) Something went wrong")
            .details("Message failed to send due to an unknown error."),
    }
}

fn refuse(shared: &Shared, operation: Operation, error: GraphError) -> Response<Body> {
    let mut world = shared.world();
    let (status, response) = answer(
        &mut world,
        operation.platform,
        &operation.account_id,
        Err(error),
    );
    record(&mut world, operation, status, false);
    response
}

fn record(world: &mut World, operation: Operation, status: u16, performed: bool) {
    if !operation.write {
        return;
    }
    let at = world.now();
    world.calls.push(Call {
        seq: 0,
        at,
        platform: operation.platform,
        operation: operation.name.to_owned(),
        account_id: operation.account_id,
        target: operation.target,
        body: operation.body,
        status,
        performed,
    });
}

/// Never answers; closes the connection when the client hasn't done so within a minute.
pub async fn hold(connection: &Connection) -> Response<Body> {
    tokio::time::sleep(HOLD).await;
    connection.reset().await
}
