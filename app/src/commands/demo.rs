//! `socialsync demo`: the product beside simulated platforms.

use crate::cli::DemoArgs;
use crate::config::Config;
use crate::{demo, stop};

/// Runs the demo until the person asks to stop.
pub async fn run(config: &Config, args: DemoArgs) -> anyhow::Result<()> {
    telemetry::init(
        telemetry::Format::Human,
        config.log.as_deref().unwrap_or("warn"),
    )?;
    demo::run(args, stop::token()).await
}
