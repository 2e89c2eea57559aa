//! When recurring tasks ran last.

use chrono::{DateTime, Utc};

use super::SystemTx;
use crate::DbResult;

/// A recurring task's last run.
#[derive(Clone, Debug)]
pub struct ScheduleTick {
    /// The task's name.
    pub task: String,
    /// The tick that it ran for.
    pub tick_at: DateTime<Utc>,
    /// When it ran.
    pub ran_at: DateTime<Utc>,
    /// `ran`, or what went wrong.
    pub outcome: String,
}

impl SystemTx {
    /// Takes a tick for this process: true for exactly one of all that ask for the same one.
    pub async fn take_tick(
        &mut self,
        task: &str,
        tick: DateTime<Utc>,
        now: DateTime<Utc>,
    ) -> DbResult<bool> {
        let taken = sqlx::query_scalar!(
            "INSERT INTO schedule_ticks (task, tick_at, ran_at, outcome) VALUES ($1, $2, $3, 'ran')
             ON CONFLICT (task) DO UPDATE
                SET tick_at = excluded.tick_at, ran_at = excluded.ran_at, outcome = 'ran'
                WHERE schedule_ticks.tick_at < excluded.tick_at
             RETURNING task",
            task,
            tick,
            now,
        )
        .fetch_optional(self.conn())
        .await?;
        Ok(taken.is_some())
    }

    /// Notes what became of a task's last tick.
    pub async fn note_tick(&mut self, task: &str, outcome: &str) -> DbResult<()> {
        sqlx::query!(
            "UPDATE schedule_ticks SET outcome = $2 WHERE task = $1",
            task,
            outcome
        )
        .execute(self.conn())
        .await?;
        Ok(())
    }

    /// The last tick of every task that ever ran.
    pub async fn schedule_ticks(&mut self) -> DbResult<Vec<ScheduleTick>> {
        Ok(sqlx::query_as!(
            ScheduleTick,
            "SELECT task, tick_at, ran_at, outcome FROM schedule_ticks ORDER BY task"
        )
        .fetch_all(self.conn())
        .await?)
    }
}
