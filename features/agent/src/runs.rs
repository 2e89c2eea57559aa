//! The agent's runs as operations show them.

use chrono::{DateTime, Utc};
use db::{DbResult, TenantTx};
use kernel::{ConversationId, Limit, Page, RunId};
use serde::{Deserialize, Serialize};

use crate::store;

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
