//! Measures the built product from outside: real processes, real HTTP, a durable PostgreSQL and
//! the simulated platforms. `cargo xtask figures [section]…` builds and runs it;
//! docs/PERFORMANCE.md holds what it said.
//!
//! Everything runs on the cores that this process may use: `taskset -c 0,1 cargo xtask figures`
//! measures on two, load generator and simulated platforms included.

mod bodies;
mod fill;
mod ingest;
mod load;
mod processes;
mod reads;
mod replies;
mod report;
mod starts;
mod webhooks;

use std::path::PathBuf;

use anyhow::Result;
use clap::{Parser, ValueEnum};

#[derive(Parser)]
#[command(about = "Measures the built product from outside")]
struct Arguments {
    /// The product's binary.
    #[arg(long)]
    binary: PathBuf,
    /// What to measure; everything when nothing is named.
    #[arg(value_enum)]
    sections: Vec<Section>,
}

#[derive(Clone, Copy, PartialEq, Eq, ValueEnum)]
enum Section {
    /// From process start to ready, and what it takes of memory when idle.
    Starts,
    /// How fast webhooks are acknowledged, and how many a second.
    Webhooks,
    /// From a customer's message to the reply at the platform.
    Replies,
    /// A PDF of 300 pages, and the replies while it is taken in.
    Ingest,
    /// Pages and lists with 100,000 conversations and 2 million messages.
    Reads,
}

#[tokio::main]
async fn main() -> Result<()> {
    let arguments = Arguments::parse();
    let wanted = |section| arguments.sections.is_empty() || arguments.sections.contains(&section);
    let binary = arguments.binary.as_path();
    report::machine()?;
    if wanted(Section::Starts) {
        starts::run(binary).await?;
    }
    if wanted(Section::Webhooks) {
        webhooks::run(binary).await?;
    }
    if wanted(Section::Replies) {
        replies::run(binary).await?;
    }
    if wanted(Section::Ingest) {
        ingest::run(binary).await?;
    }
    if wanted(Section::Reads) {
        reads::run(binary).await?;
    }
    Ok(())
}
