//! The chores of this project: `cargo xtask <command>`.

mod check;
mod database;
mod deny;
mod figures;
mod openapi;
mod run;
mod sprite;
mod sqlx;
mod test;
mod tools;
mod vendor;

use std::process::ExitCode;

use anyhow::Result;
use clap::{Parser, Subcommand};

#[derive(Parser)]
#[command(
    name = "cargo xtask",
    about = "The chores of this project",
    max_term_width = 100
)]
struct Arguments {
    #[command(subcommand)]
    command: Command,
}

#[derive(Subcommand)]
enum Command {
    /// Everything that must hold: format, rules, lints, queries, build, tests, doctests
    Test(test::Options),
    /// The rules of the house: who may depend on whom, file sizes, where SQL stands, page habits
    Check,
    /// Writes what the compiler knows about our SQL into .sqlx
    Sqlx {
        /// Only compare, and fail on a difference
        #[arg(long)]
        check: bool,
    },
    /// Writes the description of the API into docs/openapi.json
    Openapi,
    /// Takes the pinned page assets out of their npm packages
    Vendor,
    /// Runs a PostgreSQL for development and prints its DATABASE_URL, until Ctrl-C
    DevDb,
    /// Builds the product in release mode and measures it from outside
    Figures {
        /// webhooks, replies, reads, starts; all of them when none is named
        sections: Vec<String>,
    },
    /// Licences, sources and known weaknesses of what we depend on (needs cargo-deny)
    Deny,
}

fn main() -> ExitCode {
    match dispatch(Arguments::parse().command) {
        Ok(()) => ExitCode::SUCCESS,
        Err(error) => {
            run::say(&format!("\nerror: {error:#}"));
            ExitCode::FAILURE
        }
    }
}

fn dispatch(command: Command) -> Result<()> {
    match command {
        Command::Test(options) => test::run(&options),
        Command::Check => check::run(),
        Command::Sqlx { check } => sqlx::run(check),
        Command::Openapi => openapi::run(),
        Command::Vendor => vendor::run(),
        Command::DevDb => database::serve(),
        Command::Figures { sections } => figures::run(&sections),
        Command::Deny => deny::run(),
    }
}
