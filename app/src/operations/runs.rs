//! The tab of the agent's runs.

use agent::runs::{self, RetryError, Run, RunState};
use askama::Template;
use axum::extract::State;
use axum::response::Response;
use http::{HeaderMap, Method};
use kernel::{Page, Role, RunId};
use serde::Deserialize;
use web::ui::{Shell, told};
use web::{Access, Html, ListQuery, Member, Path, Problem, Query, Routes, member_shell};

use super::Operations;
use super::customers::Customers;
use super::tabs::{self, Chip};

#[derive(Template)]
#[template(path = "operations_runs.html")]
struct RunsPage {
    shell: Shell,
    tab: &'static str,
    rows: Vec<Run>,
    customers: Customers,
    chips: Vec<Chip>,
    next: Option<String>,
}

impl RunsPage {
    fn state_key(state: &str) -> &'static str {
        tabs::state_key(state)
    }

    fn tone(state: &str) -> &'static str {
        tabs::tone(state)
    }
}

/// Which runs are wanted.
#[derive(Clone, Copy, Deserialize, utoipa::IntoParams)]
#[into_params(parameter_in = Query)]
pub(super) struct Wanted {
    /// Only those in this state.
    #[param(inline)]
    state: Option<RunState>,
}

pub(super) fn routes() -> Routes<Operations> {
    let admin = Access::Member(Role::Admin);
    Routes::new()
        .page(Method::GET, "/operations/runs", admin, show)
        .page(Method::POST, "/operations/runs/{id}/retry", admin, again)
}

/// Has what a failed run was about decided anew.
pub(super) async fn retry(
    operations: &Operations,
    member: &Member,
    id: RunId,
) -> Result<(), Problem> {
    let mut tx = operations.db.tenant(&member.scope).await?;
    let now = operations.channels.clock.now();
    runs::retry(&mut tx, id, now)
        .await
        .map_err(|error| match error {
            RetryError::NotFound => Problem::not_found(),
            RetryError::NotFailed => Problem::conflict("NOT_FAILED", error.to_string()),
            RetryError::MovedOn => Problem::conflict("MOVED_ON", error.to_string()),
            RetryError::Database(error) => error.into(),
        })?;
    Ok(tx.commit().await?)
}

async fn again(
    State(operations): State<Operations>,
    member: Member,
    Path(id): Path<RunId>,
) -> Result<Response, Problem> {
    retry(&operations, &member, id).await?;
    Ok(told("ui.done.again", "/operations/runs"))
}

/// A page of the workspace's runs.
pub(super) async fn list(
    operations: &Operations,
    member: &Member,
    query: &ListQuery,
    wanted: Wanted,
) -> Result<Page<Run>, Problem> {
    let mut tx = operations.db.tenant(&member.scope).await?;
    Ok(runs::list(
        &mut tx,
        wanted.state,
        query.after::<RunId>()?,
        query.limit(),
    )
    .await?)
}

async fn show(
    State(operations): State<Operations>,
    member: Member,
    headers: HeaderMap,
    Query(query): Query<ListQuery>,
    Query(wanted): Query<Wanted>,
) -> Result<Html<RunsPage>, Problem> {
    let page = list(&operations, &member, &query, wanted).await?;
    let about = page.items.iter().map(|run| run.conversation_id);
    let mut tx = operations.db.tenant(&member.scope).await?;
    let customers = Customers::of(&mut tx, about).await?;
    let path = "/operations/runs";
    let of_state = wanted
        .state
        .map_or_else(String::new, |state| format!("&state={}", state.as_str()));
    Ok(Html(RunsPage {
        shell: member_shell(&member, "operations", &headers),
        tab: "runs",
        rows: page.items,
        customers,
        chips: tabs::chips(path, tabs::RUNS, wanted.state, RunState::as_str, ""),
        next: tabs::next(path, &of_state, page.next_cursor),
    }))
}
