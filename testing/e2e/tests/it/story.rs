//! A product that runs beside simulated platforms, and words to tell a story with it.

mod ask;
mod comments;
mod hold;
mod mails;
mod people;
mod post;
mod product;
mod server;

use std::time::Duration;

use serde_json::Value;
use simulator::{Options, Simulator};
use socialsync::config::Source;
use sqlx::PgPool;

pub use ask::{credentials, is_an_error};
pub use hold::HeldSends;
pub use people::{Platform, account_of};
pub use post::{Mood, PostOffice};
use product::Product;
pub use server::Server;

/// How long a story may need to come to rest before it counts as stuck.
const PATIENCE: Duration = Duration::from_mins(1);
pub const EMAIL: &str = "story@socialsync.test";
const PASSWORD: &str = "a long enough password";

/// What a story begins with.
#[derive(Default)]
pub struct Setup {
    /// What exists on the platforms.
    pub platforms: Options,
    /// Settings beside the usual ones; the simulator's address stands for `{simulator}`, its
    /// host and port for `{simulator_host}`.
    pub settings: Vec<(&'static str, String)>,
    /// How long a run of the agent may take, when not as usual.
    pub longest_run: Option<Duration>,
}

/// One running product with its platforms.
pub struct Story {
    pub simulator: Simulator,
    pub url: String,
    pub http: reqwest::Client,
    /// The product's database, seen by an onlooker who may see everything.
    pub tables: PgPool,
    source: Source,
    platforms: Options,
    longest_run: Option<Duration>,
    token: String,
    product: Product,
    server: Server,
    folder: tempfile::TempDir,
}

/// The host and port of an address.
fn place(url: &str) -> String {
    url.trim_start_matches("http://").to_owned()
}

impl Story {
    /// Starts everything: the demo's shop with its knowledge, both channels connected, the agent
    /// in auto mode, no scripted customers and no reply delay.
    pub async fn begin() -> Self {
        Self::begin_with(Setup::default()).await
    }

    /// The same, with something else on the platforms or in the settings.
    pub async fn begin_with(setup: Setup) -> Self {
        let folder = tempfile::tempdir().unwrap();
        let server = Server::open(folder.path()).await;
        let platforms = setup.platforms;
        let simulator = Simulator::start(platforms.clone()).await.unwrap();
        let mut source = Source::default()
            .with("DATABASE_URL", server.database())
            .with("SOCIALSYNC_DATA_DIR", folder.path().display().to_string())
            .with("SOCIALSYNC_REPLY_DELAY_MS", "0")
            // Stories that wait ask often.
            .with("SOCIALSYNC_REQUESTS_PER_MINUTE", "100000")
            .with("INSTAGRAM_GRAPH_URL", simulator.instagram_graph_url())
            .with("FACEBOOK_GRAPH_URL", simulator.facebook_graph_url())
            .with("INSTAGRAM_APP_ID", &platforms.instagram_app.id)
            .with("INSTAGRAM_APP_SECRET", &platforms.instagram_app.secret)
            .with("WHATSAPP_APP_ID", &platforms.whatsapp_app.id)
            .with("WHATSAPP_APP_SECRET", &platforms.whatsapp_app.secret)
            .with("WEBHOOK_VERIFY_TOKEN", "handshake")
            // The models of workspaces are simulated on this machine.
            .with("SOCIALSYNC_FETCH_ALLOW", place(&simulator.url()))
            // Words alone decide, unless a story is about vectors.
            .with("SOCIALSYNC_EMBEDDER", "none");
        for (name, value) in setup.settings {
            let url = simulator.url();
            let host = url.trim_start_matches("http://");
            let value = value.replace("{simulator_host}", host);
            source = source.with(name, value.replace("{simulator}", &url));
        }
        let longest_run = setup.longest_run;
        let product = Product::start(&source, &platforms, longest_run).await;
        let tables = PgPool::connect(server.database()).await.unwrap();
        let http = reqwest::Client::new();
        let mut story = Self {
            url: product.url.clone(),
            token: String::new(),
            simulator,
            http,
            tables,
            source,
            platforms,
            longest_run,
            product,
            server,
            folder,
        };
        story.point_webhooks_here();
        story.token = story.sign_in().await;
        story
    }

    fn point_webhooks_here(&self) {
        for platform in [
            simulator::Platform::Instagram,
            simulator::Platform::Whatsapp,
        ] {
            let url = format!("{}/webhooks/{}", self.url, platform.name());
            self.simulator.set_webhook(platform, url);
        }
    }

