//! Runs the product: the web door, the workers and the schedule, as far as the roles say.

mod connections;

use std::net::SocketAddr;
use std::sync::Arc;
use std::time::Duration;

use anyhow::Context as _;
use db::Ledger;
use queue::{AtOnce, Process, Worker};
use tokio::net::TcpListener;
use tokio::sync::watch;
use tokio::task::JoinSet;
use tokio_util::sync::CancellationToken;

use crate::cli::RoleName;
use crate::parts::Parts;
use crate::router;
use connections::Patience;

/// How many webhook bodies, runs and effects are at work at a time in one process.
const JOURNAL_AT_ONCE: usize = 8;
const RUNS_AT_ONCE: usize = 16;
const EFFECTS_AT_ONCE: usize = 16;

/// How many jobs are at work at a time in one process.
const JOBS_AT_ONCE: AtOnce = AtOnce { any: 6, high: 4 };

/// How long what is at work may go on after the process was asked to stop.
const DRAIN: Duration = Duration::from_secs(10);
/// How long the connections to the database may take to close.
const CLOSE: Duration = Duration::from_secs(3);

/// How many connections the workers share: enough to keep the processors busy, few enough that a
/// crowd of waiting work never keeps the door and the pages waiting.
fn backstage_connections() -> u32 {
    let processors = std::thread::available_parallelism().map_or(2, usize::from);
    u32::try_from(processors * 2).unwrap_or(16).clamp(4, 16)
}

/// Binds an address that people and platforms reach; `way_out` says what helps when another program
/// has it.
pub async fn bind(address: SocketAddr, way_out: &str) -> anyhow::Result<TcpListener> {
    TcpListener::bind(address)
        .await
        .with_context(|| format!("nothing can listen on {address}; another program may: {way_out}"))
}

/// Serves on the listener, or works without one when there is none to reach, until `stop`; then it
/// finishes or hands back what is at work. What takes too long is left to other processes, or to
/// the next start.
pub async fn run(
    parts: Parts,
    listener: Option<TcpListener>,
    roles: &[RoleName],
    stop: CancellationToken,
) -> anyhow::Result<()> {
    let names = roles.iter().map(|role| role.as_str().to_owned()).collect();
    // Workers finish first; only then does the process leave the table.
    let leave = CancellationToken::new();
    let (process, watcher) =
        Process::start(parts.db.clone(), parts.clock.clone(), names, leave.clone()).await?;
    let mut tasks = JoinSet::new();
    let backstage = parts.db.beside(backstage_connections());
    if roles.contains(&RoleName::Worker) {
        spawn_workers(&mut tasks, &parts.clone().on(&backstage), &process, &stop);
    }
    if roles.contains(&RoleName::Scheduler) {
        let tasks_of_parts = crate::schedule::recurring(&parts);
        let (db, clock) = (parts.db.clone(), parts.clock.clone());
        tasks.spawn(queue::recur(db, clock, tasks_of_parts, stop.clone()));
    }
    let cut = CancellationToken::new();
    let deadline = tokio::spawn(pass(stop.clone(), cut.clone()));
    if let Some(listener) = listener.filter(|_| roles.contains(&RoleName::Web)) {
        let (ending, ended) = watch::channel(false);
        let app = router::router(&parts, ended);
        let stopping = stop.clone();
        let streams = tokio::spawn(async move {
            stopping.cancelled().await;
            // Open streams of change signals end, or the server would wait for them.
            ending.send_replace(true);
        });
        connections::serve(listener, app, Patience::default(), &stop, &cut).await;
        streams.abort();
    } else {
        stop.cancelled().await;
    }
    let finished = async { while tasks.join_next().await.is_some() {} };
    if cut.run_until_cancelled(finished).await.is_none() {
        tracing::warn!("work was still going on; others take it over, or the next start");
        tasks.shutdown().await;
    }
    deadline.abort();
    tokio::time::timeout(CLOSE, backstage.close()).await.ok();
    leave.cancel();
    watcher.await?;
    Ok(())
}

/// Cuts what is at work off when the time since the request to stop is up.
async fn pass(stop: CancellationToken, cut: CancellationToken) {
    stop.cancelled().await;
    tokio::time::sleep(DRAIN).await;
    cut.cancel();
}

fn spawn_workers(
    tasks: &mut JoinSet<()>,
    parts: &Parts,
    process: &Process,
    stop: &CancellationToken,
) {
    let worker = Worker {
        db: parts.db.clone(),
        clock: parts.clock.clone(),
        process: process.clone(),
        stop: stop.clone(),
    };
    let channels = parts.channels.clone();
    tasks.spawn(queue::work(
        worker.clone(),
        Ledger::Journal,
        JOURNAL_AT_ONCE,
        |tx, owner, now, most| Box::pin(tx.claim_journal(owner, now, most)),
        move |entry| {
            let channels = channels.clone();
            async move { channels.take_in(entry).await }
        },
    ));
    let agent = parts.agent.clone();
    tasks.spawn(queue::work(
        worker.clone(),
        Ledger::Runs,
        RUNS_AT_ONCE,
        |tx, owner, now, most| Box::pin(tx.claim_runs(owner, now, most)),
        move |claim| {
            let agent = agent.clone();
            async move { agent.handle(claim).await }
        },
    ));
    let jobs = Arc::new(crate::jobs::jobs(parts));
    tasks.spawn(queue::work_jobs(worker.clone(), jobs, JOBS_AT_ONCE));
    let channels = parts.channels.clone();
    tasks.spawn(queue::work(
        worker,
        Ledger::Effects,
        EFFECTS_AT_ONCE,
        |tx, owner, now, most| Box::pin(tx.claim_effects(owner, now, most)),
        move |claim| {
            let channels = channels.clone();
            async move { channels.handle(claim).await }
        },
    ));
}
