//! `socialsync simulator`: the simulated platforms alone.

use std::net::{Ipv4Addr, SocketAddr};

use simulator::Options;

use crate::serve;
use crate::words::say;

/// Runs the simulated platforms on a port of this machine until stopped.
pub async fn run(port: u16) -> anyhow::Result<()> {
    let address = SocketAddr::from((Ipv4Addr::LOCALHOST, port));
    let listener = serve::bind(address, "choose another port with --port").await?;
    let stop = crate::stop::requested();
    say(&format!(
        "Simulated platforms: http://{}/_sandbox/",
        listener.local_addr()?
    ));
    simulator::serve(listener, Options::default(), stop).await?;
    Ok(())
}
