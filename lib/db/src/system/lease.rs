//! The lease: how rows of the ledgers are claimed in batches, kept and given back.
//!
//! A claim raises the row's token. Whoever finishes a row names the token he was given, so that
//! a process that stood still and woke up late changes nothing.

use chrono::{DateTime, Utc};
use kernel::{ProcessId, WorkspaceId};
use uuid::Uuid;

use super::SystemTx;
use crate::{Actor, DbResult, Ledger, Scope};

/// What a claimed row is held by.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Lease {
    /// The process that holds it.
    pub owner: ProcessId,
    /// The token of this claim; a later claim has a higher one.
    pub token: i64,
}

/// A claimed row of a tenant's ledger, with the proof to work on it.
#[derive(Clone, Copy, Debug)]
pub struct Claim {
    /// The proof.
    pub scope: Scope,
    /// The row.
    pub id: Uuid,
    /// The lease.
    pub lease: Lease,
}

fn claim(owner: ProcessId, workspace: Uuid, id: Uuid, token: i64) -> Claim {
    let scope = Scope::new(WorkspaceId::from_uuid(workspace), Actor::System);
    Claim {
        scope,
        id,
        lease: Lease { owner, token },
    }
}

impl SystemTx {
    /// Claims agent runs that are due, of conversations where none is at work.
    pub async fn claim_runs(
        &mut self,
        owner: ProcessId,
        now: DateTime<Utc>,
        most: i64,
    ) -> DbResult<Vec<Claim>> {
        self.may_forget_a_claim().await?;
        let rows = sqlx::query!(
            "UPDATE agent_runs SET state = 'running', lease_owner = $1,
                    lease_token = lease_token + 1, leased_at = $2, attempts = attempts + 1,
                    started_at = coalesce(started_at, $2)
             WHERE (workspace_id, id) IN (
                SELECT r.workspace_id, r.id FROM agent_runs r
                WHERE r.state = 'pending' AND r.due_at <= $2
                  AND NOT EXISTS (SELECT FROM agent_runs b
                        WHERE b.workspace_id = r.workspace_id
                          AND b.conversation_id = r.conversation_id AND b.state = 'running')
                ORDER BY r.due_at LIMIT $3 FOR UPDATE SKIP LOCKED)
             RETURNING workspace_id, id, lease_token",
            owner.uuid(),
            now,
            most,
        )
        .fetch_all(self.conn())
        .await?;
        Ok(rows
            .into_iter()
            .map(|r| claim(owner, r.workspace_id, r.id, r.lease_token))
            .collect())
    }

    /// Claims effects that are due: pending ones to send, which become `in_flight`, and unknown
    /// ones to ask about, which stay `unknown`. One at a time for each lane, in order.
    pub async fn claim_effects(
        &mut self,
        owner: ProcessId,
        now: DateTime<Utc>,
        most: i64,
    ) -> DbResult<Vec<Claim>> {
        self.may_forget_a_claim().await?;
        let rows = sqlx::query!(
            "UPDATE effects SET lease_owner = $1, lease_token = lease_token + 1, leased_at = $2,
                    attempted_at = CASE WHEN state = 'pending' THEN NULL ELSE attempted_at END,
                    state = CASE WHEN state = 'pending' THEN 'in_flight' ELSE state END
             WHERE (workspace_id, id) IN (
                SELECT e.workspace_id, e.id FROM effects e
                WHERE e.state IN ('pending', 'unknown') AND e.due_at <= $2
                  AND e.lease_owner IS NULL AND NOT e.resting
                  AND NOT EXISTS (SELECT FROM effects b
                        WHERE b.workspace_id = e.workspace_id AND b.lane = e.lane AND b.seq < e.seq
                          AND b.state IN ('pending', 'in_flight', 'unknown') AND NOT b.resting)
                ORDER BY e.due_at LIMIT $3 FOR UPDATE SKIP LOCKED)
             RETURNING workspace_id, id, lease_token",
            owner.uuid(),
            now,
            most,
        )
        .fetch_all(self.conn())
        .await?;
        Ok(rows
            .into_iter()
            .map(|r| claim(owner, r.workspace_id, r.id, r.lease_token))
            .collect())
    }

    /// When the next open row of a ledger falls due, to sleep until then.
    pub async fn next_due(
        &mut self,
        ledger: Ledger,
        now: DateTime<Utc>,
    ) -> DbResult<Option<DateTime<Utc>>> {
        let due = match ledger {
            Ledger::Journal => {
                sqlx::query_scalar!(
                    "SELECT min(due_at) FROM webhook_events WHERE state = 'pending'"
                )
                .fetch_one(self.conn())
                .await?
            }
            Ledger::Runs => {
                sqlx::query_scalar!("SELECT min(due_at) FROM agent_runs WHERE state = 'pending'")
                    .fetch_one(self.conn())
                    .await?
            }
            Ledger::Effects => {
                sqlx::query_scalar!(
                    "SELECT min(due_at) FROM effects
                     WHERE state IN ('pending', 'unknown') AND lease_owner IS NULL AND NOT resting"
                )
                .fetch_one(self.conn())
                .await?
            }
            // Those that are due and were not claimed wait for another one, whose end wakes us.
            Ledger::Jobs => {
                sqlx::query_scalar!(
                    "SELECT min(due_at) FROM jobs WHERE state = 'pending' AND due_at > $1",
                    now
                )
                .fetch_one(self.conn())
                .await?
            }
        };
        Ok(due)
    }

    /// How many rows are open in the journal, the runs and the effects: for metrics and tests.
    /// Effects that rest for a person are not counted.
    pub async fn open_rows(&mut self) -> DbResult<(i64, i64, i64)> {
        let row = sqlx::query!(
            r#"SELECT
                (SELECT count(*) FROM webhook_events WHERE state IN ('pending', 'running')) AS "journal!",
                (SELECT count(*) FROM agent_runs WHERE state IN ('pending', 'running')) AS "runs!",
                (SELECT count(*) FROM effects
                 WHERE state IN ('pending', 'in_flight', 'unknown') AND NOT resting) AS "effects!""#
        )
        .fetch_one(self.conn())
        .await?;
        Ok((row.journal, row.runs, row.effects))
    }

    /// A claim that a crash of the server forgets leaves the row as it was, so its commit need
    /// not wait for the disk.
    pub(super) async fn may_forget_a_claim(&mut self) -> DbResult<()> {
        sqlx::query("SET LOCAL synchronous_commit = off")
            .execute(self.conn())
            .await?;
        Ok(())
    }
}
