//! The running process: registered while it lives, taken over when it dies.

use std::sync::{Arc, PoisonError, RwLock};
use std::time::Duration;

use db::{Db, DbError, Ledger};
use kernel::{Clock, ProcessId};
use sqlx::{Connection, PgConnection};
use tokio_util::sync::CancellationToken;

/// How often a process says that it lives and looks for dead ones.
const BEAT: Duration = Duration::from_millis(500);
/// A process that was not heard of for this long stands still; its work is taken over. Nothing
/// begins to send later than half of it after a claim.
const STILL: Duration = Duration::from_secs(10);

/// Why a process could not be registered.
#[derive(Debug, thiserror::Error)]
#[error("this process could not be registered in the database")]
pub struct ProcessError(#[from] DbError);

/// This process as the others know it. Its id changes when the others took it for dead and it
/// comes back: what it held before belongs to them.
#[derive(Clone)]
pub struct Process {
    inner: Arc<Inner>,
}

struct Inner {
    db: Db,
    clock: Clock,
    roles: Vec<String>,
    id: RwLock<ProcessId>,
}

impl Process {
    /// Registers this process under its roles (`web`, `worker`, `scheduler`) and begins to watch:
    /// it beats, and frees the work of processes that died, until `stop`. The handle ends once
    /// the process has unregistered and given back what it held.
    pub async fn start(
        db: Db,
        clock: Clock,
        roles: Vec<String>,
        stop: CancellationToken,
    ) -> Result<(Self, tokio::task::JoinHandle<()>), ProcessError> {
        let id = RwLock::new(ProcessId::new());
        let process = Self {
            inner: Arc::new(Inner {
                db,
                clock,
                roles,
                id,
            }),
        };
        let life = process.register().await?;
        let watcher = tokio::spawn(process.clone().watch(life, stop));
        Ok((process, watcher))
    }

    /// The id that leases carry.
    pub fn id(&self) -> ProcessId {
        *self.inner.id.read().unwrap_or_else(PoisonError::into_inner)
    }

    async fn register(&self) -> Result<PgConnection, DbError> {
        let inner = &self.inner;
        let host = host_name();
        let pid = i32::try_from(std::process::id()).unwrap_or_default();
        inner
            .db
            .register_process(self.id(), &host, pid, &inner.roles, inner.clock.now())
            .await
    }

    async fn watch(self, life: PgConnection, stop: CancellationToken) {
        let mut life = Some(life);
        let mut ticks = tokio::time::interval(BEAT);
        ticks.set_missed_tick_behavior(tokio::time::MissedTickBehavior::Delay);
        loop {
            tokio::select! {
                () = stop.cancelled() => break,
                _ = ticks.tick() => {}
            }
            if let Err(error) = self.beat(&mut life).await {
                tracing::debug!(%error, "the process could not say that it lives");
            }
        }
        if let Err(error) = self.leave().await {
            tracing::debug!(%error, "the process could not unregister; others will free its work");
        }
    }

    /// One beat. The lock's connection may have died with the server, or the others may have
    /// taken this process for dead: then it comes back under a new id.
    async fn beat(&self, life: &mut Option<PgConnection>) -> Result<(), DbError> {
        let inner = &self.inner;
        let holds_lock = match life {
            Some(connection) => connection.ping().await.is_ok(),
            None => false,
        };
        let mut tx = inner.db.system().await?;
        let known = tx.beat(self.id(), inner.clock.now()).await?;
        if !known || !holds_lock {
            tx.commit().await?;
            *life = None;
            tracing::warn!("this process was taken for dead; it comes back under a new id");
            *inner.id.write().unwrap_or_else(PoisonError::into_inner) = ProcessId::new();
            *life = Some(self.register().await?);
            return Ok(());
        }
        let reaped = tx.reap(self.id(), inner.clock.now(), STILL).await?;
        tx.commit().await?;
        for dead in reaped {
            tracing::warn!(
                process = %dead.process, journal = dead.journal, runs = dead.runs,
                effects = dead.effects, jobs = dead.jobs, "took over the work of a process that died"
            );
            for ledger in Ledger::ALL {
                inner.db.wake(ledger);
            }
        }
        Ok(())
    }

    async fn leave(&self) -> Result<(), DbError> {
        let mut tx = self.inner.db.system().await?;
        tx.unregister_process(self.id()).await?;
        tx.commit().await
    }
}

impl std::fmt::Debug for Process {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        write!(f, "Process({})", self.id())
    }
}

fn host_name() -> String {
    std::fs::read_to_string("/proc/sys/kernel/hostname")
        .map_or_else(|_| "localhost".to_owned(), |name| name.trim().to_owned())
}
