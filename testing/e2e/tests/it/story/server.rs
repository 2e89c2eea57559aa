//! The PostgreSQL of a story, and a database of its own there.

use std::path::Path;

use embedded_postgres::{Cluster, Settings};
use sqlx::Connection as _;

/// A database on the server of this test run, or on one of our own when the test runs alone.
pub struct Server {
    database: String,
    _cluster: Option<Cluster>,
}

impl Server {
    /// Makes the database.
    pub async fn open(folder: &Path) -> Self {
        let given = std::env::var("SOCIALSYNC_TEST_DATABASE_URL").ok();
        let (url, cluster) = if let Some(url) = given {
            (url, None)
        } else {
            let settings = Settings::from_env(folder.join("postgres")).throw_away();
            let start = move || Cluster::start(&settings, &|_| {});
            let cluster = tokio::task::spawn_blocking(start).await.unwrap().unwrap();
            (cluster.connect_url("postgres"), Some(cluster))
        };
        let name = format!("story_{}", uuid::Uuid::new_v4().simple());
        db::create_database_if_missing(&with_database(&url, "postgres"), &name)
            .await
            .unwrap();
        Self {
            database: with_database(&url, &name),
            _cluster: cluster,
        }
    }

    /// Removes the database: all of a run's together take gigabytes. That of a story which failed
    /// stays as long as its server.
    pub async fn remove(self) {
        let name = url::Url::parse(&self.database).unwrap();
        let name = name.path().trim_start_matches('/');
        let address = with_database(&self.database, "postgres");
        let mut server = sqlx::PgConnection::connect(&address).await.unwrap();
        let drop = sqlx::AssertSqlSafe(format!("DROP DATABASE {name} WITH (FORCE)"));
        sqlx::query(drop).execute(&mut server).await.unwrap();
    }

    /// The database's address.
    pub fn database(&self) -> &str {
        &self.database
    }
}

/// The same server's URL with another database.
fn with_database(url: &str, name: &str) -> String {
    let mut url = url::Url::parse(url).unwrap();
    url.set_path(name);
    url.to_string()
}
