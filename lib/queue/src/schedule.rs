//! Recurring work: each tick runs in exactly one process.

use std::time::Duration;

use chrono::{DateTime, Utc};
use futures::future::BoxFuture;
use kernel::Clock;
use tokio_util::sync::CancellationToken;

/// A recurring task.
pub struct Recurring {
    /// Its stable name, in logs and on the operations page.
    pub name: &'static str,
    /// How often; ticks fall on whole multiples of it since the epoch.
    pub every: Duration,
    /// What it does. An error is a sentence for the operations page.
    pub run: Box<dyn Fn() -> BoxFuture<'static, Result<(), String>> + Send + Sync>,
}

impl std::fmt::Debug for Recurring {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        write!(f, "{} every {:?}", self.name, self.every)
    }
}

/// Runs the tasks until stopped, each on its own, so that a long one holds up no other. Every
/// scheduler may run the same list: a tick is taken by one.
pub async fn recur(db: db::Db, clock: Clock, tasks: Vec<Recurring>, stop: CancellationToken) {
    let each = tasks.iter().map(|task| repeat(&db, &clock, task, &stop));
    futures::future::join_all(each).await;
}

async fn repeat(db: &db::Db, clock: &Clock, task: &Recurring, stop: &CancellationToken) {
    let mut seconds = tokio::time::interval(Duration::from_secs(1));
    seconds.set_missed_tick_behavior(tokio::time::MissedTickBehavior::Delay);
    let mut last = None;
    loop {
        tokio::select! {
            () = stop.cancelled() => return,
            _ = seconds.tick() => {}
        }
        let now = clock.now();
        let tick = tick_of(now, task.every);
        if last == Some(tick) {
            continue;
        }
        match run_tick(db, task, tick, now).await {
            Ok(()) => last = Some(tick),
            Err(error) => {
                tracing::debug!(%error, task = task.name, "a tick could not be taken");
            }
        }
    }
}

/// The last whole multiple of `every` at or before `now`.
fn tick_of(now: DateTime<Utc>, every: Duration) -> DateTime<Utc> {
    let every = i64::try_from(every.as_secs()).unwrap_or(i64::MAX).max(1);
    let tick = now.timestamp().div_euclid(every).saturating_mul(every);
    DateTime::from_timestamp(tick, 0).unwrap_or(now)
}

async fn run_tick(
    db: &db::Db,
    task: &Recurring,
    tick: DateTime<Utc>,
    now: DateTime<Utc>,
) -> db::DbResult<()> {
    let mut tx = db.system().await?;
    let mine = tx.take_tick(task.name, tick, now).await?;
    tx.commit().await?;
    if !mine {
        return Ok(());
    }
    if let Err(problem) = (task.run)().await {
        tracing::warn!(task = task.name, %problem, "a recurring task failed");
        let mut tx = db.system().await?;
        tx.note_tick(task.name, &problem).await?;
        tx.commit().await?;
    }
    Ok(())
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn ticks_fall_on_whole_multiples() {
        let at = |seconds| DateTime::from_timestamp(seconds, 0).unwrap();
        assert_eq!(tick_of(at(125), Duration::from_mins(1)), at(120));
        assert_eq!(tick_of(at(120), Duration::from_mins(1)), at(120));
    }
}
