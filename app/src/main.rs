//! The binary `socialsync`.

use std::process::ExitCode;
use std::time::Duration;

use anyhow::Context as _;
use clap::Parser as _;
use socialsync::cli::{Cli, Command, EvalCommand, UserCommand, WebhookCommand};
use socialsync::commands;
use socialsync::config::{Config, Source};
use socialsync::words::say;
use tokio::runtime::Runtime;

/// How long what still computes may go on once everything else has ended.
const LAST_WORK: Duration = Duration::from_secs(1);

fn main() -> ExitCode {
    let command = Cli::parse().command;
    // What reads a file from a stranger starts nothing else, not even a runtime.
    if matches!(command, Command::ExtractChild) {
        return extract::child::main();
    }
    start(command)
}

fn start(command: Command) -> ExitCode {
    let done = Runtime::new()
        .context("the runtime could not be started")
        .and_then(|runtime| {
            let done = runtime.block_on(run(command));
            // What still computes can't be interrupted, and must not keep the process.
            runtime.shutdown_timeout(LAST_WORK);
            done
        });
    match done {
        Ok(code) => code,
        Err(error) => {
            say(&format!("error: {error:#}"));
            ExitCode::FAILURE
        }
    }
}

async fn run(command: Command) -> anyhow::Result<ExitCode> {
    // Some commands need no settings.
    match command {
        Command::Webhook(WebhookCommand::Explain { platform, file }) => {
            commands::webhook::explain(platform.into(), &file)?;
        }
        Command::Eval(EvalCommand::Extraction {
            dir,
            expected,
            json,
        }) => commands::eval::extraction::run(&dir, &expected, json).await?,
        Command::Eval(EvalCommand::Retrieval(wanted)) => commands::eval::retrieval::run(&wanted)?,
        Command::Eval(EvalCommand::Abstain(wanted)) => commands::eval::abstain::run(&wanted)?,
        Command::Eval(EvalCommand::Moderation(wanted)) => commands::eval::moderation::run(&wanted)?,
        other => return Box::pin(run_with_settings(other)).await,
    }
    Ok(ExitCode::SUCCESS)
}

async fn run_with_settings(command: Command) -> anyhow::Result<ExitCode> {
    let config = Config::from_source(&Source::from_environment()?)?;
    match command {
        Command::Simulator { port } => commands::simulator::run(port).await?,
        Command::Migrate => commands::migrate::run(&config).await?,
        Command::Config => commands::print_config::run(&config),
        Command::Doctor => {
            if !commands::doctor::run(&config).await {
                return Ok(ExitCode::FAILURE);
            }
        }
        Command::Serve { roles } => commands::serve::run(&config, &roles).await?,
        Command::Demo(args) => commands::demo::run(&config, args).await?,
        Command::Openapi => commands::openapi::run(&config).await?,
        Command::User(UserCommand::Create {
            email,
            name,
            workspace,
        }) => commands::user::create(&config, &email, &name, &workspace).await?,
        Command::Webhook(_) | Command::Eval(_) | Command::ExtractChild => {}
    }
    Ok(ExitCode::SUCCESS)
}
