//! A product that runs beside simulated platforms, and words to tell a story with it.

use std::time::Duration;

use db::Db;
use embedded_postgres::{Cluster, Settings};
use kernel::Clock;
use serde_json::{Value, json};
use simulator::{Call, Options, Simulator};
use socialsync::cli::RoleName;
use socialsync::config::{Config, Source};
use socialsync::database::Database;
use socialsync::parts::Parts;
use socialsync::{seed, serve};
use tokio::task::JoinHandle;
use tokio_util::sync::CancellationToken;

/// How long a story may need to come to rest before it counts as stuck.
const PATIENCE: Duration = Duration::from_secs(90);
const EMAIL: &str = "story@socialsync.test";
const PASSWORD: &str = "a long enough password";

/// One running product with its platforms.
pub struct Story {
    pub simulator: Simulator,
    pub url: String,
    pub http: reqwest::Client,
    db: Db,
    token: String,
    stop: CancellationToken,
    served: JoinHandle<anyhow::Result<()>>,
    _database: Database,
    _cluster: Option<Cluster>,
    _folder: tempfile::TempDir,
}

impl Story {
    /// Starts everything: the demo's shop with its knowledge, both channels connected, the agent
    /// in auto mode, no scripted customers and no reply delay.
    pub async fn begin() -> Self {
        let folder = tempfile::tempdir().unwrap();
        let (server_url, cluster) = server(folder.path()).await;
        let name = format!("story_{}", uuid::Uuid::new_v4().simple());
        db::create_database_if_missing(&server_url("postgres"), &name)
            .await
            .unwrap();
        let options = Options::default();
        let simulator = Simulator::start(options.clone()).await.unwrap();
        let listener = serve::bind(([127, 0, 0, 1], 0).into()).await.unwrap();
        let url = format!("http://{}", listener.local_addr().unwrap());
        let source = Source::default()
            .with("DATABASE_URL", server_url(&name))
            .with("SOCIALSYNC_DATA_DIR", folder.path().display().to_string())
            .with("SOCIALSYNC_PUBLIC_URL", &url)
            .with("SOCIALSYNC_REPLY_DELAY_MS", "0")
            .with("INSTAGRAM_GRAPH_URL", simulator.instagram_graph_url())
            .with("FACEBOOK_GRAPH_URL", simulator.facebook_graph_url())
            .with("INSTAGRAM_APP_ID", &options.instagram_app.id)
            .with("INSTAGRAM_APP_SECRET", &options.instagram_app.secret)
            .with("WHATSAPP_APP_ID", &options.whatsapp_app.id)
            .with("WHATSAPP_APP_SECRET", &options.whatsapp_app.secret)
            .with("WEBHOOK_VERIFY_TOKEN", "handshake");
        let config = Config::from_source(&source).unwrap();
        let database = Database::open(&config).await.unwrap();
        let parts = Parts::build(&config, database.db.clone(), Clock::System).unwrap();
        seed::demo(&parts, EMAIL, PASSWORD, &options).await.unwrap();
        for platform in [
            simulator::Platform::Instagram,
            simulator::Platform::Whatsapp,
        ] {
            simulator.set_webhook(platform, format!("{url}/webhooks/{}", platform.name()));
        }
        let stop = CancellationToken::new();
        let db = database.db.clone();
        let ending = stop.clone();
        let served =
            tokio::spawn(async move { serve::run(parts, listener, &RoleName::ALL, ending).await });
        let http = reqwest::Client::new();
        let token = sign_in(&http, &url).await;
        Self {
            simulator,
            url,
            http,
            db,
            token,
            stop,
            served,
            _database: database,
            _cluster: cluster,
            _folder: folder,
        }
    }

    /// A customer writes.
    pub async fn customer(&self, platform: &str, from: &str, text: &str) {
        let account = if platform == "instagram" {
            "17841400000000001"
        } else {
            "106540000000001"
        };
        let address = format!(
            "{}/_sandbox/{platform}/{account}/messages",
            self.simulator.url()
        );
        let body = json!({ "from": from, "text": text });
        let answer = self.http.post(address).json(&body).send().await.unwrap();
        assert!(
            answer.status().is_success(),
            "the customer could not write: {answer:?}"
        );
    }

    /// Waits until nothing is under way anywhere; a story that does not come to rest fails.
    pub async fn settle(&self) {
        let rest = async {
            let mut quiet = 0;
            while quiet < 3 {
                let delivered = self.simulator.settle(PATIENCE).await;
                let mut tx = self.db.system().await.unwrap();
                let open = tx.open_rows().await.unwrap();
                drop(tx);
                quiet = if delivered && open == (0, 0, 0) {
                    quiet + 1
                } else {
                    0
                };
                tokio::time::sleep(Duration::from_millis(30)).await;
            }
        };
        assert!(
            tokio::time::timeout(PATIENCE, rest).await.is_ok(),
            "the story did not come to rest"
        );
    }

    /// The messages that the platforms took from the product for a customer, in order.
    pub fn replies_to(&self, customer: &str) -> Vec<Call> {
        self.simulator
            .calls(0)
            .into_iter()
            .filter(|call| call.operation == "send_message" && call.performed)
            .filter(|call| call.target.trim_start_matches('+') == customer)
            .collect()
    }

    /// Asks the product's API as the owner.
    pub async fn get(&self, path: &str) -> Value {
        let request = self
            .http
            .get(format!("{}{path}", self.url))
            .bearer_auth(&self.token);
        let answer = request.send().await.unwrap();
        assert!(
            answer.status().is_success(),
            "GET {path}: {}",
            answer.status()
        );
        answer.json().await.unwrap()
    }

    /// Ends everything cleanly.
    pub async fn end(self) {
        self.stop.cancel();
        self.served.await.unwrap().unwrap();
        self.simulator.stop().await;
    }
}

/// The server of this test run, or one of our own when the test runs alone.
async fn server(folder: &std::path::Path) -> (Box<dyn Fn(&str) -> String>, Option<Cluster>) {
    if let Ok(url) = std::env::var("SOCIALSYNC_TEST_DATABASE_URL") {
        return (Box::new(move |name| with_database(&url, name)), None);
    }
    let settings = Settings::from_env(folder.join("postgres")).throw_away();
    let cluster = tokio::task::spawn_blocking(move || Cluster::start(&settings, &|_| {}))
        .await
        .unwrap()
        .unwrap();
    let url = cluster.connect_url("postgres");
    (
        Box::new(move |name| with_database(&url, name)),
        Some(cluster),
    )
}

/// The same server's URL with another database.
fn with_database(url: &str, name: &str) -> String {
    let mut url = url::Url::parse(url).unwrap();
    url.set_path(name);
    url.to_string()
}

async fn sign_in(http: &reqwest::Client, url: &str) -> String {
    let body = json!({ "email": EMAIL, "password": PASSWORD });
    let answer = http
        .post(format!("{url}/api/auth/login"))
        .json(&body)
        .send()
        .await
        .unwrap();
    let answer: Value = answer.json().await.unwrap();
    answer["access_token"].as_str().unwrap().to_owned()
}
