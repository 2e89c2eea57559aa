//! The tab of the jobs: the queue by priority, what runs, what was given up, and the schedule.

use askama::Template;
use axum::extract::State;
use axum::response::Response;
use db::{JobCount, JobFilter, JobRow, JobState, Priority, ScheduleTick};
use http::{HeaderMap, Method};
use kernel::{JobId, Page, Role};
use serde::Deserialize;
use web::ui::{Shell, told};
use web::{Access, Html, ListQuery, Member, Path, Problem, Query, Routes, member_shell};

use super::tabs::{self, Chip};
use super::{Operations, tabs::JOBS};

#[derive(Template)]
#[template(path = "operations_jobs.html")]
struct JobsPage {
    shell: Shell,
    tab: &'static str,
    operator: bool,
    lines: Vec<Line>,
    rows: Vec<JobRow>,
    chips: Vec<Chip>,
    next: Option<String>,
    ticks: Vec<ScheduleTick>,
    here: String,
}

/// How many jobs of a priority wait, run and failed.
struct Line {
    priority: Priority,
    counts: [i64; 3],
}

impl JobsPage {
    fn priority_key(priority: Priority) -> &'static str {
        match priority {
            Priority::High => "operations.priority.high",
            Priority::Default => "operations.priority.default",
            Priority::Low => "operations.priority.low",
        }
    }

    /// The words for a kind; the schedule's and unknown ones go by their name.
    fn kind_key(kind: &str) -> &'static str {
        match kind {
            "send_reset_link" => "operations.kind.send_reset_link",
            "send_mail" => "operations.kind.send_mail",
            "read_document" => "operations.kind.read_document",
            "run_evaluation" => "operations.kind.run_evaluation",
            _ => "operations.kind.recurring",
        }
    }

    /// Where this list is, for fetching it again.
    fn here(&self) -> &str {
        &self.here
    }

    fn state_key(state: &str) -> &'static str {
        tabs::state_key(state)
    }

    fn tone(state: &str) -> &'static str {
        tabs::tone(state)
    }
}

/// Which jobs are wanted.
#[derive(Clone, Deserialize, utoipa::IntoParams)]
#[into_params(parameter_in = Query)]
pub(super) struct Wanted {
    /// Only those in this state: `pending`, `running` or `failed`.
    #[param(value_type = Option<String>)]
    state: Option<JobState>,
    /// Only those of this kind, such as `send_mail`.
    kind: Option<String>,
}

pub(super) fn routes() -> Routes<Operations> {
    let admin = Access::Member(Role::Admin);
    Routes::new()
        .page(Method::GET, "/operations/jobs", admin, show)
        .page(Method::POST, "/operations/jobs/{id}/retry", admin, again)
}

/// A page of the jobs that this member may see.
pub(super) async fn list(
    operations: &Operations,
    member: &Member,
    query: &ListQuery,
    wanted: Wanted,
) -> Result<Page<JobRow>, Problem> {
    let limit = query.limit();
    let filter = JobFilter {
        viewer: operations.viewer(member),
        state: wanted.state,
        kind: wanted.kind,
        before: query.after::<JobId>()?,
        limit: limit.probe(),
    };
    let mut tx = operations.db.system().await?;
    let rows = tx.list_jobs(filter).await?;
    Ok(Page::from_probe(rows, limit, |row| row.id))
}

/// Gives a job that was given up all its attempts again.
pub(super) async fn retry(
    operations: &Operations,
    member: &Member,
    id: JobId,
) -> Result<(), Problem> {
    let viewer = operations.viewer(member);
    let mut tx = operations.db.system().await?;
    if !tx
        .revive_job(id, viewer, operations.channels.clock.now())
        .await?
    {
        return Err(Problem::not_found());
    }
    tx.commit().await?;
    operations.db.signal(&member.scope, "jobs-changed");
    Ok(())
}

fn lines(counts: &[JobCount]) -> Vec<Line> {
    let of = |priority, state: JobState| {
        counts
            .iter()
            .filter(|count| count.priority == priority && count.state == state.as_str())
            .map(|count| count.rows)
            .sum()
    };
    let line = |priority| Line {
        priority,
        counts: JobState::ALL.map(|state| of(priority, state)),
    };
    Priority::ALL.map(line).into()
}

async fn show(
    State(operations): State<Operations>,
    member: Member,
    headers: HeaderMap,
    Query(query): Query<ListQuery>,
    Query(wanted): Query<Wanted>,
) -> Result<Html<JobsPage>, Problem> {
    let viewer = operations.viewer(&member);
    let page = list(&operations, &member, &query, wanted.clone()).await?;
    let mut tx = operations.db.system().await?;
    let counts = tx.job_counts(viewer).await?;
    // The schedule is the installation's, not a workspace's.
    let ticks = if viewer.operator {
        tx.schedule_ticks().await?
    } else {
        Vec::new()
    };
    let path = "/operations/jobs";
    let of_state = wanted
        .state
        .map_or_else(String::new, |state| format!("&state={}", state.as_str()));
    Ok(Html(JobsPage {
        shell: member_shell(&member, "operations", &headers),
        tab: "jobs",
        operator: viewer.operator,
        lines: lines(&counts),
        rows: page.items,
        chips: tabs::chips(path, JOBS, wanted.state, JobState::as_str, ""),
        next: tabs::next(path, &of_state, page.next_cursor),
        ticks,
        here: format!("{path}?{}", of_state.trim_start_matches('&')),
    }))
}

async fn again(
    State(operations): State<Operations>,
    member: Member,
    Path(id): Path<JobId>,
) -> Result<Response, Problem> {
    retry(&operations, &member, id).await?;
    Ok(told("ui.done.again", "/operations/jobs"))
}
