//! A database with two workspaces, a job that does what its test says, and processes to run it.

use std::sync::{Arc, Mutex, PoisonError};
use std::time::Duration;

use chrono::{DateTime, Utc};
use db::{Db, Options, Priority, Scope};
use futures::future::BoxFuture;
use kernel::{Clock, ManualClock};
use queue::{AtOnce, Attempt, Job, JobError, Jobs, Process, Worker, job, work_jobs};
use serde::{Deserialize, Serialize};
use sqlx::PgPool;
use tokio::task::JoinHandle;
use tokio_util::sync::CancellationToken;

use crate::story::Server;

/// A job that says a word.
#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
pub struct Say {
    pub word: String,
    pub serial: Option<String>,
    pub key: Option<String>,
}

impl Say {
    pub fn word(word: impl Into<String>) -> Self {
        Self {
            word: word.into(),
            ..Self::default()
        }
    }
}

impl Job for Say {
    const KIND: &'static str = "say";
    const ATTEMPTS: i32 = 3;

    fn serial_key(&self) -> Option<String> {
        self.serial.clone()
    }

    fn job_key(&self) -> Option<String> {
        self.key.clone()
    }
}

/// What was said, in this order.
#[derive(Clone, Default)]
pub struct Heard(Arc<Mutex<Vec<String>>>);

impl Heard {
    pub fn add(&self, word: impl Into<String>) {
        let mut words = self.0.lock().unwrap_or_else(PoisonError::into_inner);
        words.push(word.into());
    }

    pub fn words(&self) -> Vec<String> {
        self.0
            .lock()
            .unwrap_or_else(PoisonError::into_inner)
            .clone()
    }
}

pub struct Bench {
    pub db: Db,
    pub clock: ManualClock,
    /// Two workspaces.
    pub ours: Scope,
    pub theirs: Scope,
    pub tables: PgPool,
    pub heard: Heard,
    _server: Server,
    _folder: tempfile::TempDir,
}

/// A process that works through the queue.
pub struct Running {
    pub stop: CancellationToken,
    leave: CancellationToken,
    work: JoinHandle<()>,
    watch: JoinHandle<()>,
}

impl Running {
    /// Ends as an operator ends it.
    pub async fn end(self) {
        self.stop.cancel();
        self.work.await.unwrap();
        self.leave.cancel();
        self.watch.await.unwrap();
    }
}

impl Bench {
    pub async fn set_up() -> Self {
        let folder = tempfile::tempdir().unwrap();
        let server = Server::open(folder.path()).await;
        let db = Db::connect(&Options::new(server.database())).await.unwrap();
        db.migrate().await.unwrap();
        let tables = PgPool::connect(server.database()).await.unwrap();
        for name in ["ours", "theirs"] {
            sqlx::query("INSERT INTO workspaces (workspace_id, name, created_at) VALUES (uuidv7(), $1, now())")
                .bind(name)
                .execute(&tables)
                .await
                .unwrap();
        }
        let mut tx = db.system().await.unwrap();
        let both = tx.all_workspaces().await.unwrap();
        drop(tx);
        Self {
            db,
            clock: ManualClock::starting_at(DateTime::from_timestamp(1_800_000_000, 0).unwrap()),
            ours: both[0],
            theirs: both[1],
            tables,
            heard: Heard::default(),
            _server: server,
            _folder: folder,
        }
    }

    pub fn now(&self) -> DateTime<Utc> {
        self.clock.now()
    }

    /// Leaves a job behind in our workspace.
    pub async fn leave(&self, say: &Say) {
        self.leave_with(say, Priority::Default).await;
    }

    pub async fn leave_with(&self, say: &Say, priority: Priority) {
        let mut new = job(say, self.now()).unwrap();
        new.priority = priority;
        let mut tx = self.db.tenant(&self.ours).await.unwrap();
        tx.enqueue(&new).await.unwrap();
        tx.commit().await.unwrap();
    }

    /// A process whose handler is this one; whatever it does, the word is heard when it begins.
    pub async fn run(
        &self,
        at_once: AtOnce,
        handler: impl Fn(Attempt, Say) -> BoxFuture<'static, Result<(), JobError>>
        + Send
        + Sync
        + 'static,
    ) -> Running {
        let heard = self.heard.clone();
        let given_up = self.heard.clone();
        let jobs = Jobs::default().on_or::<Say, _>(
            move |attempt, say: Say| {
                heard.add(say.word.clone());
                handler(attempt, say)
            },
            move |_, say, why| {
                given_up.add(format!("{} given up: {why}", say.word));
                Box::pin(async { Ok(()) })
            },
        );
        self.run_jobs(at_once, jobs).await
    }

    pub async fn run_jobs(&self, at_once: AtOnce, jobs: Jobs) -> Running {
        let (stop, leave) = (CancellationToken::new(), CancellationToken::new());
        let clock = Clock::Manual(self.clock.clone());
        let roles = vec!["worker".to_owned()];
        let (process, watch) = Process::start(self.db.clone(), clock.clone(), roles, leave.clone())
            .await
            .unwrap();
        let worker = Worker {
            db: self.db.clone(),
            clock,
            process: process.clone(),
            stop: stop.clone(),
        };
        Running {
            work: tokio::spawn(work_jobs(worker, Arc::new(jobs), at_once)),
            stop,
            leave,
            watch,
        }
    }

    /// Waits until this is so.
    pub async fn until(&self, what: &str, mut so: impl AsyncFnMut() -> bool) {
        let waiting = async {
            while !so().await {
                tokio::time::sleep(Duration::from_millis(5)).await;
            }
        };
        let met = tokio::time::timeout(Duration::from_secs(30), waiting).await;
        assert!(
            met.is_ok(),
            "waited in vain: {what}; heard {:?}",
            self.heard.words()
        );
    }

    pub async fn until_heard(&self, count: usize) {
        self.until(&format!("{count} words"), async || {
            self.heard.words().len() >= count
        })
        .await;
    }

    pub async fn count(&self, sql: &'static str) -> i64 {
        sqlx::query_scalar(sql)
            .fetch_one(&self.tables)
            .await
            .unwrap()
    }

    /// Waits until no job waits or runs.
    pub async fn until_quiet(&self) {
        self.until("no job is open", async || {
            self.count("SELECT count(*) FROM jobs WHERE state IN ('pending', 'running')")
                .await
                == 0
        })
        .await;
    }
}

/// One at a time, and none beside.
pub const ONE: AtOnce = AtOnce { any: 1, high: 0 };
pub const SOME: AtOnce = AtOnce { any: 8, high: 2 };

pub fn done() -> BoxFuture<'static, Result<(), JobError>> {
    Box::pin(async { Ok(()) })
}
