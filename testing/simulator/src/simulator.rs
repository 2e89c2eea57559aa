//! Starting and stopping, and the handle for tests that run the simulator in their own process.

use std::future::Future;
use std::io;
use std::net::SocketAddr;
use std::time::Duration;

use chrono::TimeDelta;
use thiserror::Error;
use tokio::net::TcpListener;
use tokio_util::sync::CancellationToken;
use tokio_util::task::TaskTracker;

use crate::calls::Call;
use crate::connection::{BreakableListener, Connection};
use crate::control::acts::{ActError, NewComment, NewMessage};
use crate::customers;
use crate::faults::NewFault;
use crate::instagram::account::Comment;
use crate::options::{Options, Platform, WebhookTarget};
use crate::remember;
use crate::routes::router;
use crate::webhooks::deliver;
use crate::webhooks::outbox::{Outbox, OutboxFigures};
use crate::world::{Shared, World};

/// How long requests under way may take once the simulator is told to stop.
const GRACE: Duration = Duration::from_millis(300);

/// Why the simulator could not run.
#[derive(Debug, Error)]
pub enum ServeError {
    /// The address could not be bound or asked for.
    #[error("the simulator's address can't be used")]
    Listen(#[source] io::Error),
    /// The HTTP client for webhooks could not be made.
    #[error("the client that delivers webhooks can't be made")]
    Client(#[source] reqwest::Error),
}

/// A simulator that runs in this process.
#[derive(Debug)]
pub struct Simulator {
    address: SocketAddr,
    shared: Shared,
    stop: CancellationToken,
    tasks: TaskTracker,
}

/// Serves on `listener` until `shutdown` completes.
pub async fn serve(
    listener: TcpListener,
    options: Options,
    shutdown: impl Future<Output = ()> + Send,
) -> Result<(), ServeError> {
    let simulator = Simulator::on(listener, options)?;
    shutdown.await;
    simulator.stop().await;
    Ok(())
}

impl Simulator {
    /// Starts on a free loopback port.
    pub async fn start(options: Options) -> Result<Self, ServeError> {
        let listener = TcpListener::bind(("127.0.0.1", 0))
            .await
            .map_err(ServeError::Listen)?;
        Self::on(listener, options)
    }

    /// Starts on `listener`. Needs a Tokio runtime around it.
    pub fn on(listener: TcpListener, options: Options) -> Result<Self, ServeError> {
        let address = listener.local_addr().map_err(ServeError::Listen)?;
        let base = options
            .public_url
            .clone()
            .unwrap_or_else(|| format!("http://{address}"));
        let pace = options.customers;
        let (outbox, lanes) = Outbox::new();
        let state_file = options.state_file.clone();
        let mut world = World::new(options, base.trim_end_matches('/').to_owned(), outbox);
        if let Some(path) = &state_file {
            remember::recall(&mut world, path);
        }
        let shared = Shared::new(world, client()?);
        let (stop, tasks) = (CancellationToken::new(), TaskTracker::new());
        for (_, updates) in lanes {
            tasks.spawn(deliver::lane(
                shared.clone(),
                updates,
                tasks.clone(),
                stop.clone(),
            ));
        }
        if let Some(path) = state_file {
            tasks.spawn(remember::keep(shared.clone(), path, stop.clone()));
        }
        if let Some(pace) = pace {
            tasks.spawn(customers::drive(shared.clone(), pace, stop.clone()));
        }
        tasks.spawn(listen(listener, shared.clone(), stop.clone()));
        tasks.close();
        Ok(Self {
            address,
            shared,
            stop,
            tasks,
        })
    }

    /// The base address, without a slash at the end.
    pub fn url(&self) -> String {
        self.shared.world().base_url.clone()
    }

    /// Base address of the Instagram Graph API.
    pub fn instagram_graph_url(&self) -> String {
        format!("{}/graph.instagram.com", self.url())
    }

    /// Base address of the Facebook Graph API.
    pub fn facebook_graph_url(&self) -> String {
        format!("{}/graph.facebook.com", self.url())
    }

    /// Base address of the OpenAI API (to put `/chat/completions` behind).
    pub fn openai_url(&self) -> String {
        format!("{}/openai/v1", self.url())
    }

    /// Base address of OpenRouter (to put `/chat/completions` behind).
    pub fn openrouter_url(&self) -> String {
        format!("{}/openrouter/api/v1", self.url())
    }

    /// Base address of the Gemini API (to put `/models/{model}:embedContent` behind).
    pub fn gemini_url(&self) -> String {
        format!("{}/gemini/v1beta", self.url())
    }

    /// Base address of S3, to put a bucket behind.
    pub fn s3_url(&self) -> String {
        format!("{}/s3.amazonaws.com", self.url())
    }

    /// The front page of the shop's web site.
    pub fn site_url(&self) -> String {
        format!("{}/site/", self.url())
    }

    /// The bound address.
    pub fn address(&self) -> SocketAddr {
        self.address
    }

    /// Sets where a platform's webhooks go, without a handshake.
    pub fn set_webhook(&self, platform: Platform, url: impl Into<String>) {
        let target = WebhookTarget {
            url: url.into(),
            verify_token: None,
        };
        self.shared.world().targets.insert(platform, target);
    }

    /// A customer writes to an Instagram account or WhatsApp number; the platform's message id.
    pub fn customer_writes(
        &self,
        platform: Platform,
        account_id: &str,
        message: &NewMessage,
    ) -> Result<String, ActError> {
        self.shared
            .world()
            .customer_writes(platform, account_id, message)
    }

    /// Somebody comments under a post of an Instagram account; the platform's id of the comment.
    pub fn somebody_comments(
        &self,
        account_id: &str,
        comment: &NewComment,
    ) -> Result<String, ActError> {
        self.shared.world().instagram_comments(account_id, comment)
    }

    /// A comment is deleted by its author; nobody is told.
    pub fn comment_vanishes(&self, account_id: &str, comment_id: &str) -> Result<(), ActError> {
        self.shared.world().vanish_comment(account_id, comment_id)
    }

    /// The comments under the account's posts, oldest first.
    pub fn comments(&self, account_id: &str) -> Vec<Comment> {
        let world = self.shared.world();
        let state = world.instagram.get(account_id);
        state.map_or_else(Vec::new, |state| state.comments.values().cloned().collect())
    }

    /// Every write received with a number above `after`, oldest first.
    pub fn calls(&self, after: u64) -> Vec<Call> {
        self.shared
            .world()
            .calls
            .after(after, usize::MAX)
            .cloned()
            .collect()
    }

    /// Puts a fault in force; an error says what is wrong with it.
    pub fn add_fault(&self, fault: NewFault) -> Result<(), &'static str> {
        self.shared.world().faults.add(fault).map(|_| ())
    }

    /// Starts the decisions about faults again from this seed.
    pub fn reseed(&self, seed: u64) {
        self.shared.world().faults.reseed(seed);
    }

    /// Ends every fault.
    pub fn clear_faults(&self) {
        self.shared.world().faults.clear();
    }

    /// Moves the platforms' time.
    pub fn advance(&self, by: TimeDelta) {
        self.shared.world().options.clock.advance(by);
    }

    /// Figures of the webhooks on their way.
    pub fn webhooks(&self) -> OutboxFigures {
        self.shared.world().outbox.figures()
    }

    /// Waits until no webhook is on its way; false when that takes longer than `limit`.
    pub async fn settle(&self, limit: Duration) -> bool {
        let quiet = async {
            while self.webhooks().pending > 0 {
                tokio::time::sleep(Duration::from_millis(5)).await;
            }
        };
        tokio::time::timeout(limit, quiet).await.is_ok()
    }

    /// Stops serving and delivering.
    pub async fn stop(self) {
        self.stop.cancel();
        self.tasks.wait().await;
    }
}

impl Drop for Simulator {
    fn drop(&mut self) {
        self.stop.cancel();
    }
}

async fn listen(listener: TcpListener, shared: Shared, stop: CancellationToken) {
    let service = router(shared).into_make_service_with_connect_info::<Connection>();
    let server = axum::serve(BreakableListener(listener), service)
        .with_graceful_shutdown(stop.clone().cancelled_owned());
    let overdue = async {
        stop.cancelled().await;
        tokio::time::sleep(GRACE).await;
    };
    tokio::select! {
        result = server => {
            if let Err(error) = result {
                tracing::error!(%error, "the simulator stopped serving");
            }
        }
        () = overdue => {}
    }
}

fn client() -> Result<reqwest::Client, ServeError> {
    let builder = || {
        reqwest::Client::builder()
            .no_proxy()
            .redirect(reqwest::redirect::Policy::none())
            .tcp_nodelay(true)
            .pool_max_idle_per_host(256)
    };
    // Without system certificates only plain HTTP targets work, which is what a simulator meets.
    builder()
        .build()
        .or_else(|_| builder().tls_certs_only(std::iter::empty()).build())
        .map_err(ServeError::Client)
}
