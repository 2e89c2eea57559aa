//! Operations over REST.

use agent::runs::Run;
use axum::extract::State;
use chrono::{DateTime, Utc};
use db::{JobRow, JournalRow, Priority};
use http::StatusCode;
use kernel::{JobId, Page, Role, RunId, WebhookEventId};
use serde::Serialize;
use utoipa::ToSchema;
use web::{Access, Json, ListQuery, Member, Path, Problem, Query, Routes, routes};

use super::{Operations, jobs, journal, runs};

pub(super) fn routes() -> Routes<Operations> {
    let admin = Access::Member(Role::Admin);
    Routes::new()
        .api(admin, routes!(queues))
        .api(admin, routes!(list_journal))
        .api(admin, routes!(replay_parked))
        .api(admin, routes!(replay_one))
        .api(admin, routes!(list_runs))
        .api(admin, routes!(retry_run))
        .api(admin, routes!(list_jobs))
        .api(admin, routes!(job_counts))
        .api(admin, routes!(retry_job))
        .api(admin, routes!(schedule))
}

/// How many rows of a ledger are in a state.
#[derive(Serialize, ToSchema)]
struct QueueView {
    /// `journal`, `runs`, `effects` or `jobs`.
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

/// Has what a failed run was about decided anew, by a run of its own.
#[utoipa::path(post, path = "/api/operations/runs/{id}/retry", tag = "operations",
    params(("id" = String, Path)), responses((status = 204)))]
async fn retry_run(
    State(operations): State<Operations>,
    member: Member,
    Path(id): Path<RunId>,
) -> Result<StatusCode, Problem> {
    runs::retry(&operations, &member, id).await?;
    Ok(StatusCode::NO_CONTENT)
}

/// A job, without what it carries.
#[derive(Serialize, ToSchema)]
struct JobView {
    id: JobId,
    /// Such as `send_mail`, `read_document`, or the name of a recurring task.
    kind: String,
    /// `high`, `default` or `low`.
    #[schema(value_type = String)]
    priority: Priority,
    /// `pending`, `running` or `failed`; one that was done is gone.
    state: String,
    attempts: i32,
    max_attempts: i32,
    due_at: DateTime<Utc>,
    /// What the last attempt ended with.
    error: Option<String>,
    created_at: DateTime<Utc>,
    /// Whether it is the installation's and no workspace's.
    of_installation: bool,
}

impl From<JobRow> for JobView {
    fn from(row: JobRow) -> Self {
        Self {
            id: row.id,
            kind: row.kind,
            priority: row.priority,
            state: row.state,
            attempts: row.attempts,
            max_attempts: row.max_attempts,
            due_at: row.due_at,
            error: row.error,
            created_at: row.created_at,
            of_installation: row.of_installation,
        }
    }
}

/// How many jobs of a kind are in a state.
#[derive(Serialize, ToSchema)]
struct JobCountView {
    #[schema(value_type = String)]
    priority: Priority,
    kind: String,
    state: String,
    rows: i64,
    /// When the first of them is or was due.
    oldest: Option<DateTime<Utc>>,
}

/// A recurring task's last run.
#[derive(Serialize, ToSchema)]
struct TickView {
    task: String,
    /// The tick that it ran for.
    tick_at: DateTime<Utc>,
    ran_at: DateTime<Utc>,
    /// `ran`, or what went wrong.
    outcome: String,
}

/// The jobs of the workspace, and for operators those of the installation, newest first.
#[utoipa::path(get, path = "/api/operations/jobs", tag = "operations",
    params(ListQuery, jobs::Wanted), responses((status = 200, body = Page<JobView>)))]
async fn list_jobs(
    State(operations): State<Operations>,
    member: Member,
    Query(query): Query<ListQuery>,
    Query(wanted): Query<jobs::Wanted>,
) -> Result<Json<Page<JobView>>, Problem> {
    let page = jobs::list(&operations, &member, &query, wanted).await?;
    Ok(Json(page.map(JobView::from)))
}

/// How many jobs wait, run and failed, by priority and kind.
#[utoipa::path(get, path = "/api/operations/job-counts", tag = "operations",
    responses((status = 200, body = Page<JobCountView>)))]
async fn job_counts(
    State(operations): State<Operations>,
    member: Member,
) -> Result<Json<Page<JobCountView>>, Problem> {
    let viewer = operations.viewer(&member);
    let mut tx = operations.db.system().await?;
    let items = tx.job_counts(viewer).await?;
    let items = items.into_iter().map(|count| JobCountView {
        priority: count.priority,
        kind: count.kind,
        state: count.state,
        rows: count.rows,
        oldest: count.oldest,
    });
    Ok(Json(Page {
        items: items.collect(),
        next_cursor: None,
    }))
}

/// Gives a job that was given up all its attempts again.
#[utoipa::path(post, path = "/api/operations/jobs/{id}/retry", tag = "operations",
    params(("id" = String, Path)), responses((status = 204)))]
async fn retry_job(
    State(operations): State<Operations>,
    member: Member,
    Path(id): Path<JobId>,
) -> Result<StatusCode, Problem> {
    jobs::retry(&operations, &member, id).await?;
    Ok(StatusCode::NO_CONTENT)
}

/// When the recurring tasks ran last; for operators, nobody else sees any.
#[utoipa::path(get, path = "/api/operations/schedule", tag = "operations",
    responses((status = 200, body = Page<TickView>)))]
async fn schedule(
    State(operations): State<Operations>,
    member: Member,
) -> Result<Json<Page<TickView>>, Problem> {
    let mut ticks = Vec::new();
    if operations.viewer(&member).operator {
        ticks = operations.db.system().await?.schedule_ticks().await?;
    }
    let items = ticks.into_iter().map(|tick| TickView {
        task: tick.task,
        tick_at: tick.tick_at,
        ran_at: tick.ran_at,
        outcome: tick.outcome,
    });
    Ok(Json(Page {
        items: items.collect(),
        next_cursor: None,
    }))
}
