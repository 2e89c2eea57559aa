//! Processes with some of the roles.

use std::time::Duration;

use socialsync::cli::RoleName;
use socialsync::commands;
use socialsync::config::{Config, Source};
use sqlx::PgPool;

use crate::story::Server;

#[tokio::test(flavor = "multi_thread")]
async fn a_process_that_serves_no_web_needs_no_address() {
    let folder = tempfile::tempdir().unwrap();
    let server = Server::open(folder.path()).await;
    // Its address is taken.
    let taken = std::net::TcpListener::bind("127.0.0.1:0").unwrap();
    let source = Source::default()
        .with("DATABASE_URL", server.database())
        .with("SOCIALSYNC_LISTEN", taken.local_addr().unwrap().to_string())
        .with("SOCIALSYNC_DATA_DIR", folder.path().display().to_string());
    let config = Config::from_source(&source).unwrap();
    let roles = [RoleName::Worker, RoleName::Scheduler];
    let running = tokio::spawn(async move { commands::serve::run(&config, &roles).await });
    let tables = PgPool::connect(server.database()).await.unwrap();
    let works = async {
        let sql = "SELECT count(*) FROM processes WHERE roles = '{worker,scheduler}'";
        while sqlx::query_scalar::<_, i64>(sql)
            .fetch_one(&tables)
            .await
            .ok()
            != Some(1)
        {
            assert!(!running.is_finished(), "it ended instead of working");
            tokio::time::sleep(Duration::from_millis(10)).await;
        }
    };
    let came = tokio::time::timeout(Duration::from_mins(1), works).await;
    assert!(came.is_ok(), "it does not work");
    running.abort();
}
