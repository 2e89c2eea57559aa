//! `socialsync serve`: runs the product.

use kernel::Clock;
use tokio_util::sync::CancellationToken;

use crate::cli::RoleName;
use crate::config::Config;
use crate::database::Database;
use crate::parts::Parts;
use crate::words::say;
use crate::{serve, stop};

/// Runs the roles, all of them when none is named, until the person asks to stop.
pub async fn run(config: &Config, roles: &[RoleName]) -> anyhow::Result<()> {
    telemetry::init(telemetry::Format::Json, "info")?;
    let roles = if roles.is_empty() {
        &RoleName::ALL
    } else {
        roles
    };
    let listener = serve::bind(config.listen).await?;
    let database = Database::open(config).await?;
    let parts = Parts::build(config, database.db.clone(), Clock::System)?;
    say(&format!("SocialSync AI: {}", config.public_url));
    let served = serve::run(parts, listener, roles, stop_token()).await;
    database.close().await;
    served
}

/// A token that is cancelled when the person or the service manager asks to stop.
pub fn stop_token() -> CancellationToken {
    let token = CancellationToken::new();
    let asked = token.clone();
    tokio::spawn(async move {
        stop::requested().await;
        asked.cancel();
    });
    token
}
