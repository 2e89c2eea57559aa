//! The binary `socialsync`.

use std::process::ExitCode;

use clap::Parser as _;
use socialsync::cli::{Cli, Command, UserCommand, WebhookCommand};
use socialsync::commands;
use socialsync::config::{Config, Source};
use socialsync::words::say;

#[tokio::main]
async fn main() -> ExitCode {
    match run(Cli::parse().command).await {
        Ok(code) => code,
        Err(error) => {
            say(&format!("error: {error:#}"));
            ExitCode::FAILURE
        }
    }
}

async fn run(command: Command) -> anyhow::Result<ExitCode> {
    if let Command::Webhook(WebhookCommand::Explain { platform, file }) = command {
        commands::webhook::explain(platform.into(), &file)?;
        return Ok(ExitCode::SUCCESS);
    }
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
        Command::Demo(args) => commands::demo::run(args).await?,
        Command::Openapi => commands::openapi::run(&config).await?,
        Command::User(UserCommand::Create {
            email,
            name,
            workspace,
        }) => commands::user::create(&config, &email, &name, &workspace).await?,
        Command::Webhook(_) => {}
    }
    Ok(ExitCode::SUCCESS)
}
