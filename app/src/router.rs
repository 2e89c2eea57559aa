//! Every route of the product, from the features' own lists.

use std::sync::Arc;

use axum::Extension;
use tokio::sync::watch;
use web::sse::Signals;
use web::{Authenticator, Edge, IdempotencyKeys, RateLimits, Routes, SimulatorUrl, Watcher};

use crate::first_steps::{self, FirstSteps};
use crate::front::{self, Front};
use crate::operations::{self, Operations};
use crate::parts::Parts;
use crate::waiting::Features;

/// All routes with their access, before they become a router. `stop` turns true when the process
/// stops, and ends the streams of change signals.
pub fn routes(parts: &Parts, stop: watch::Receiver<bool>) -> Routes<()> {
    let operations = Operations {
        db: parts.db.clone(),
        metrics: parts.metrics.clone(),
        channels: parts.channels.clone(),
        features: features(parts),
        operators: parts.operators.clone().into(),
    };
    let first_steps = FirstSteps {
        db: parts.db.clone(),
        clock: parts.clock.clone(),
    };
    let front = Front {
        settings: parts.front.clone(),
        clock: parts.clock.clone(),
    };
    let signals = Signals {
        db: parts.db.clone(),
        stop,
    };
    Routes::new()
        .merge(accounts::routes(parts.accounts.clone()))
        .merge(channels::routes(parts.channels.clone()))
        .merge(inbox::routes(parts.inbox.clone()))
        .merge(knowledge::routes(parts.knowledge.clone()))
        .merge(agent::routes(parts.agent.clone()))
        .merge(comments::routes(parts.comments.clone()))
        .merge(operations::routes(operations))
        .merge(first_steps::routes(first_steps))
        .merge(front::routes(front))
        .merge(web::sse::routes(signals))
}

fn features(parts: &Parts) -> Features {
    Features {
        db: parts.db.clone(),
        clock: parts.clock.clone(),
    }
}

/// The router that serves the product.
pub fn router(parts: &Parts, stop: watch::Receiver<bool>) -> axum::Router {
    let edge = Edge {
        watcher: Some(Watcher(Arc::new(features(parts)))),
        authenticator: Authenticator(Arc::new(parts.accounts.clone())),
        limits: RateLimits::new(
            parts.edge.anonymous_per_minute,
            parts.edge.caller_per_minute,
        ),
        simulator: parts
            .simulator
            .clone()
            .map(|url| SimulatorUrl(format!("{url}/_sandbox/"))),
        cors_origins: parts.edge.cors_origins.clone(),
        trusted_hops: parts.edge.trusted_hops,
        https: parts.accounts.public_url.scheme() == "https",
    };
    let answers = IdempotencyKeys {
        db: parts.db.clone(),
        clock: parts.clock.clone(),
    };
    web::app(routes(parts, stop), edge).layer(Extension(answers))
}
