//! `cargo xtask test`: everything that must hold, step by step.

use std::process::Command;
use std::time::{Duration, Instant};

use anyhow::{Context, Result};

use crate::database::{self, ThrowAway};
use crate::run::{cargo, must, say};
use crate::tools::Subcommand;
use crate::{check, deny, sqlx, tools};

/// What to run.
#[derive(clap::Args)]
pub struct Options {
    /// Only tests whose name contains this, without the steps before and after
    #[arg(long)]
    filter: Option<String>,
    /// Only tests of this package, without the steps before and after
    #[arg(long, short)]
    package: Option<String>,
}

/// Runs all steps and stops at the first that fails.
pub fn run(options: &Options) -> Result<()> {
    let mut steps = Steps::default();
    if options.filter.is_some() || options.package.is_some() {
        return only_tests(&mut steps, options);
    }
    steps.run("format", || must(&mut cargo(&["fmt", "--all", "--check"])?))?;
    steps.run("rules", check::run)?;
    steps.run("dependencies", deny::offline)?;
    steps.run("browser", tools::provide_browser)?;
    let nextest = steps.run("test runner", || tools::provide(Subcommand::Nextest))?;
    let database = steps.run("database", database::throw_away)?;
    let queries = steps.run("lints", || {
        let arguments = [
            "clippy",
            "--workspace",
            "--all-targets",
            "--keep-going",
            "--quiet",
            "--",
            "-D",
            "warnings",
        ];
        // The same pass tells what PostgreSQL thinks of our SQL.
        sqlx::collect(&database.cluster, &mut cargo(&arguments)?)
    })?;
    steps.run("queries", || sqlx::compare(&queries))?;
    steps.run("build", || {
        must(offline(&mut cargo(&["build", "--workspace", "--quiet"])?))
    })?;
    steps.run("tests", || {
        let arguments: &[&str] = if nextest {
            &[
                "nextest",
                "run",
                "--workspace",
                "--no-fail-fast",
                "--status-level",
                "slow",
            ]
        } else {
            &[
                "test",
                "--workspace",
                "--lib",
                "--bins",
                "--tests",
                "--no-fail-fast",
            ]
        };
        must(with(&database, &mut cargo(arguments)?))
    })?;
    steps.run("doctests", || {
        must(with(
            &database,
            &mut cargo(&["test", "--workspace", "--doc", "--quiet"])?,
        ))
    })?;
    steps.run("clean-up", || {
        drop(database);
        Ok(())
    })?;
    steps.summary();
    Ok(())
}

fn only_tests(steps: &mut Steps, options: &Options) -> Result<()> {
    let nextest = steps.run("test runner", || tools::provide(Subcommand::Nextest))?;
    let database = steps.run("database", database::throw_away)?;
    let mut arguments = if nextest {
        vec!["nextest", "run"]
    } else {
        vec!["test"]
    };
    match &options.package {
        Some(package) => arguments.extend(["--package", package]),
        None => arguments.push("--workspace"),
    }
    arguments.extend(options.filter.as_deref());
    steps.run("tests", || must(with(&database, &mut cargo(&arguments)?)))?;
    steps.summary();
    Ok(())
}

/// Queries are checked against `.sqlx`, whatever database the environment names.
fn offline(command: &mut Command) -> &mut Command {
    command
        .env("SQLX_OFFLINE", "true")
        .env_remove("DATABASE_URL")
}

/// Tests share one cluster; each makes a database of its own in it.
fn with<'a>(database: &ThrowAway, command: &'a mut Command) -> &'a mut Command {
    let url = database.cluster.connect_url("postgres");
    offline(command).env("SOCIALSYNC_TEST_DATABASE_URL", url)
}

/// What ran, and how long it took.
#[derive(Default)]
struct Steps(Vec<(&'static str, Duration)>);

impl Steps {
    fn run<T>(&mut self, name: &'static str, step: impl FnOnce() -> Result<T>) -> Result<T> {
        say(&format!("== {name}"));
        let began = Instant::now();
        let result = step();
        let took = began.elapsed();
        self.0.push((name, took));
        let state = if result.is_ok() { "ok" } else { "FAILED" };
        say(&format!("   {name}: {state} ({:.1} s)", took.as_secs_f64()));
        result.with_context(|| format!("step {name:?} failed"))
    }

    fn summary(&self) {
        let all: Duration = self.0.iter().map(|(_, took)| *took).sum();
        let each: Vec<String> = self
            .0
            .iter()
            .map(|(name, took)| format!("{name} {:.0} s", took.as_secs_f64()))
            .collect();
        say(&format!(
            "\nAll good in {:.0} s: {}",
            all.as_secs_f64(),
            each.join(", ")
        ));
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_failed_step_is_named() {
        let error = Steps::default()
            .run::<()>("lints", || anyhow::bail!("no"))
            .unwrap_err();
        assert_eq!(format!("{error:#}"), "step \"lints\" failed: no");
    }
}
