//! The first tab: what waits, which processes run, what the schedule did.

use askama::Template;
use axum::extract::State;
use db::{LedgerCount, ProcessRow, ScheduleTick};
use http::{HeaderMap, Method};
use kernel::Role;
use web::ui::Shell;
use web::{Access, Html, Member, Problem, Routes, member_shell};

use super::{Operations, tabs};

#[derive(Template)]
#[template(path = "operations_overview.html")]
struct OverviewPage {
    shell: Shell,
    tab: &'static str,
    operator: bool,
    counts: Vec<LedgerCount>,
    processes: Vec<ProcessRow>,
    ticks: Vec<ScheduleTick>,
}

impl OverviewPage {
    fn ledger_key(ledger: &str) -> &'static str {
        match ledger {
            "journal" => "operations.journal",
            "runs" => "operations.runs",
            _ => "operations.effects",
        }
    }

    fn state_key(state: &str) -> &'static str {
        tabs::state_key(state)
    }

    fn tone(state: &str) -> &'static str {
        tabs::tone(state)
    }
}

pub(super) fn routes() -> Routes<Operations> {
    Routes::new().page(
        Method::GET,
        "/operations",
        Access::Member(Role::Admin),
        show,
    )
}

async fn show(
    State(operations): State<Operations>,
    member: Member,
    headers: HeaderMap,
) -> Result<Html<OverviewPage>, Problem> {
    let viewer = operations.viewer(&member);
    let mut tx = operations.db.system().await?;
    let counts = tx.ledger_counts(viewer).await?;
    // Machines and the schedule are the installation's, not a workspace's.
    let (processes, ticks) = if viewer.operator {
        (tx.processes().await?, tx.schedule_ticks().await?)
    } else {
        (Vec::new(), Vec::new())
    };
    Ok(Html(OverviewPage {
        shell: member_shell(&member, "operations", &headers),
        tab: "overview",
        operator: viewer.operator,
        counts,
        processes,
        ticks,
    }))
}
