//! The loop that claims work from a ledger in batches and hands it to a handler.

use std::future::Future;
use std::sync::Arc;
use std::time::Duration;

use chrono::{DateTime, Utc};
use db::{Db, DbResult, Ledger, SystemTx};
use futures::future::BoxFuture;
use kernel::{Clock, ProcessId};
use tokio::sync::Semaphore;
use tokio::sync::broadcast;
use tokio::sync::broadcast::error::{RecvError, TryRecvError};
use tokio_util::sync::CancellationToken;
use tokio_util::task::TaskTracker;

use crate::Process;

/// Without a wake-up, workers look for themselves this often.
const LOOK: Duration = Duration::from_millis(500);

/// A row that is due but held back by another one is not asked for more often than this.
const SHORTEST: Duration = Duration::from_millis(20);

/// What a worker's loop needs.
#[derive(Clone, Debug)]
pub struct Worker {
    /// Where the ledger is.
    pub db: Db,
    /// When things fall due.
    pub clock: Clock,
    /// In whose name rows are claimed.
    pub process: Process,
    /// Stops the loop; what is running is finished first.
    pub stop: CancellationToken,
}

/// Claims rows of a ledger, at most `concurrency` at work at a time, and gives each to `handle`,
/// until stopped. Then it waits for what is at work.
pub async fn work<T, C, H, F>(
    worker: Worker,
    ledger: Ledger,
    concurrency: usize,
    claim: C,
    handle: H,
) where
    T: Send + 'static,
    C: for<'a> Fn(
        &'a mut SystemTx,
        ProcessId,
        DateTime<Utc>,
        i64,
    ) -> BoxFuture<'a, DbResult<Vec<T>>>,
    H: Fn(T) -> F,
    F: Future<Output = ()> + Send + 'static,
{
    let slots = Arc::new(Semaphore::new(concurrency));
    let tasks = TaskTracker::new();
    let mut wakes = worker.db.wakes();
    while !worker.stop.is_cancelled() {
        // What woke us until now is seen by the claim below.
        while !matches!(
            wakes.try_recv(),
            Err(TryRecvError::Empty | TryRecvError::Closed)
        ) {}
        let free = slots.available_permits();
        let (rows, due) = if free == 0 {
            (Vec::new(), None)
        } else {
            claim_batch(&worker, ledger, &claim, free)
                .await
                .unwrap_or_else(|error| {
                    tracing::debug!(%error, ?ledger, "nothing could be claimed");
                    (Vec::new(), None)
                })
        };
        let more_may_wait = rows.len() >= free;
        for row in rows {
            let Ok(slot) = Arc::clone(&slots).acquire_owned().await else {
                return;
            };
            let work = handle(row);
            tasks.spawn(async move {
                work.await;
                drop(slot);
            });
        }
        if more_may_wait {
            // Go on as soon as one is done.
            tokio::select! {
                () = worker.stop.cancelled() => break,
                slot = slots.acquire() => drop(slot),
            }
        } else {
            rest(&worker, ledger, &mut wakes, due).await;
        }
    }
    tasks.close();
    tasks.wait().await;
}

/// The rows that are due; when there are fewer than asked for, also when the next one is.
async fn claim_batch<T, C>(
    worker: &Worker,
    ledger: Ledger,
    claim: &C,
    most: usize,
) -> DbResult<(Vec<T>, Option<DateTime<Utc>>)>
where
    C: for<'a> Fn(
        &'a mut SystemTx,
        ProcessId,
        DateTime<Utc>,
        i64,
    ) -> BoxFuture<'a, DbResult<Vec<T>>>,
{
    let most = most.min(64);
    let mut tx = worker.db.system().await?;
    let limit = i64::try_from(most).unwrap_or(64);
    let rows = claim(&mut tx, worker.process.id(), worker.clock.now(), limit).await?;
    let due = if rows.len() < most {
        tx.next_due(ledger, worker.clock.now()).await?
    } else {
        None
    };
    tx.commit().await?;
    Ok((rows, due))
}

/// Sleeps until the ledger is woken, its next row falls due, or it is time to look anyway.
async fn rest(
    worker: &Worker,
    ledger: Ledger,
    wakes: &mut broadcast::Receiver<Ledger>,
    due: Option<DateTime<Utc>>,
) {
    let until_due = due.map_or(LOOK, |due| {
        let left = (due - worker.clock.now()).to_std();
        left.unwrap_or(SHORTEST).max(SHORTEST)
    });
    let nap = tokio::time::sleep(LOOK.min(until_due));
    tokio::pin!(nap);
    loop {
        tokio::select! {
            () = worker.stop.cancelled() => return,
            () = &mut nap => return,
            woken = wakes.recv() => match woken {
                Ok(which) if which != ledger => {}
                Ok(_) | Err(RecvError::Lagged(_)) => return,
                Err(RecvError::Closed) => {
                    nap.as_mut().await;
                    return;
                }
            },
        }
    }
}
