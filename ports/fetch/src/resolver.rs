//! From names to addresses: the only way by which a connection gets one.

use std::future::Future;
use std::io;
use std::net::{IpAddr, SocketAddr};
use std::pin::Pin;
use std::sync::Arc;

use reqwest::dns::{Addrs, Name, Resolve, Resolving};

use crate::address::is_public;
use crate::policy::Road;

/// The addresses of a name, some time later.
pub type Addresses = Pin<Box<dyn Future<Output = io::Result<Vec<IpAddr>>> + Send>>;

/// Knows the addresses of names.
pub trait Lookup: Send + Sync + 'static {
    /// Every address of this host.
    fn lookup(&self, host: &str) -> Addresses;
}

/// Asks the operating system.
#[derive(Clone, Copy, Debug, Default)]
pub struct SystemLookup;

impl Lookup for SystemLookup {
    fn lookup(&self, host: &str) -> Addresses {
        let host = host.to_owned();
        Box::pin(async move {
            let found = tokio::net::lookup_host((host, 0)).await?;
            Ok(found.map(|address| address.ip()).collect())
        })
    }
}

/// A name leads, or leads also, to an address that is not public.
#[derive(Debug, thiserror::Error)]
#[error("the name leads to an address that is not public")]
pub(crate) struct Refused;

/// A resolver for other clients of HTTP that hands out public addresses only, looked up as `lookup`
/// does.
pub fn public_only(lookup: Arc<dyn Lookup>) -> Arc<dyn Resolve> {
    let road = Road::Public;
    Arc::new(Guard { lookup, road })
}

/// The resolver of one road. A connection is made to what it answers and to nothing else, so that
/// a name can't mean one machine when it is checked and another when it is called. An answer that
/// holds one closed address is refused whole: nobody honest mixes them.
pub(crate) struct Guard {
    pub(crate) lookup: Arc<dyn Lookup>,
    pub(crate) road: Road,
}

impl Resolve for Guard {
    fn resolve(&self, name: Name) -> Resolving {
        let found = self.lookup.lookup(name.as_str());
        let road = self.road;
        Box::pin(async move {
            let addresses = found.await?;
            if road == Road::Public && !addresses.iter().copied().all(is_public) {
                return Err(Refused.into());
            }
            // The port is the URL's.
            let sockets = addresses
                .into_iter()
                .map(|address| SocketAddr::new(address, 0));
            let sockets: Addrs = Box::new(sockets);
            Ok(sockets)
        })
    }
}
