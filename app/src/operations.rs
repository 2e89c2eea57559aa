//! What operators and the shell ask: health, metrics, the way in, and the sidebar.

mod api;
mod customers;
mod effects;
mod jobs;
mod journal;
mod overview;
mod runs;
mod tabs;

use std::sync::Arc;

use crate::waiting::Features;
use axum::extract::State;
use axum::response::{IntoResponse, Response};
use channels::Channels;
use db::{Db, Viewer};
use http::{HeaderMap, Method, StatusCode};
use kernel::Role;
use serde::Deserialize;
use telemetry::Metrics;
use web::ui::NavFragment;
use web::{Access, Html, Member, Problem, Query, Routes};

/// What these routes need.
#[derive(Clone)]
pub struct Operations {
    /// The database.
    pub db: Db,
    /// The figures of this process.
    pub metrics: Metrics,
    /// The effects.
    pub channels: Channels,
    /// What waits for a member.
    pub features: Features,
    /// The addresses of the people who operate the installation.
    pub operators: Arc<[String]>,
}

impl Operations {
    /// What this member may see. A program with a key never operates the installation.
    fn viewer(&self, member: &Member) -> Viewer {
        let operator = member
            .user()
            .is_some_and(|user| user.is_named_in(&self.operators));
        Viewer {
            workspace: member.scope.workspace(),
            operator,
        }
    }
}

/// The routes.
pub fn routes(operations: Operations) -> Routes<()> {
    Routes::new()
        .raw(Method::GET, "/healthz", Access::Public, alive)
        .raw(Method::GET, "/readyz", Access::Public, ready)
        .raw(Method::GET, "/metrics", Access::Public, figures)
        .page(Method::GET, "/nav", Access::Member(Role::Viewer), sidebar)
        .merge(api::routes())
        .merge(overview::routes())
        .merge(journal::routes())
        .merge(effects::routes())
        .merge(runs::routes())
        .merge(jobs::routes())
        .with_state(operations)
}

/// The process runs.
async fn alive() -> &'static str {
    "ok"
}

/// The process can do its work: the database answers and its schema is known.
async fn ready(State(operations): State<Operations>) -> Response {
    let state = operations.db.migration_state().await;
    match state {
        Ok(state) if state.applied >= Some(state.known) => "ready".into_response(),
        Ok(_) => (StatusCode::SERVICE_UNAVAILABLE, "the schema is out of date").into_response(),
        Err(_) => (
            StatusCode::SERVICE_UNAVAILABLE,
            "the database does not answer",
        )
            .into_response(),
    }
}

/// The figures in Prometheus' form.
async fn figures(State(operations): State<Operations>) -> String {
    let (open, idle) = operations.db.connections();
    metrics::gauge!("database_connections_open").set(f64::from(open));
    metrics::gauge!("database_connections_idle")
        .set(f64::from(u32::try_from(idle).unwrap_or(u32::MAX)));
    operations.metrics.render()
}

#[derive(Deserialize)]
struct At {
    #[serde(default)]
    at: String,
}

/// The sidebar, fetched again when counts change.
async fn sidebar(
    State(operations): State<Operations>,
    member: Member,
    headers: HeaderMap,
    Query(At { at }): Query<At>,
) -> Result<Html<NavFragment>, Problem> {
    let places = web::ui::NAV.iter().map(|item| item.name);
    let active = places
        .chain(["notifications", "welcome"])
        .find(|name| *name == at);
    let mut shell = web::member_shell(&member, active.unwrap_or_default(), &headers);
    if let Some(user) = member.user() {
        let (scope, role) = (member.scope, member.role);
        shell = shell.with_waiting(operations.features.ask(scope, user.id, role).await?);
    }
    Ok(Html(NavFragment { shell }))
}
