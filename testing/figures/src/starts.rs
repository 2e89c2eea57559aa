//! From process start to ready, and what it takes of memory when nothing happens.

use std::path::Path;
use std::time::{Duration, Instant};

use anyhow::Result;
use reqwest::Client;

use crate::report::{Times, say, shown};
use crate::webhooks::megabytes;
use rig::{Product, folder, free_port};

const WARM: usize = 7;

/// A first start in an empty folder, then warm ones, with the private PostgreSQL.
pub async fn run(binary: &Path) -> Result<()> {
    say("\n== starts: `socialsync serve` with its private PostgreSQL");
    let folder = folder()?;
    let client = Client::new();
    // Binaries that were never fetched would be fetched by this one.
    start(binary, &folder.path().join("first"), &client)
        .await?
        .1
        .stop()?;
    let data = folder.path().join("data");
    let (took, product) = start(binary, &data, &client).await?;
    say(&format!("  first start, binaries cached: {}", shown(took)));
    product.stop()?;
    let (mut ready, mut stopped) = (Times::default(), Times::default());
    for _ in 0..WARM {
        let (took, product) = start(binary, &data, &client).await?;
        ready.push(took);
        let began = Instant::now();
        product.stop()?;
        stopped.push(began.elapsed());
    }
    say(&format!("  warm start to ready: {}", ready.line()));
    say(&format!("  clean stop: {}", stopped.line()));
    let (_, product) = start(binary, &data, &client).await?;
    tokio::time::sleep(Duration::from_secs(10)).await;
    say(&format!(
        "  memory, idle for ten seconds: {:.1} MB",
        megabytes(product.pid())?
    ));
    product.stop()
}

async fn start(binary: &Path, data: &Path, client: &Client) -> Result<(Duration, Product)> {
    let port = free_port()?;
    let settings = [
        ("SOCIALSYNC_DATA_DIR", data.display().to_string()),
        ("SOCIALSYNC_LISTEN", format!("127.0.0.1:{port}")),
    ];
    let log = data.with_extension("log");
    let began = Instant::now();
    let mut product = Product::start(binary, &["serve"], &settings, port, &log)?;
    product.ready(client).await?;
    Ok((began.elapsed(), product))
}
