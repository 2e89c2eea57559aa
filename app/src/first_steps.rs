//! The first steps of a new workspace: what is done is read off the facts, never ticked by hand.

mod api;
mod pages;

use accounts::{members, workspaces};
use chrono::{DateTime, Utc};
use db::{Db, DbResult, TenantTx};
use kernel::Clock;
use serde::Serialize;
use utoipa::ToSchema;
use web::Routes;

/// What these routes need.
#[derive(Clone, Debug)]
pub struct FirstSteps {
    /// The database.
    pub db: Db,
    /// Where instants come from.
    pub clock: Clock,
}

/// A step, in the order in which they are best taken.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, ToSchema)]
#[serde(rename_all = "snake_case")]
pub enum Step {
    /// An Instagram account or a WhatsApp number is connected.
    Channel,
    /// There is a question with its answer, or a document.
    Knowledge,
    /// Somebody chose what the AI does.
    Agent,
    /// Somebody else is a member, or is invited.
    Colleague,
    /// A customer got an answer.
    Answer,
}

/// A step and whether it is done.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, ToSchema)]
pub struct StepState {
    /// The step.
    pub step: Step,
    /// Whether it is done.
    pub done: bool,
}

/// How far a workspace is.
#[derive(Clone, Debug, Serialize, ToSchema)]
pub struct Progress {
    /// Whether the list was put away, by somebody or because it is complete.
    pub dismissed: bool,
    /// The steps in their order.
    pub steps: Vec<StepState>,
}

impl Progress {
    /// How many steps are done.
    pub fn done(&self) -> usize {
        self.steps.iter().filter(|one| one.done).count()
    }

    /// Whether there is nothing left to do.
    pub fn complete(&self) -> bool {
        self.done() == self.steps.len()
    }

    /// The step to take next.
    pub fn next(&self) -> Option<Step> {
        self.steps.iter().find(|one| !one.done).map(|one| one.step)
    }
}

/// How far the workspace is, as the features see it.
pub async fn progress(tx: &mut TenantTx) -> DbResult<Progress> {
    let steps = [
        (Step::Channel, channels::accounts::any_connected(tx).await?),
        (Step::Knowledge, knowledge::anything(tx).await?),
        (Step::Agent, agent::settings::chosen(tx).await?),
        (Step::Colleague, members::in_company(tx).await?),
        (Step::Answer, inbox::thread::any_answered(tx).await?),
    ];
    Ok(Progress {
        dismissed: workspaces::first_steps_dismissed(tx).await?,
        steps: steps.map(|(step, done)| StepState { step, done }).to_vec(),
    })
}

/// What the sidebar says: how many steps of how many are done, while there is something to say. A
/// list that is complete is put away, so that nobody asks for it on every page.
pub async fn remaining(tx: &mut TenantTx, now: DateTime<Utc>) -> DbResult<Option<(u32, u32)>> {
    if workspaces::first_steps_dismissed(tx).await? {
        return Ok(None);
    }
    let progress = progress(tx).await?;
    if progress.complete() {
        workspaces::dismiss_first_steps(tx, now).await?;
        return Ok(None);
    }
    let small = |number: usize| u32::try_from(number).unwrap_or(u32::MAX);
    let (done, all) = (progress.done(), progress.steps.len());
    Ok(Some((small(done), small(all))))
}

/// The routes.
pub fn routes(first_steps: FirstSteps) -> Routes<()> {
    Routes::new()
        .merge(api::routes())
        .merge(pages::routes())
        .with_state(first_steps)
}
