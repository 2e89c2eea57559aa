//! One claimed job: its attempt, whatever becomes of it, and what is noted then.

use std::panic::AssertUnwindSafe;
use std::sync::Arc;
use std::time::{Duration, Instant};

use db::{ClaimedJob, DbResult, Ledger};
use futures::FutureExt as _;
use tracing::Instrument as _;

use super::{Handler, Jobs};
use crate::backoff::backoff;
use crate::{Attempt, JobError, Worker};

/// How long a job may go on after the process was asked to stop, before it is handed back.
const GRACE: Duration = Duration::from_secs(5);
/// Between two attempts to note what became of a job.
const PAUSE: Duration = Duration::from_millis(500);

enum Outcome {
    Done,
    Failed(JobError),
    HandedBack,
}

/// Does a claimed job and notes what became of it.
pub(super) async fn attend(worker: Worker, jobs: Arc<Jobs>, claimed: ClaimedJob) {
    let Some(handler) = jobs.handlers.get(&claimed.kind) else {
        return;
    };
    let span = tracing::info_span!("job", job_id = %claimed.id, kind = claimed.kind);
    let began = Instant::now();
    let outcome = tokio::select! {
        outcome = attempt(handler, &claimed).instrument(span.clone()) => outcome,
        () = asked_to_go(&worker) => Outcome::HandedBack,
    };
    let ms = u64::try_from(began.elapsed().as_millis()).unwrap_or(u64::MAX);
    span.in_scope(|| {
        tracing::info!(
            attempt = claimed.attempts,
            outcome = name(&outcome),
            ms,
            "worked at"
        );
    });
    metrics::counter!("jobs_total", "kind" => claimed.kind.clone(), "outcome" => name(&outcome))
        .increment(1);
    // A row that stays claimed by a living process would wait for ever. One of a process that
    // ends is freed by the others.
    while let Err(error) = settle(&worker, handler, &claimed, &outcome).await {
        tracing::debug!(%error, job = %claimed.id, "what became of a job can't be noted yet");
        if worker.stop.is_cancelled() {
            return;
        }
        tokio::time::sleep(PAUSE).await;
    }
    if claimed.serial {
        worker.db.wake(Ledger::Jobs);
    }
    if let Some(scope) = &claimed.scope {
        worker.db.signal(scope, "jobs-changed");
    }
}

async fn asked_to_go(worker: &Worker) {
    worker.stop.cancelled().await;
    tokio::time::sleep(GRACE).await;
}

async fn attempt(handler: &Handler, claimed: &ClaimedJob) -> Outcome {
    if claimed.attempts > claimed.max_attempts {
        let why = "every attempt ended with the process that made it";
        return Outcome::Failed(JobError::Never(why.to_owned()));
    }
    let attempt = Attempt {
        id: claimed.id,
        number: claimed.attempts,
        scope: claimed.scope,
        lease: claimed.lease,
    };
    // The handler may panic when it is called and when it is polled.
    let run = AssertUnwindSafe(async { (handler.run)(attempt, claimed.payload.clone()).await });
    match tokio::time::timeout(handler.longest, run.catch_unwind()).await {
        Ok(Ok(Ok(()))) => Outcome::Done,
        Ok(Ok(Err(error))) => Outcome::Failed(error),
        Ok(Err(_)) => Outcome::Failed(JobError::Again("the job's code failed (panic)".to_owned())),
        Err(_) => {
            let seconds = handler.longest.as_secs();
            let why = format!("the attempt took longer than {seconds} seconds");
            Outcome::Failed(JobError::Again(why))
        }
    }
}

fn name(outcome: &Outcome) -> &'static str {
    match outcome {
        Outcome::Done => "done",
        Outcome::Failed(_) => "failed",
        Outcome::HandedBack => "handed_back",
    }
}

async fn settle(
    worker: &Worker,
    handler: &Handler,
    claimed: &ClaimedJob,
    outcome: &Outcome,
) -> DbResult<()> {
    let (id, lease) = (claimed.id, claimed.lease);
    let error = match outcome {
        Outcome::Done => {
            let mut tx = worker.db.system().await?;
            tx.finish_job(id, lease).await?;
            return tx.commit().await;
        }
        Outcome::HandedBack => {
            let mut tx = worker.db.system().await?;
            tx.hand_back_job(id, lease).await?;
            return tx.commit().await;
        }
        Outcome::Failed(error) => error,
    };
    let why = error.to_string();
    let now = worker.clock.now();
    let due = match error {
        _ if claimed.attempts >= claimed.max_attempts => None,
        JobError::Never(_) => None,
        JobError::Again(_) => Some(now + backoff(id, claimed.attempts)),
        JobError::Later { after, .. } => Some(now + *after),
    };
    tracing::warn!(
        job = %id, kind = claimed.kind, attempt = claimed.attempts, again = due.is_some(),
        error = why, "an attempt of a job came to nothing"
    );
    let Some(scope) = &claimed.scope else {
        let mut tx = worker.db.system().await?;
        match due {
            Some(due) => tx.retry_job(id, lease, &why, due).await?,
            None => tx.bury_job(id, lease, &why, now).await?,
        };
        return tx.commit().await;
    };
    let mut tx = worker.db.tenant(scope).await?;
    match due {
        Some(due) => {
            tx.retry_job(id, lease, &why, due).await?;
        }
        None => {
            if tx.bury_job(id, lease, &why, now).await?
                && let Some(given_up) = &handler.given_up
            {
                given_up(&mut tx, claimed.payload.clone(), &why).await?;
            }
        }
    }
    tx.commit().await
}
