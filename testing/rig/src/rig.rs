//! The demo's shop, ready for processes to serve it.

use std::fs;
use std::net::TcpListener;
use std::os::unix::fs::PermissionsExt;
use std::path::{Path, PathBuf};

use anyhow::{Context, Result};
use embedded_postgres::{Cluster, Settings};
use reqwest::Client;
use serde_json::{Value, json};
use simulator::{Options, Simulator};
use tempfile::TempDir;

use crate::Product;

/// The database of a rig.
const DATABASE: &str = "rig";

/// A folder that a server of another user can look into.
pub fn folder() -> Result<TempDir> {
    let folder = tempfile::Builder::new()
        .prefix("socialsync-rig-")
        .tempdir()?;
    fs::set_permissions(folder.path(), fs::Permissions::from_mode(0o755))?;
    Ok(folder)
}

/// A port that is free now.
pub fn free_port() -> Result<u16> {
    Ok(TcpListener::bind(("127.0.0.1", 0))?.local_addr()?.port())
}

/// The demo's shop in a durable PostgreSQL, with simulated platforms and no customers.
pub struct Rig {
    /// The platforms.
    pub simulator: Simulator,
    /// What the demo wrote down of itself.
    pub facts: Value,
    /// The product's settings.
    pub settings: Vec<(&'static str, String)>,
    /// Where the product listens.
    pub port: u16,
    /// The URL of the database.
    pub database_url: String,
    /// For everything that is not measured to the microsecond.
    pub client: Client,
    binary: PathBuf,
    /// The PostgreSQL, which is started again when it is killed.
    pub cluster: Cluster,
    folder: TempDir,
}

impl Rig {
    /// Lets the demo fill a workspace, and stops it.
    pub async fn build(binary: &Path) -> Result<Self> {
        let folder = folder()?;
        let settings = Settings::from_env(folder.path().join("postgres"));
        let cluster =
            tokio::task::spawn_blocking(move || Cluster::start(&settings, &|_| {})).await??;
        db::create_database_if_missing(&cluster.connect_url("postgres"), DATABASE).await?;
        let database_url = cluster.connect_url(DATABASE);
        let simulator = Simulator::start(Options::default()).await?;
        let port = free_port()?;
        let data = folder.path().join("data");
        let client = Client::new();
        let first = vec![
            ("DATABASE_URL", database_url.clone()),
            ("SOCIALSYNC_REPLY_DELAY_MS", "0".to_owned()),
        ];
        let log = folder.path().join("log");
        let demo = [
            "demo",
            "--no-customers",
            "--port",
            &port.to_string(),
            "--simulator-url",
            &simulator.url(),
            "--data-dir",
            &data.display().to_string(),
        ];
        let mut filling = Product::start(binary, &demo, &first, port, &log)?;
        filling.ready(&client).await?;
        filling.stop()?;
        let facts: Value = serde_json::from_slice(&fs::read(data.join("demo.json"))?)?;
        let options = Options::default();
        let fact = |name: &str| {
            let text = facts.get(name).and_then(Value::as_str);
            text.unwrap_or_default().to_owned()
        };
        let settings = vec![
            ("DATABASE_URL", database_url.clone()),
            ("SOCIALSYNC_REPLY_DELAY_MS", "0".to_owned()),
            ("SOCIALSYNC_DATA_DIR", data.display().to_string()),
            ("INSTAGRAM_GRAPH_URL", simulator.instagram_graph_url()),
            ("FACEBOOK_GRAPH_URL", simulator.facebook_graph_url()),
            ("INSTAGRAM_APP_ID", options.instagram_app.id),
            ("INSTAGRAM_APP_SECRET", fact("instagram_app_secret")),
            ("WHATSAPP_APP_ID", options.whatsapp_app.id),
            ("WHATSAPP_APP_SECRET", fact("whatsapp_app_secret")),
            ("WEBHOOK_VERIFY_TOKEN", fact("webhook_verify_token")),
            ("SOCIALSYNC_REQUESTS_PER_MINUTE", "1000000".to_owned()),
        ];
        for platform in [
            simulator::Platform::Instagram,
            simulator::Platform::Whatsapp,
        ] {
            let target = format!("http://127.0.0.1:{port}/webhooks/{}", platform.name());
            simulator.set_webhook(platform, target);
        }
        Ok(Self {
            simulator,
            facts,
            settings,
            port,
            database_url,
            client,
            binary: binary.to_owned(),
            cluster,
            folder,
        })
    }

    /// Runs `socialsync serve` with these arguments behind it, until it is ready.
    pub async fn serve(&self, arguments: &[&str]) -> Result<Product> {
        let mut product = self.launch(arguments, self.port)?;
        product.ready(&self.client).await?;
        Ok(product)
    }

    /// Starts `socialsync serve` on a port and does not wait for it.
    pub fn launch(&self, arguments: &[&str], port: u16) -> Result<Product> {
        let whole: Vec<&str> = ["serve"]
            .into_iter()
            .chain(arguments.iter().copied())
            .collect();
        let mut settings = self.settings.clone();
        settings.push(("SOCIALSYNC_LISTEN", format!("127.0.0.1:{port}")));
        Product::start(&self.binary, &whole, &settings, port, &self.log())
    }

    /// Where all processes write their log.
    pub fn log(&self) -> PathBuf {
        self.folder.path().join("log")
    }

    /// A text of what the demo wrote down.
    pub fn fact(&self, name: &str) -> Result<&str> {
        self.facts
            .get(name)
            .and_then(Value::as_str)
            .with_context(|| format!("demo.json has no {name}"))
    }

    /// Signs in by the API; the access token.
    pub async fn token(&self, product: &Product) -> Result<String> {
        let body = json!({ "email": self.fact("email")?, "password": self.fact("password")? });
        let answer = self
            .client
            .post(format!("{}/api/auth/login", product.url))
            .json(&body)
            .send()
            .await?
            .error_for_status()?;
        let answer: Value = answer.json().await?;
        let token = answer.get("access_token").and_then(Value::as_str);
        Ok(token.context("no access token")?.to_owned())
    }
}
