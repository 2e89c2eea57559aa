//! The agent's runs as operations show them.

use chrono::{DateTime, Utc};
use db::{DbError, DbResult, Ledger, TenantTx};
use kernel::{ConversationId, Limit, Page, RunId};
use serde::{Deserialize, Serialize};

use crate::store;
use crate::withdraw::SUPERSEDED;

/// How far a run is.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize, utoipa::ToSchema)]
#[serde(rename_all = "snake_case")]
pub enum RunState {
    /// Waits for a worker.
    Pending,
    /// A worker has it.
    Running,
    /// It decided.
    Done,
    /// A newer one took its place.
    Superseded,
    /// It broke.
    Failed,
}

impl RunState {
    /// Every state.
    pub const ALL: [Self; 5] = [
        Self::Pending,
        Self::Running,
        Self::Done,
        Self::Superseded,
        Self::Failed,
    ];

    /// The name in the database and the API.
    pub const fn as_str(self) -> &'static str {
        match self {
            Self::Pending => "pending",
            Self::Running => "running",
            Self::Done => "done",
            Self::Superseded => "superseded",
            Self::Failed => "failed",
        }
    }
}

/// A run.
#[derive(Clone, Debug, Serialize, utoipa::ToSchema)]
pub struct Run {
    /// Its id.
    pub id: RunId,
    /// The conversation that it looks at.
    pub conversation_id: ConversationId,
    /// How far it is, by the names of [`RunState`].
    pub state: String,
    /// How often it was begun.
    pub attempts: i32,
    /// What it decided.
    pub outcome: Option<String>,
    /// Why, as a stable key.
    pub reason: Option<String>,
    /// When it is due.
    pub due_at: DateTime<Utc>,
    /// Since when it exists.
    pub created_at: DateTime<Utc>,
    /// When it ended.
    pub finished_at: Option<DateTime<Utc>>,
}

/// The workspace's runs, newest first.
pub async fn list(
    tx: &mut TenantTx,
    state: Option<RunState>,
    before: Option<RunId>,
    limit: Limit,
) -> DbResult<Page<Run>> {
    let rows = store::run_list::list(tx, state, before, limit.probe()).await?;
    Ok(Page::from_probe(rows, limit, |run| run.id))
}

/// Why a run was not tried again.
#[derive(Debug, thiserror::Error)]
pub enum RetryError {
    /// No such run in this workspace.
    #[error("there is no such run")]
    NotFound,
    /// It did not fail.
    #[error("only a run that failed can be tried again")]
    NotFailed,
    /// Somebody wrote or took over since: there is another question now, or none.
    #[error("the conversation has moved on since the run failed")]
    MovedOn,
    /// The database.
    #[error("the next run could not be stored")]
    Database(#[from] DbError),
}

/// Has what a failed run was about decided anew, by a run of its own.
pub async fn retry(tx: &mut TenantTx, id: RunId, now: DateTime<Utc>) -> Result<(), RetryError> {
    let conversation = store::runs::conversation_of(tx, id)
        .await?
        .ok_or(RetryError::NotFound)?;
    let held = inbox::conversation::lock(tx, conversation)
        .await?
        .ok_or(RetryError::NotFound)?;
    match store::run_list::failed_for(tx, id).await? {
        None => return Err(RetryError::NotFailed),
        Some(epoch) if epoch != held.epoch => return Err(RetryError::MovedOn),
        Some(_) => {}
    }
    store::withdrawals::mark(tx, id, SUPERSEDED).await?;
    store::withdrawals::look_again(tx, conversation, now).await?;
    tx.wake(Ledger::Runs);
    tx.signal("decisions-changed");
    Ok(())
}
