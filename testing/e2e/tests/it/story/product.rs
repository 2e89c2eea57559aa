//! The product in a runtime of its own, so that it can die like a process: everything it does ends
//! where it stands.

use std::time::Duration;

use extract::Extractor;
use kernel::{Clock, WorkspaceId};
use simulator::Options;
use socialsync::cli::RoleName;
use socialsync::config::{Config, Source};
use socialsync::database::Database;
use socialsync::parts::Parts;
use socialsync::{seed, serve};
use tokio::runtime::Runtime;
use tokio::sync::oneshot;
use tokio::task::JoinHandle;
use tokio_util::sync::CancellationToken;

use super::{EMAIL, PASSWORD, hold};

/// A running product.
pub struct Product {
    pub url: String,
    pub workspace: WorkspaceId,
    pub budget: channels::Budget,
    runtime: Option<Runtime>,
    stop: CancellationToken,
    served: JoinHandle<anyhow::Result<()>>,
}

/// What is known once it runs.
struct Ready {
    url: String,
    workspace: WorkspaceId,
    budget: channels::Budget,
}

impl Product {
    /// Starts it on a free port, with the demo's workspace filled once.
    pub async fn start(
        source: &Source,
        platforms: &Options,
        longest_run: Option<Duration>,
    ) -> Self {
        let runtime = tokio::runtime::Builder::new_multi_thread()
            .worker_threads(2)
            .enable_all()
            .build()
            .unwrap();
        let (ready, is_ready) = oneshot::channel();
        let stop = CancellationToken::new();
        let run = run(
            source.clone(),
            platforms.clone(),
            longest_run,
            ready,
            stop.clone(),
        );
        let served = runtime.spawn(run);
        let Ok(known) = is_ready.await else {
            panic!("the product did not start: {:?}", served.await);
        };
        Self {
            url: known.url,
            workspace: known.workspace,
            budget: known.budget,
            runtime: Some(runtime),
            stop,
            served,
        }
    }

    /// Ends it at once, whatever it does.
    pub async fn kill(&mut self) {
        if let Some(runtime) = self.runtime.take() {
            runtime.shutdown_background();
        }
        while !self.served.is_finished() {
            tokio::task::yield_now().await;
        }
    }

    /// Ends it as an operator does.
    pub async fn stop(mut self) {
        self.stop.cancel();
        (&mut self.served).await.unwrap().unwrap();
        self.kill().await;
    }
}

impl Drop for Product {
    fn drop(&mut self) {
        if let Some(runtime) = self.runtime.take() {
            runtime.shutdown_background();
        }
    }
}

async fn run(
    source: Source,
    platforms: Options,
    longest_run: Option<Duration>,
    ready: oneshot::Sender<Ready>,
    stop: CancellationToken,
) -> anyhow::Result<()> {
    let listener = serve::bind(([127, 0, 0, 1], 0).into(), "").await?;
    let url = format!("http://{}", listener.local_addr()?);
    let config = Config::from_source(&source.with("SOCIALSYNC_PUBLIC_URL", &url))?;
    let database = Database::open(&config).await?;
    let mut parts = Parts::build(&config, database.db.clone(), Clock::System)?;
    parts.channels.guard = hold::guard;
    // This program is the test's: files are read by one beside it.
    let none: [&str; 0] = [];
    parts.knowledge.extractor = Extractor::new(env!("CARGO_BIN_EXE_e2e-extract").into(), none);
    parts.agent.longest = longest_run.unwrap_or(parts.agent.longest);
    let seeded = seed::demo(&parts, EMAIL, PASSWORD, &platforms).await?;
    let budget = parts.channels.budget.clone();
    let known = Ready {
        url,
        workspace: seeded.workspace,
        budget,
    };
    if ready.send(known).is_err() {
        return Ok(());
    }
    let served = serve::run(parts, Some(listener), &RoleName::ALL, stop).await;
    database.close().await;
    served
}
