//! The loop that claims work from a ledger in batches and hands it to a handler.

use std::future::Future;
use std::sync::Arc;
use std::time::Duration;

use db::{Db, DbResult, Ledger, SystemTx};
use futures::future::BoxFuture;
use kernel::{Clock, ProcessId};
use tokio::sync::{Semaphore, broadcast};
use tokio_util::sync::CancellationToken;
use tokio_util::task::TaskTracker;

use crate::Process;

/// Without a wake-up, workers look for themselves this often.
const LOOK: Duration = Duration::from_millis(500);

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
        chrono::DateTime<chrono::Utc>,
        i64,
    ) -> BoxFuture<'a, DbResult<Vec<T>>>,
    H: Fn(T) -> F,
    F: Future<Output = ()> + Send + 'static,
{
    let slots = Arc::new(Semaphore::new(concurrency));
    let tasks = TaskTracker::new();
    let mut wakes = worker.db.wakes();
    while !worker.stop.is_cancelled() {
        let free = slots.available_permits();
        let claimed = if free == 0 {
            Ok(Vec::new())
        } else {
            claim_batch(&worker, &claim, free).await
        };
        let rows = claimed.unwrap_or_else(|error| {
            tracing::debug!(%error, ?ledger, "nothing could be claimed");
            Vec::new()
        });
        let took_all = free > 0 && rows.len() >= free;
        let any = !rows.is_empty();
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
        if took_all || free == 0 {
            // More may wait: go on as soon as one is done.
            tokio::select! {
                () = worker.stop.cancelled() => break,
                slot = slots.acquire() => drop(slot),
            }
        } else if !any {
            rest(&worker, ledger, &mut wakes).await;
        }
    }
    tasks.close();
    tasks.wait().await;
}

async fn claim_batch<T, C>(worker: &Worker, claim: &C, most: usize) -> DbResult<Vec<T>>
where
    C: for<'a> Fn(
        &'a mut SystemTx,
        ProcessId,
        chrono::DateTime<chrono::Utc>,
        i64,
    ) -> BoxFuture<'a, DbResult<Vec<T>>>,
{
    let most = i64::try_from(most.min(64)).unwrap_or(64);
    let mut tx = worker.db.system().await?;
    let rows = claim(&mut tx, worker.process.id(), worker.clock.now(), most).await?;
    tx.commit().await?;
    Ok(rows)
}

/// Sleeps until the ledger is woken, its next row falls due, or it is time to look anyway.
async fn rest(worker: &Worker, ledger: Ledger, wakes: &mut broadcast::Receiver<Ledger>) {
    let nap = tokio::time::sleep(LOOK.min(until_next_due(worker).await));
    tokio::pin!(nap);
    loop {
        tokio::select! {
            () = worker.stop.cancelled() => return,
            () = &mut nap => return,
            woken = wakes.recv() => match woken {
                Ok(which) if which != ledger => {}
                Ok(_) | Err(broadcast::error::RecvError::Lagged(_)) => return,
                Err(broadcast::error::RecvError::Closed) => {
                    nap.as_mut().await;
                    return;
                }
            },
        }
    }
}

async fn until_next_due(worker: &Worker) -> Duration {
    let due = async {
        let mut tx = worker.db.system().await?;
        tx.next_due().await
    };
    match due.await {
        Ok(Some(due)) => (due - worker.clock.now())
            .to_std()
            .unwrap_or(Duration::from_millis(20))
            .max(Duration::from_millis(20)),
        Ok(None) | Err(_) => LOOK,
    }
}
