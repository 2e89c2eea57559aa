//! The journal of webhook bodies.

use std::time::Duration;

use chrono::{DateTime, Utc};
use kernel::{Platform, ProcessId, WebhookEventId, WorkspaceId};

use super::{Lease, SystemTx};
use crate::{Db, DbError, DbResult};

/// A claimed body.
#[derive(Clone, Debug)]
pub struct JournalEntry {
    /// The row.
    pub id: WebhookEventId,
    /// Who sent it.
    pub platform: Platform,
    /// The bytes, as they came.
    pub body: Vec<u8>,
    /// When it was committed.
    pub received_at: DateTime<Utc>,
    /// How often it was tried, this time included.
    pub attempts: i32,
    /// The lease.
    pub lease: Lease,
}

/// How far a body is.
#[derive(Clone, Copy, Debug, PartialEq, Eq, serde::Serialize, serde::Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum JournalState {
    /// Waiting.
    Pending,
    /// Being taken in.
    Running,
    /// Taken in.
    Done,
    /// Can't be taken in; waits for a person.
    Parked,
}

impl JournalState {
    /// Every state.
    pub const ALL: [Self; 4] = [Self::Pending, Self::Running, Self::Done, Self::Parked];

    /// The name in the database and the API.
    pub const fn as_str(self) -> &'static str {
        match self {
            Self::Pending => "pending",
            Self::Running => "running",
            Self::Done => "done",
            Self::Parked => "parked",
        }
    }
}

impl Db {
    /// Commits webhook bodies, several in one statement. When this returns, they are durable.
    pub async fn append_to_journal(
        &self,
        bodies: &[(WebhookEventId, Platform, Vec<u8>)],
        now: DateTime<Utc>,
    ) -> DbResult<()> {
        let ids: Vec<uuid::Uuid> = bodies.iter().map(|(id, ..)| id.uuid()).collect();
        let platforms: Vec<String> = bodies
            .iter()
            .map(|(_, platform, _)| platform.as_str().to_owned())
            .collect();
        let raw: Vec<Vec<u8>> = bodies.iter().map(|(.., body)| body.clone()).collect();
        let mut tx = self.system().await?;
        sqlx::query!(
            "INSERT INTO webhook_events (id, platform, body, received_at, due_at)
             SELECT id, platform, body, $4, $4
             FROM unnest($1::uuid[], $2::text[], $3::bytea[]) AS t(id, platform, body)",
            &ids,
            &platforms,
            &raw,
            now,
        )
        .execute(tx.conn())
        .await?;
        tx.commit().await
    }
}

impl SystemTx {
    /// Claims bodies that wait, oldest first.
    pub async fn claim_journal(
        &mut self,
        owner: ProcessId,
        now: DateTime<Utc>,
        most: i64,
    ) -> DbResult<Vec<JournalEntry>> {
        self.may_forget_a_claim().await?;
        let rows = sqlx::query!(
            "UPDATE webhook_events SET state = 'running', lease_owner = $1,
                    lease_token = lease_token + 1, leased_at = $2, attempts = attempts + 1
             WHERE id IN (SELECT id FROM webhook_events
                          WHERE state = 'pending' AND due_at <= $2
                          ORDER BY due_at LIMIT $3 FOR UPDATE SKIP LOCKED)
             RETURNING id, platform, body, received_at, attempts, lease_token",
            owner.uuid(),
            now,
            most,
        )
        .fetch_all(self.conn())
        .await?;
        rows.into_iter()
            .map(|row| {
                Ok(JournalEntry {
                    id: row.id.into(),
                    platform: row
                        .platform
                        .parse()
                        .map_err(|_| DbError::Corrupt(format!("platform {:?}", row.platform)))?,
                    body: row.body,
                    received_at: row.received_at,
                    attempts: row.attempts,
                    lease: Lease {
                        owner,
                        token: row.lease_token,
                    },
                })
            })
            .collect()
    }

    /// The body was taken in. False when the lease is lost.
    pub async fn finish_journal(
        &mut self,
        id: WebhookEventId,
        lease: Lease,
        events: i32,
        unrouted: i32,
        workspaces: &[WorkspaceId],
        now: DateTime<Utc>,
    ) -> DbResult<bool> {
        let workspaces: Vec<uuid::Uuid> = workspaces.iter().map(|id| id.uuid()).collect();
        let done = sqlx::query!(
            "UPDATE webhook_events SET state = 'done', lease_owner = NULL, finished_at = $3,
                    events = $4, unrouted = $5, workspaces = $6, error = NULL
             WHERE id = $1 AND lease_token = $2 AND state = 'running'",
            id.uuid(),
            lease.token,
            now,
            events,
            unrouted,
            &workspaces,
        )
        .execute(self.conn())
        .await?;
        Ok(done.rows_affected() == 1)
    }

    /// The body could not be taken in now: again at `due`, or parked for a person when `None`.
    pub async fn put_back_journal(
        &mut self,
        id: WebhookEventId,
        lease: Lease,
        error: &str,
        due: Option<DateTime<Utc>>,
        now: DateTime<Utc>,
    ) -> DbResult<bool> {
        let done = sqlx::query!(
            "UPDATE webhook_events SET lease_owner = NULL, error = $3,
                    state = CASE WHEN $4::timestamptz IS NULL THEN 'parked' ELSE 'pending' END,
                    due_at = coalesce($4, due_at),
                    finished_at = CASE WHEN $4::timestamptz IS NULL THEN $5::timestamptz END
             WHERE id = $1 AND lease_token = $2 AND state = 'running'",
            id.uuid(),
            lease.token,
            error,
            due,
            now,
        )
        .execute(self.conn())
        .await?;
        Ok(done.rows_affected() == 1)
    }

    /// Whether a body older than `before` still waits to be taken in.
    pub async fn journal_has_open_before(&mut self, before: DateTime<Utc>) -> DbResult<bool> {
        Ok(sqlx::query_scalar!(
            r#"SELECT EXISTS (SELECT FROM webhook_events
                 WHERE state IN ('pending', 'running') AND received_at < $1) AS "open!""#,
            before
        )
        .fetch_one(self.conn())
        .await?)
    }

    /// Deletes bodies that were taken in longer ago than `keep`.
    pub async fn trim_journal(&mut self, now: DateTime<Utc>, keep: Duration) -> DbResult<u64> {
        let before = now - chrono::Duration::from_std(keep).unwrap_or_default();
        Ok(sqlx::query!(
            "DELETE FROM webhook_events WHERE state = 'done' AND finished_at < $1",
            before
        )
        .execute(self.conn())
        .await?
        .rows_affected())
    }
}
