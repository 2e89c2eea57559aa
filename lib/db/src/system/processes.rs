//! The running processes, and taking over the work of those that died.

use std::time::Duration;

use chrono::{DateTime, Utc};
use kernel::ProcessId;
use sqlx::postgres::PgConnection;

use super::SystemTx;
use crate::{Db, DbResult};

/// A process as operations show it.
#[derive(Clone, Debug)]
pub struct ProcessRow {
    /// Its id.
    pub id: ProcessId,
    /// Its machine.
    pub host: String,
    /// Its process number there.
    pub pid: i32,
    /// What it runs: web, worker, scheduler.
    pub roles: Vec<String>,
    /// Since when.
    pub started_at: DateTime<Utc>,
    /// When it was heard of last.
    pub seen_at: DateTime<Utc>,
}

/// What was taken back from a process that died.
#[derive(Clone, Debug)]
pub struct Reaped {
    /// The process.
    pub process: ProcessId,
    /// Rows of the journal, of the runs and of the effects that are free again.
    pub journal: u64,
    /// See `journal`.
    pub runs: u64,
    /// See `journal`.
    pub effects: u64,
    /// Jobs that are free again.
    pub jobs: u64,
}

/// The advisory lock that a process holds while it lives.
fn lock_key(id: ProcessId) -> i64 {
    let (_, low) = id.uuid().as_u64_pair();
    low.cast_signed()
}

impl Db {
    /// Writes a process into the table and takes its advisory lock on a connection of its own,
    /// which must be kept for as long as the process lives: the server frees the lock the moment
    /// that connection ends, however the process ended.
    pub async fn register_process(
        &self,
        id: ProcessId,
        host: &str,
        pid: i32,
        roles: &[String],
        now: DateTime<Utc>,
    ) -> DbResult<PgConnection> {
        let mut life = self.pool().acquire().await?.detach();
        sqlx::query("SELECT pg_advisory_lock($1)")
            .bind(lock_key(id))
            .execute(&mut life)
            .await?;
        sqlx::query!(
            "INSERT INTO processes (id, lock_key, host, pid, roles, started_at, seen_at)
             VALUES ($1, $2, $3, $4, $5, $6, $6)
             ON CONFLICT (id) DO UPDATE SET seen_at = excluded.seen_at",
            id.uuid(),
            lock_key(id),
            host,
            pid,
            roles,
            now,
        )
        .execute(&mut life)
        .await?;
        Ok(life)
    }
}

impl SystemTx {
    /// Says that the process lives. False when it was taken for dead meanwhile: then all it holds
    /// belongs to others.
    pub async fn beat(&mut self, id: ProcessId, now: DateTime<Utc>) -> DbResult<bool> {
        let alive = sqlx::query!(
            "UPDATE processes SET seen_at = $2 WHERE id = $1",
            id.uuid(),
            now
        )
        .execute(self.conn())
        .await?;
        Ok(alive.rows_affected() == 1)
    }

    /// Takes the process from the table; its leases are freed.
    pub async fn unregister_process(&mut self, id: ProcessId) -> DbResult<Reaped> {
        self.free_all_of(id).await
    }

    /// The processes that are known.
    pub async fn processes(&mut self) -> DbResult<Vec<ProcessRow>> {
        Ok(sqlx::query_as!(
            ProcessRow,
            r#"SELECT id AS "id: ProcessId", host, pid, roles, started_at, seen_at
               FROM processes ORDER BY started_at, id"#
        )
        .fetch_all(self.conn())
        .await?)
    }

    /// Finds processes that are gone (nobody holds their lock) or that stood still for longer than
    /// `still`, and frees what they held.
    pub async fn reap(
        &mut self,
        me: ProcessId,
        now: DateTime<Utc>,
        still: Duration,
    ) -> DbResult<Vec<Reaped>> {
        let limit = now - chrono::Duration::from_std(still).unwrap_or_default();
        // A process that has only just registered may not hold its lock for the eyes of this
        // transaction, hence the half second.
        let dead = sqlx::query_scalar!(
            r#"SELECT id AS "id: ProcessId" FROM processes
               WHERE id <> $1
                 AND (seen_at < $2
                      OR (started_at < $3::timestamptz - interval '500 milliseconds'
                          AND pg_try_advisory_xact_lock(lock_key)))
               FOR UPDATE SKIP LOCKED"#,
            me.uuid(),
            limit,
            now,
        )
        .fetch_all(self.conn())
        .await?;
        let mut reaped = Vec::new();
        for id in dead {
            reaped.push(self.free_all_of(id).await?);
        }
        Ok(reaped)
    }

    /// Frees what a process holds. Journal rows, runs and jobs can simply be done again. An effect that
    /// was only taken, not begun, goes back too; one that was begun may have reached the platform:
    /// it is unknown until the platform was asked.
    async fn free_all_of(&mut self, id: ProcessId) -> DbResult<Reaped> {
        let owner = id.uuid();
        let journal = sqlx::query!(
            "UPDATE webhook_events SET state = 'pending', lease_owner = NULL
             WHERE lease_owner = $1 AND state = 'running'",
            owner
        )
        .execute(self.conn())
        .await?
        .rows_affected();
        // A newer run waits already: the older one has nothing left to do.
        sqlx::query!(
            "UPDATE agent_runs r SET state = 'superseded', lease_owner = NULL, reason = 'newer_run'
             WHERE lease_owner = $1 AND state = 'running' AND EXISTS
                (SELECT FROM agent_runs p WHERE p.workspace_id = r.workspace_id
                   AND p.conversation_id = r.conversation_id AND p.state = 'pending')",
            owner
        )
        .execute(self.conn())
        .await?;
        let runs = sqlx::query!(
            "UPDATE agent_runs SET state = 'pending', lease_owner = NULL
             WHERE lease_owner = $1 AND state = 'running'",
            owner
        )
        .execute(self.conn())
        .await?
        .rows_affected();
        let effects = sqlx::query!(
            "UPDATE effects SET lease_owner = NULL,
                state = CASE WHEN state = 'in_flight' AND attempted_at IS NULL THEN 'pending'
                             ELSE 'unknown' END
             WHERE lease_owner = $1 AND state IN ('in_flight', 'unknown')",
            owner
        )
        .execute(self.conn())
        .await?
        .rows_affected();
        let jobs = self.free_jobs_of(id).await?;
        sqlx::query!("DELETE FROM processes WHERE id = $1", owner)
            .execute(self.conn())
            .await?;
        Ok(Reaped {
            process: id,
            journal,
            runs,
            effects,
            jobs,
        })
    }
}
