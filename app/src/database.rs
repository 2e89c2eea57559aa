//! The database: the one that `DATABASE_URL` names, or a private one in the data folder.

use std::time::Duration;

use anyhow::Context as _;
use db::{Db, Options};
use embedded_postgres::{Cluster, Found, Settings, StartError, look};

use crate::config::Config;
use crate::files;
use crate::words::say;

/// What can't be used when it can't.
const NAMED: &str = "the database of DATABASE_URL can't be used";
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
        let database = if let Some(url) = &config.database_url {
            Self::connect(url.expose(), None).await.context(NAMED)?
        } else {
            files::make_data_folder(&config.data_dir)?;
            let settings = private(config);
            let cluster = tokio::task::spawn_blocking(move || {
                Cluster::start(&settings, &|progress| say(&progress.to_string()))
            })
            .await??;
            create_database(&cluster).await?;
            let url = cluster.connect_url(DATABASE);
            Self::connect(&url, Some(cluster)).await?
        };
        database.db.migrate().await?;
        Ok(database)
    }

    /// Connects to what is there, and changes nothing: also to a private server that another
    /// process runs. None when the private one was never made.
    pub async fn look(config: &Config) -> anyhow::Result<Option<Self>> {
        if let Some(url) = &config.database_url {
            let found = Self::connect(url.expose(), None).await;
            return found.context(NAMED).map(Some);
        }
        let settings = private(config);
        let looked = tokio::task::spawn_blocking(move || -> Result<_, StartError> {
            match look(&settings)? {
                Found::Nothing => Ok(None),
                Found::Running(connection) => Ok(Some((connection.url(DATABASE), None))),
                Found::Stopped => {
                    let cluster = Cluster::start(&settings, &|_| {})?;
                    Ok(Some((cluster.connect_url(DATABASE), Some(cluster))))
                }
            }
        });
        match looked.await?? {
            Some((url, cluster)) => Self::connect(&url, cluster).await.map(Some),
            None => Ok(None),
        }
    }

    async fn connect(url: &str, cluster: Option<Cluster>) -> anyhow::Result<Self> {
        let db = Db::connect(&Options::new(url)).await?;
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

fn private(config: &Config) -> Settings {
    Settings::from_env(config.data_dir.join("postgres"))
}

async fn create_database(cluster: &Cluster) -> anyhow::Result<()> {
    db::create_database_if_missing(&cluster.connect_url("postgres"), DATABASE)
        .await
        .context("the private database could not be created")
}
