//! `socialsync demo`: the product beside simulated platforms.

use crate::cli::DemoArgs;
use crate::{demo, stop};

/// Runs the demo until the person asks to stop.
pub async fn run(args: DemoArgs) -> anyhow::Result<()> {
    telemetry::init(telemetry::Format::Human, "warn")?;
    demo::run(args, stop::token()).await
}
