//! `socialsync serve`: runs the product.

use kernel::Clock;

use crate::cli::RoleName;
use crate::config::Config;
use crate::database::Database;
use crate::parts::Parts;
use crate::words::say;
use crate::{secret_key, serve, stop};

/// Runs the roles, all of them when none is named, until the person asks to stop.
pub async fn run(config: &Config, roles: &[RoleName]) -> anyhow::Result<()> {
    telemetry::init(
        telemetry::Format::Json,
        config.log.as_deref().unwrap_or("info"),
    )?;
    // What is wrong with the key is told before a database is started for nothing.
    secret_key::load(config)?;
    let roles = if roles.is_empty() {
        &RoleName::ALL
    } else {
        roles
    };
    if roles.len() < RoleName::ALL.len() && config.files.s3.is_none() {
        say(&format!(
            "Files are kept in {} of this machine. The other roles have to run here too, or reach the \
             same folder, or S3_BUCKET has to be set: else documents and pictures are not found.",
            config.data_dir.display()
        ));
    }
    // Who serves no web listens nowhere.
    let listener = if roles.contains(&RoleName::Web) {
        Some(serve::bind(config.listen, "set SOCIALSYNC_LISTEN").await?)
    } else {
        None
    };
    let database = Database::open(config).await?;
    let parts = Parts::build(config, database.db.clone(), Clock::System)?;
    secret_key::check(&database.db, &parts.key).await?;
    // Whoever reads that it runs may ask it to stop.
    let stop = stop::token();
    if listener.is_some() {
        say(&format!("SocialSync AI: {}", config.public_url));
    } else {
        say(
            "This process serves no web and listens nowhere; Operations shows when it was seen last.",
        );
    }
    let served = Box::pin(serve::run(parts, listener, roles, stop)).await;
    database.close().await;
    served
}
