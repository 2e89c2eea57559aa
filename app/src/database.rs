//! The database: the one that `DATABASE_URL` names, or a private one in the data folder.

use std::time::Duration;

use anyhow::Context as _;
use db::{Db, Options};
use embedded_postgres::{Cluster, Settings};

use crate::config::Config;
use crate::words::say;

/// How long the connections may take to close.
const CLOSE: Duration = Duration::from_secs(3);

/// A connected database, and the private server that must live as long as it.
pub struct Database {
    /// The database.
    pub db: Db,
    cluster: Option<Cluster>,
}

impl Database {
    /// Connects, starting the private server when no address is set, and brings the schema up to
    /// date.
    pub async fn open(config: &Config) -> anyhow::Result<Self> {
        let (url, cluster) = if let Some(url) = &config.database_url {
            (url.expose().to_owned(), None)
        } else {
            let folder = config.data_dir.join("postgres");
            let cluster = tokio::task::spawn_blocking(move || {
                let settings = Settings::from_env(folder);
                Cluster::start(&settings, &|progress| say(&progress.to_string()))
            })
            .await??;
            create_database(&cluster).await?;
            (cluster.connect_url(DATABASE), Some(cluster))
        };
        let db = Db::connect(&Options::new(url)).await?;
        db.migrate().await?;
        Ok(Self { db, cluster })
    }

    /// Closes the connections and stops the private server.
    pub async fn close(self) {
        if tokio::time::timeout(CLOSE, self.db.close()).await.is_err() {
            tracing::warn!("a connection to the database is still in use");
        }
        if let Some(cluster) = self.cluster {
            let stopped = tokio::task::spawn_blocking(move || cluster.stop()).await;
            if let Err(error) = stopped {
                tracing::warn!(%error, "the private PostgreSQL could not be stopped cleanly");
            }
        }
    }
}

/// The database of the private server.
const DATABASE: &str = "socialsync";

async fn create_database(cluster: &Cluster) -> anyhow::Result<()> {
    db::create_database_if_missing(&cluster.connect_url("postgres"), DATABASE)
        .await
        .context("the private database could not be created")
}
