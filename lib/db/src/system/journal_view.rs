//! The journal as people see it: who may see which body, and what they may do with it.

use chrono::{DateTime, Utc};
use kernel::{Platform, WebhookEventId, WorkspaceId};

use super::SystemTx;
use super::journal::JournalState;
use crate::DbResult;

/// Who looks. A body belongs to the workspaces that it was routed to; one that was routed to none
/// (an unknown account, a body that can't be read) belongs to the installation's operators.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Viewer {
    /// The workspace that the person manages.
    pub workspace: WorkspaceId,
    /// Whether the person operates the installation.
    pub operator: bool,
}

/// What to list.
#[derive(Clone, Copy, Debug)]
pub struct JournalFilter {
    /// For whom.
    pub viewer: Viewer,
    /// Only those in this state.
    pub state: Option<JournalState>,
    /// Only those of this platform.
    pub platform: Option<Platform>,
    /// Only those that came before this one, for paging.
    pub before: Option<WebhookEventId>,
    /// How many.
    pub limit: i64,
}

/// A line of the journal, without the body.
#[derive(Clone, Debug)]
pub struct JournalRow {
    /// The row.
    pub id: WebhookEventId,
    /// Who sent it.
    pub platform: String,
    /// When it came.
    pub received_at: DateTime<Utc>,
    /// How far it is.
    pub state: String,
    /// How often it was tried.
    pub attempts: i32,
    /// How many events were taken in.
    pub events: i32,
    /// How many belonged to accounts that nobody connected.
    pub unrouted: i32,
    /// Why it is parked, or why the last try failed.
    pub error: Option<String>,
    /// Its size in bytes.
    pub size: i32,
    /// Whether other workspaces are in the same body: then its words are shown to nobody.
    pub shared: bool,
}

impl SystemTx {
    /// The journal as this person may see it, newest first.
    pub async fn list_journal(&mut self, filter: JournalFilter) -> DbResult<Vec<JournalRow>> {
        Ok(sqlx::query_as!(
            JournalRow,
            r#"SELECT id AS "id: WebhookEventId", platform, received_at, state, attempts, events,
                      unrouted, error, octet_length(body) AS "size!",
                      cardinality(workspaces) > 1 AS "shared!"
               FROM webhook_events
               WHERE ($1 = ANY(workspaces) OR ($2 AND workspaces = '{}'))
                 AND ($3::text IS NULL OR state = $3)
                 AND ($4::text IS NULL OR platform = $4)
                 AND ($5::uuid IS NULL OR id < $5)
               ORDER BY id DESC LIMIT $6"#,
            filter.viewer.workspace.uuid(),
            filter.viewer.operator,
            filter.state.map(JournalState::as_str),
            filter.platform.map(Platform::as_str),
            filter.before.map(WebhookEventId::uuid),
            filter.limit,
        )
        .fetch_all(self.conn())
        .await?)
    }

    /// One line of the journal.
    pub async fn journal_row(
        &mut self,
        id: WebhookEventId,
        viewer: Viewer,
    ) -> DbResult<Option<JournalRow>> {
        Ok(sqlx::query_as!(
            JournalRow,
            r#"SELECT id AS "id: WebhookEventId", platform, received_at, state, attempts, events,
                      unrouted, error, octet_length(body) AS "size!",
                      cardinality(workspaces) > 1 AS "shared!"
               FROM webhook_events
               WHERE id = $1 AND ($2 = ANY(workspaces) OR ($3 AND workspaces = '{}'))"#,
            id.uuid(),
            viewer.workspace.uuid(),
            viewer.operator,
        )
        .fetch_optional(self.conn())
        .await?)
    }

    /// The bytes as they came, when the body concerns nobody but this person's workspace, or
    /// nobody at all and the person operates the installation.
    pub async fn journal_body(
        &mut self,
        id: WebhookEventId,
        viewer: Viewer,
    ) -> DbResult<Option<Vec<u8>>> {
        Ok(sqlx::query_scalar!(
            "SELECT body FROM webhook_events
             WHERE id = $1 AND (workspaces = ARRAY[$2::uuid] OR ($3 AND workspaces = '{}'))",
            id.uuid(),
            viewer.workspace.uuid(),
            viewer.operator,
        )
        .fetch_optional(self.conn())
        .await?)
    }

    /// Sends a body that is parked or was taken in through again.
    pub async fn replay_journal(
        &mut self,
        id: WebhookEventId,
        viewer: Viewer,
        now: DateTime<Utc>,
    ) -> DbResult<bool> {
        let done = sqlx::query!(
            "UPDATE webhook_events SET state = 'pending', due_at = $4, attempts = 0
             WHERE id = $1 AND state IN ('parked', 'done')
               AND ($2 = ANY(workspaces) OR ($3 AND workspaces = '{}'))",
            id.uuid(),
            viewer.workspace.uuid(),
            viewer.operator,
            now,
        )
        .execute(self.conn())
        .await?;
        Ok(done.rows_affected() == 1)
    }

    /// Sends all parked bodies that this person may see through again; answers how many.
    pub async fn replay_parked(&mut self, viewer: Viewer, now: DateTime<Utc>) -> DbResult<u64> {
        Ok(sqlx::query!(
            "UPDATE webhook_events SET state = 'pending', due_at = $3, attempts = 0
             WHERE state = 'parked' AND ($1 = ANY(workspaces) OR ($2 AND workspaces = '{}'))",
            viewer.workspace.uuid(),
            viewer.operator,
            now,
        )
        .execute(self.conn())
        .await?
        .rows_affected())
    }
}
