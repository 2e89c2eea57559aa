//! Change signals and wake-ups: names only, never content.
//!
//! They are told after the commit: to this process at once, to the others by NOTIFY, several in
//! one statement. A lost one does no harm: browsers fetch again when they reconnect, and workers
//! look for work on their own every second.

use std::collections::BTreeSet;
use std::sync::Arc;
use std::time::Duration;

use kernel::WorkspaceId;
use serde::{Deserialize, Serialize};
use sqlx::PgPool;
use sqlx::postgres::PgListener;
use tokio::sync::{broadcast, mpsc};

/// The channel of NOTIFY that all processes share.
const CHANNEL: &str = "socialsync";
/// NOTIFY carries at most 8000 bytes.
const MAX_PAYLOAD: usize = 7500;

/// How long the news for other processes gathers: each NOTIFY costs a commit of its own.
const GATHER: Duration = Duration::from_millis(3);

/// Something on screen changed.
#[derive(Clone, Debug, PartialEq, Eq, PartialOrd, Ord, Serialize, Deserialize)]
pub struct Change {
    /// Whose screens.
    #[serde(rename = "w")]
    pub workspace: WorkspaceId,
    /// What: `inbox-changed`, `thread-changed:cnv_…`.
    #[serde(rename = "n")]
    pub name: String,
}

/// A ledger that workers claim from.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum Ledger {
    /// Webhook bodies to take in.
    Journal,
    /// Conversations for the agent.
    Runs,
    /// Writes to the outside world.
    Effects,
    /// Everything else that is done beside requests.
    Jobs,
}

impl Ledger {
    /// All of them.
    pub const ALL: [Self; 4] = [Self::Journal, Self::Runs, Self::Effects, Self::Jobs];
}

/// A ledger has work, perhaps only at a later time.
pub type Wake = Ledger;

#[derive(Clone, Debug, Default, Serialize, Deserialize)]
struct Batch {
    #[serde(rename = "p")]
    process: u64,
    #[serde(rename = "c", default)]
    changes: BTreeSet<Change>,
    #[serde(rename = "k", default)]
    wakes: BTreeSet<Wake>,
}

/// Where this process tells and hears changes.
#[derive(Clone, Debug)]
pub(crate) struct Bus {
    process: u64,
    changes: broadcast::Sender<Change>,
    wakes: broadcast::Sender<Wake>,
    outgoing: mpsc::UnboundedSender<Batch>,
}

impl Bus {
    /// Starts the two tasks that speak and listen for this process.
    pub(crate) fn start(pool: PgPool) -> Self {
        let (changes, _) = broadcast::channel(1024);
        let (wakes, _) = broadcast::channel(256);
        let (outgoing, queue) = mpsc::unbounded_channel();
        let process = rand_u64();
        let bus = Self {
            process,
            changes,
            wakes,
            outgoing,
        };
        tokio::spawn(speak(pool.clone(), queue));
        tokio::spawn(listen(pool, bus.clone()));
        bus
    }

    pub(crate) fn changes(&self) -> broadcast::Receiver<Change> {
        self.changes.subscribe()
    }

    pub(crate) fn wakes(&self) -> broadcast::Receiver<Wake> {
        self.wakes.subscribe()
    }

    /// Tells what one transaction changed.
    pub(crate) fn tell(&self, changes: BTreeSet<Change>, wakes: BTreeSet<Wake>) {
        if changes.is_empty() && wakes.is_empty() {
            return;
        }
        self.tell_here(&changes, &wakes);
        // The receiver is gone only when the process ends.
        let _ = self.outgoing.send(Batch {
            process: self.process,
            changes,
            wakes,
        });
    }

    fn tell_here(&self, changes: &BTreeSet<Change>, wakes: &BTreeSet<Wake>) {
        for change in changes {
            let _ = self.changes.send(change.clone());
        }
        for wake in wakes {
            let _ = self.wakes.send(*wake);
        }
    }
}

fn rand_u64() -> u64 {
    let (high, _) = kernel::ProcessId::new().uuid().as_u64_pair();
    let (_, low) = kernel::ProcessId::new().uuid().as_u64_pair();
    high ^ low
}

/// Sends what has gathered since the last statement, in one.
async fn speak(pool: PgPool, mut queue: mpsc::UnboundedReceiver<Batch>) {
    while let Some(first) = queue.recv().await {
        tokio::time::sleep(GATHER).await;
        let mut batch = first;
        let mut full = false;
        while !full && let Ok(more) = queue.try_recv() {
            batch.changes.extend(more.changes);
            batch.wakes.extend(more.wakes);
            full = batch.changes.len() > 60;
        }
        for payload in payloads(batch) {
            let sent = sqlx::query("SELECT pg_notify($1, $2)")
                .bind(CHANNEL)
                .bind(payload)
                .execute(&pool)
                .await;
            if let Err(error) = sent {
                tracing::debug!(%error, "a change signal could not be sent to other processes");
            }
        }
    }
}

fn payloads(batch: Batch) -> Vec<String> {
    let text = serde_json::to_string(&batch).unwrap_or_default();
    if text.len() <= MAX_PAYLOAD || batch.changes.len() < 2 {
        return vec![text];
    }
    let half = batch.changes.len() / 2;
    let mut first = batch.clone();
    let mut second = Batch {
        wakes: BTreeSet::new(),
        ..batch
    };
    second.changes = first.changes.iter().skip(half).cloned().collect();
    first.changes = first.changes.into_iter().take(half).collect();
    let mut all = payloads(first);
    all.extend(payloads(second));
    all
}

/// Hears the other processes. When the connection was lost, everybody is woken once, because
/// something may have been missed.
async fn listen(pool: PgPool, bus: Bus) {
    let all: Arc<BTreeSet<Wake>> = Arc::new(BTreeSet::from(Ledger::ALL));
    while !pool.is_closed() {
        match connect_listener(&pool).await {
            Ok(mut listener) => {
                bus.tell_here(&BTreeSet::new(), &all);
                while let Ok(Some(heard)) = listener.try_recv().await {
                    let Ok(batch) = serde_json::from_str::<Batch>(heard.payload()) else {
                        continue;
                    };
                    if batch.process != bus.process {
                        bus.tell_here(&batch.changes, &batch.wakes);
                    }
                }
            }
            Err(error) => tracing::debug!(%error, "not listening for changes"),
        }
        tokio::time::sleep(Duration::from_millis(300)).await;
    }
}

async fn connect_listener(pool: &PgPool) -> Result<PgListener, sqlx::Error> {
    let mut listener = PgListener::connect_with(pool).await?;
    listener.listen(CHANNEL).await?;
    Ok(listener)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_large_batch_is_cut_into_payloads_that_fit_and_loses_nothing() {
        let workspace = WorkspaceId::new();
        let changes: BTreeSet<Change> = (0..500)
            .map(|n| Change {
                workspace,
                name: format!("thread-changed:cnv_{n:032}"),
            })
            .collect();
        let wakes = BTreeSet::from([Ledger::Runs]);
        let parts = payloads(Batch {
            process: 7,
            changes: changes.clone(),
            wakes,
        });
        assert!(parts.iter().all(|part| part.len() <= MAX_PAYLOAD));
        let back: Vec<Batch> = parts
            .iter()
            .map(|p| serde_json::from_str(p).unwrap())
            .collect();
        let again: BTreeSet<Change> = back.iter().flat_map(|b| b.changes.clone()).collect();
        assert_eq!(again, changes);
        assert_eq!(back.iter().map(|b| b.wakes.len()).sum::<usize>(), 1);
    }
}
