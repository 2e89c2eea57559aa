//! The list "kind of job → what does it", and the loop that works through the queue.

mod attend;

use std::collections::HashMap;
use std::future::Future;
use std::sync::Arc;
use std::time::Duration;

use db::{DbResult, Ledger, Priority, TenantTx};
use futures::FutureExt as _;
use futures::future::BoxFuture;
use serde_json::Value;

use crate::ledger::{Worker, work};
use crate::{Attempt, Job, JobError};

type Run = Box<dyn Fn(Attempt, Value) -> BoxFuture<'static, Result<(), JobError>> + Send + Sync>;
type GivenUp = Box<
    dyn for<'a> Fn(&'a mut TenantTx, Value, &'a str) -> BoxFuture<'a, DbResult<()>> + Send + Sync,
>;

struct Handler {
    longest: Duration,
    run: Run,
    given_up: Option<GivenUp>,
}

/// How many jobs are at work at a time in one process.
#[derive(Clone, Copy, Debug)]
pub struct AtOnce {
    /// Of any priority.
    pub any: usize,
    /// Beside those, of high priority only: what somebody waits for never stands behind a crowd
    /// of other work.
    pub high: usize,
}

/// The handlers. The application makes the only list.
#[derive(Default)]
pub struct Jobs {
    handlers: HashMap<String, Handler>,
}

impl Jobs {
    /// Adds what does the jobs of a kind.
    #[must_use]
    pub fn on<J: Job, F>(self, run: impl Fn(Attempt, J) -> F + Send + Sync + 'static) -> Self
    where
        F: Future<Output = Result<(), JobError>> + Send + 'static,
    {
        self.add::<J, F>(run, None)
    }

    /// The same, with what follows when such a job of a workspace is given up, in the transaction
    /// that gives it up. It is told why.
    #[must_use]
    pub fn on_or<J: Job, F>(
        self,
        run: impl Fn(Attempt, J) -> F + Send + Sync + 'static,
        given_up: impl for<'a> Fn(&'a mut TenantTx, J, &'a str) -> BoxFuture<'a, DbResult<()>>
        + Send
        + Sync
        + 'static,
    ) -> Self
    where
        F: Future<Output = Result<(), JobError>> + Send + 'static,
    {
        let given_up: GivenUp = Box::new(move |tx, payload, why| {
            match serde_json::from_value(payload) {
                Ok(job) => given_up(tx, job, why),
                // Nobody can say any more what it was about.
                Err(_) => async { Ok(()) }.boxed(),
            }
        });
        self.add::<J, F>(run, Some(given_up))
    }

    fn add<J: Job, F>(
        self,
        run: impl Fn(Attempt, J) -> F + Send + Sync + 'static,
        given_up: Option<GivenUp>,
    ) -> Self
    where
        F: Future<Output = Result<(), JobError>> + Send + 'static,
    {
        let run: Run = Box::new(
            move |attempt, payload| match serde_json::from_value(payload) {
                Ok(job) => run(attempt, job).boxed(),
                Err(error) => {
                    let why = format!("the job can't be read: {error}");
                    async { Err(JobError::Never(why)) }.boxed()
                }
            },
        );
        self.insert(J::KIND, J::LONGEST, run, given_up)
    }

    fn insert(
        mut self,
        kind: &str,
        longest: Duration,
        run: Run,
        given_up: Option<GivenUp>,
    ) -> Self {
        let handler = Handler {
            longest,
            run,
            given_up,
        };
        self.handlers.insert(kind.to_owned(), handler);
        self
    }

    /// The kinds that are listed.
    pub fn kinds(&self) -> Vec<String> {
        self.handlers.keys().cloned().collect()
    }
}

impl std::fmt::Debug for Jobs {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.debug_set().entries(self.handlers.keys()).finish()
    }
}

/// Works through the queue until stopped; then what is at work is finished, or handed back when it
/// takes too long. Kinds that are not listed are left to processes that know them.
pub async fn work_jobs(worker: Worker, jobs: Arc<Jobs>, at_once: AtOnce) {
    tokio::join!(
        work_down_to(
            worker.clone(),
            Arc::clone(&jobs),
            Priority::High,
            at_once.high
        ),
        work_down_to(worker, jobs, Priority::Low, at_once.any),
    );
}

async fn work_down_to(worker: Worker, jobs: Arc<Jobs>, least: Priority, at_once: usize) {
    let kinds: Arc<[String]> = jobs.kinds().into();
    let attendant = worker.clone();
    work(
        worker,
        Ledger::Jobs,
        at_once,
        move |tx, owner, now, most| {
            let kinds = Arc::clone(&kinds);
            Box::pin(async move { tx.claim_jobs(owner, now, most, &kinds, least).await })
        },
        move |claimed| attend::attend(attendant.clone(), Arc::clone(&jobs), claimed),
    )
    .await;
}
