//! `socialsync simulator`: the simulated platforms alone.

use simulator::Options;
use tokio::net::TcpListener;

use crate::words::say;

/// Runs the simulated platforms on a port of this machine until stopped.
pub async fn run(port: u16) -> anyhow::Result<()> {
    let listener = TcpListener::bind(("127.0.0.1", port)).await?;
    say(&format!(
        "Simulated platforms: http://{}/_sandbox/",
        listener.local_addr()?
    ));
    simulator::serve(listener, Options::default(), crate::stop::requested()).await?;
    Ok(())
}
