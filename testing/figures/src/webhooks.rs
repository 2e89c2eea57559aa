//! How fast webhooks are acknowledged, and how many a second, each durable before its 200.

use std::ops::Range;
use std::path::Path;
use std::sync::Arc;
use std::time::{Duration, Instant};

use anyhow::{Result, ensure};

use crate::load::{self, Pace};
use crate::report::say;
use crate::{bodies, fill, processes};
use rig::{Product, Rig};

const STEADY_RATE: u32 = 500;
const STEADY: usize = 10_000;
const FLAT_OUT: usize = 60_000;
/// With workers beside the door, what waits has to be taken in as well.
const FLAT_OUT_WITH_WORKERS: usize = 10_000;

/// Measures the door alone (`--role web`), then everything in one process.
pub async fn run(binary: &Path) -> Result<()> {
    let rig = Rig::build(binary).await?;
    // What is measured here is the way in: nothing is to be answered.
    fill::agent_off(&rig.database_url).await?;
    let mut from = 0;
    let doors: [(&str, &[&str], usize); 2] = [
        ("the door alone (--role web)", &["--role", "web"], FLAT_OUT),
        ("all roles in one process", &[], FLAT_OUT_WITH_WORKERS),
    ];
    for (name, arguments, flat_out) in doors {
        say(&format!("\n== webhooks: {name}"));
        let product = rig.serve(arguments).await?;
        let loads = [
            ("steady at 500/s", STEADY, 32, Pace::Rate(STEADY_RATE)),
            ("flat out, 64 connections", flat_out, 64, Pace::Flat),
        ];
        for (name, count, connections, pace) in loads {
            measure(&rig, &product, name, from..from + count, connections, pace).await?;
            from += count;
            if arguments.is_empty() {
                drained(&rig).await?;
            }
        }
        let memory = megabytes(product.pid())?;
        say(&format!("  memory after it: {memory:.1} MB"));
        product.stop()?;
        // Nobody took them in; they must not weigh on what comes next.
        fill::empty_journal(&rig.database_url).await?;
    }
    Ok(())
}

async fn measure(
    rig: &Rig,
    product: &Product,
    name: &str,
    numbers: Range<usize>,
    connections: usize,
    pace: Pace,
) -> Result<()> {
    let account = rig.fact("instagram_account_id")?;
    let secret = rig.fact("instagram_app_secret")?;
    let bodies: Result<Vec<_>> = numbers
        .map(|number| bodies::message(account, secret, number))
        .collect();
    let bodies = Arc::new(bodies?);
    let stored = fill::journal_rows(&rig.database_url).await?;
    let cpu = processes::cpu_of_descendants()?;
    let address = product.url.trim_start_matches("http://");
    let outcome = load::post(address, "/webhooks/instagram", bodies, connections, pace).await?;
    let cpu = processes::cpu_of_descendants()?.saturating_sub(cpu);
    let accepted = outcome.times.count();
    let stored = fill::journal_rows(&rig.database_url).await? - stored;
    ensure!(
        usize::try_from(stored)? >= accepted,
        "{accepted} were acknowledged, {stored} are in the journal"
    );
    let a_second = f64::from(u32::try_from(accepted)?) / outcome.took.as_secs_f64();
    let each = cpu / u32::try_from(accepted)?;
    say(&format!("  {name}: {}", outcome.times.line()));
    say(&format!(
        "    {a_second:.0} a second, {} refused, {} µs of processor time each (product and PostgreSQL), all in the journal",
        outcome.refused,
        each.as_micros()
    ));
    Ok(())
}

/// How long the workers take for what waits.
async fn drained(rig: &Rig) -> Result<()> {
    let waiting = fill::journal_open(&rig.database_url).await?;
    let began = Instant::now();
    while fill::journal_open(&rig.database_url).await? > 0 {
        tokio::time::sleep(Duration::from_millis(50)).await;
        ensure!(
            began.elapsed() < Duration::from_mins(10),
            "the journal does not come to rest"
        );
    }
    let waiting = f64::from(u32::try_from(waiting)?);
    say(&format!(
        "  taking in: {waiting:.0} waited, {:.0} a second with one decision each",
        waiting / began.elapsed().as_secs_f64()
    ));
    Ok(())
}

/// The resident memory of a process.
pub fn megabytes(pid: u32) -> Result<f64> {
    Ok(f64::from(u32::try_from(processes::resident_kb(pid)?)?) / 1024.0)
}
