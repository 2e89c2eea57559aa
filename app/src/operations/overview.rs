//! The first tab: what waits and which processes run.

use askama::Template;
use axum::extract::State;
use db::{LedgerCount, ProcessRow};
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
}

impl OverviewPage {
    fn ledger_key(ledger: &str) -> &'static str {
        match ledger {
            "journal" => "operations.journal",
            "runs" => "operations.runs",
            "jobs" => "operations.jobs",
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
    // Machines are the installation's, not a workspace's.
    let processes = if viewer.operator {
        tx.processes().await?
    } else {
        Vec::new()
    };
    Ok(Html(OverviewPage {
        shell: member_shell(&member, "operations", &headers),
        tab: "overview",
        operator: viewer.operator,
        counts,
        processes,
    }))
}