    /// The product dies in the middle of what it does, and another one takes its place.
    pub async fn dies_and_comes_back(&mut self) {
        self.product.kill().await;
        self.product = Product::start(&self.source, &self.platforms, self.longest_run).await;
        self.url.clone_from(&self.product.url);
        self.point_webhooks_here();
    }

    /// Keeps every answer back at the last look before it is sent.
    pub fn hold_sends(&self) -> HeldSends {
        HeldSends::of(self.product.workspace)
    }

    /// What the product heard of the platforms' rate budgets.
    pub fn budget(&self) -> &channels::Budget {
        &self.product.budget
    }

    /// The product's settings.
    pub fn source(&self) -> &Source {
        &self.source
    }

    /// The address of the product's database.
    pub fn database(&self) -> &str {
        self.server.database()
    }

    /// The shop's workspace.
    pub fn workspace(&self) -> kernel::WorkspaceId {
        self.product.workspace
    }

    /// What exists on the platforms.
    pub fn platforms(&self) -> &Options {
        &self.platforms
    }

    /// Where the product keeps its files.
    pub fn folder(&self) -> &std::path::Path {
        self.folder.path()
    }

    /// Waits until this is so; a story in which it never is fails.
    pub async fn until(&self, what: &str, mut so: impl AsyncFnMut() -> bool) {
        let waiting = async {
            while !so().await {
                tokio::time::sleep(Duration::from_millis(10)).await;
            }
        };
        let met = tokio::time::timeout(PATIENCE, waiting).await;
        assert!(met.is_ok(), "waited in vain: {what}");
    }

    /// Waits until every webhook was delivered and taken in.
    pub async fn taken_in(&self) {
        self.until("webhooks are taken in", async || {
            self.simulator.webhooks().pending == 0 && self.open_rows().await.0 == 0
        })
        .await;
    }

    /// Waits until nothing is under way anywhere; a story that does not come to rest fails.
    pub async fn settle(&self) {
        let mut quiet = 0;
        self.until("the story comes to rest", async || {
            let still = self.simulator.webhooks().pending == 0;
            quiet = if still && self.open_rows().await == (0, 0, 0, 0) {
                quiet + 1
            } else {
                0
            };
            quiet >= 3
        })
        .await;
    }

    /// What is open in the journal, the runs, the effects and the queue of jobs.
    pub async fn open_rows(&self) -> (i64, i64, i64, i64) {
        sqlx::query_as(
            "SELECT (SELECT count(*) FROM webhook_events WHERE state IN ('pending', 'running')),
                    (SELECT count(*) FROM agent_runs WHERE state IN ('pending', 'running')),
                    (SELECT count(*) FROM effects
                     WHERE state IN ('pending', 'in_flight', 'unknown') AND NOT resting),
                    (SELECT count(*) FROM jobs WHERE state IN ('pending', 'running'))",
        )
        .fetch_one(&self.tables)
        .await
        .unwrap()
    }

    /// The product forgets every webhook, customer and message.
    pub async fn forget_the_inbox(&self) {
        for sql in [
            "DELETE FROM webhook_events",
            "DELETE FROM early_updates",
            "DELETE FROM contacts",
        ] {
            sqlx::query(sql).execute(&self.tables).await.unwrap();
        }
    }

    /// A number out of the product's tables.
    pub async fn count(&self, sql: &'static str) -> i64 {
        sqlx::query_scalar(sql)
            .fetch_one(&self.tables)
            .await
            .unwrap()
    }

    /// Ends everything cleanly. Whatever was told: the product never answered with a 5xx.
    pub async fn end(self) {
        let figures = self.metrics().await;
        let failures = ask::failures(&figures);
        assert!(failures.is_empty(), "{failures:#?}");
        self.tables.close().await;
        self.product.stop().await;
        self.simulator.stop().await;
        self.server.remove().await;
    }

    /// The conversation with a customer.
    pub async fn conversation_with(&self, customer: &str) -> Value {
        let id = self.conversation_if_any(customer).await.unwrap();
        self.get(&format!("/api/conversations/{id}")).await
    }

    /// The id of the conversation with a customer, once there is one.
    pub async fn conversation_if_any(&self, customer: &str) -> Option<kernel::ConversationId> {
        let id: Option<uuid::Uuid> = sqlx::query_scalar(
            "SELECT c.id FROM conversations c
             JOIN contact_identities i USING (workspace_id, contact_id) WHERE i.value = $1",
        )
        .bind(customer)
        .fetch_optional(&self.tables)
        .await
        .unwrap();
        id.map(kernel::ConversationId::from_uuid)
    }
}
