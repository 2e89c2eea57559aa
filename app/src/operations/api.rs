//! Operations over REST.

use agent::runs::Run;
use axum::extract::State;
use chrono::{DateTime, Utc};
use db::JournalRow;
use http::StatusCode;
use kernel::{Page, Role, WebhookEventId};
use serde::Serialize;
use utoipa::ToSchema;
use web::{Access, Json, ListQuery, Member, Path, Problem, Query, Routes, routes};

use super::{Operations, journal, runs};

pub(super) fn routes() -> Routes<Operations> {
    let admin = Access::Member(Role::Admin);
    Routes::new()
        .api(admin, routes!(queues))
        .api(admin, routes!(list_journal))
        .api(admin, routes!(replay_parked))
        .api(admin, routes!(replay_one))
        .api(admin, routes!(list_runs))
}

/// How many rows of a ledger are in a state.
#[derive(Serialize, ToSchema)]
struct QueueView {
    /// `journal`, `runs` or `effects`.
    ledger: String,
    state: String,
    rows: i64,
    /// When the first of them is or was due.
    oldest: Option<DateTime<Utc>>,
}

/// A webhook body, without its words.
#[derive(Serialize, ToSchema)]
struct BodyView {
    id: WebhookEventId,
    platform: String,
    received_at: DateTime<Utc>,
    state: String,
    attempts: i32,
    events: i32,
    /// Events of accounts that nobody connected.
    unrouted: i32,
    /// Why it is parked, or why the last try failed.
    error: Option<String>,
    /// In bytes.
    size: i32,
}

impl From<JournalRow> for BodyView {
    fn from(row: JournalRow) -> Self {
        Self {
            id: row.id,
            platform: row.platform,
            received_at: row.received_at,
            state: row.state,
            attempts: row.attempts,
            events: row.events,
            unrouted: row.unrouted,
            error: row.error,
            size: row.size,
        }
    }
}

/// How many bodies are sent through again.
#[derive(Serialize, ToSchema)]
struct Replayed {
    replayed: u64,
}

/// What is open or failed in the ledgers.
#[utoipa::path(get, path = "/api/operations/queues", tag = "operations",
    responses((status = 200, body = Page<QueueView>)))]
async fn queues(
    State(operations): State<Operations>,
    member: Member,
) -> Result<Json<Page<QueueView>>, Problem> {
    let viewer = operations.viewer(&member);
    let mut tx = operations.db.system().await?;
    let items = tx.ledger_counts(viewer).await?;
    let items = items.into_iter().map(|count| QueueView {
        ledger: count.ledger,
        state: count.state,
        rows: count.rows,
        oldest: count.oldest,
    });
    Ok(Json(Page {
        items: items.collect(),
        next_cursor: None,
    }))
}

/// The webhook bodies that the workspace may see, newest first.
#[utoipa::path(get, path = "/api/operations/journal", tag = "operations",
    params(ListQuery, journal::Wanted), responses((status = 200, body = Page<BodyView>)))]
async fn list_journal(
    State(operations): State<Operations>,
    member: Member,
    Query(query): Query<ListQuery>,
    Query(wanted): Query<journal::Wanted>,
) -> Result<Json<Page<BodyView>>, Problem> {
    let page = journal::list(&operations, &member, &query, wanted).await?;
    Ok(Json(page.map(BodyView::from)))
}

/// Sends all parked bodies through again.
#[utoipa::path(post, path = "/api/operations/journal/replay", tag = "operations",
    responses((status = 200, body = Replayed)))]
async fn replay_parked(
    State(operations): State<Operations>,
    member: Member,
) -> Result<Json<Replayed>, Problem> {
    let replayed = journal::replay_parked(&operations, &member).await?;
    Ok(Json(Replayed { replayed }))
}

/// Sends one body through again.
#[utoipa::path(post, path = "/api/operations/journal/{id}/replay", tag = "operations",
    params(("id" = String, Path)), responses((status = 204)))]
async fn replay_one(
    State(operations): State<Operations>,
    member: Member,
    Path(id): Path<WebhookEventId>,
) -> Result<StatusCode, Problem> {
    journal::replay_one(&operations, &member, id).await?;
    Ok(StatusCode::NO_CONTENT)
}

/// The agent's runs, newest first.
#[utoipa::path(get, path = "/api/operations/runs", tag = "operations",
    params(ListQuery, runs::Wanted), responses((status = 200, body = Page<Run>)))]
async fn list_runs(
    State(operations): State<Operations>,
    member: Member,
    Query(query): Query<ListQuery>,
    Query(wanted): Query<runs::Wanted>,
) -> Result<Json<Page<Run>>, Problem> {
    Ok(Json(
        runs::list(&operations, &member, &query, wanted).await?,
    ))
}
