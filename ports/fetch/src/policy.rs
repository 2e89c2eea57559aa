//! Which URLs may be asked at all.

use std::fmt;
use std::net::IpAddr;
use std::str::FromStr;

use url::{Host, Url};

use crate::FetchError;
use crate::address::is_public;

/// What is allowed beyond the public web; by default nothing.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Policy {
    /// Hosts with their ports that are read wherever they are: simulated sites, a site of the
    /// house that its operator wants to be read.
    pub allow: Vec<HostPort>,
}

/// A host and a port, as `shop.test:8080`, `127.0.0.1:8100` or `[::1]:8100`.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct HostPort {
    host: Host<String>,
    port: u16,
}

/// A text that is no host with a port.
#[derive(Clone, Debug, PartialEq, Eq, thiserror::Error)]
#[error("{0:?} is no host with a port, such as 127.0.0.1:8100")]
pub struct InvalidHostPort(String);

impl FromStr for HostPort {
    type Err = InvalidHostPort;

    fn from_str(text: &str) -> Result<Self, InvalidHostPort> {
        let parse = || {
            let (host, port) = text.trim().rsplit_once(':')?;
            Some(Self {
                host: Host::parse(host).ok()?,
                port: port.parse().ok()?,
            })
        };
        parse().ok_or_else(|| InvalidHostPort(text.to_owned()))
    }
}

impl fmt::Display for HostPort {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "{}:{}", self.host, self.port)
    }
}

/// How a URL that may be asked is reached.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Road {
    /// Only over addresses that are public.
    Public,
    /// Over any address: the URL is on the list.
    Allowed,
}

impl Policy {
    /// Checks everything that the URL itself says. A name is looked up later, by the resolver; an
    /// address in the URL never reaches a resolver and is judged here. (Odd forms of addresses,
    /// such as `0x7f.1` or `2130706433`, are addresses already when the URL is parsed.)
    pub(crate) fn road(&self, url: &Url) -> Result<Road, FetchError> {
        let road = self.reach(url)?;
        let port = url.port_or_known_default().ok_or(FetchError::NotHttp)?;
        if road == Road::Public && !matches!(port, 80 | 443) {
            return Err(FetchError::RefusedPort(port));
        }
        Ok(road)
    }

    /// The same for a server whose port its owner chose: any port will do.
    pub fn reach(&self, url: &Url) -> Result<Road, FetchError> {
        if !matches!(url.scheme(), "http" | "https") {
            return Err(FetchError::NotHttp);
        }
        if !url.username().is_empty() || url.password().is_some() {
            return Err(FetchError::Credentials);
        }
        let host = url.host().ok_or(FetchError::NotHttp)?;
        let port = url.port_or_known_default().ok_or(FetchError::NotHttp)?;
        let listed = |one: &HostPort| one.port == port && one.host == host.to_owned();
        if self.allow.iter().any(listed) {
            return Ok(Road::Allowed);
        }
        let address = match host {
            Host::Domain(_) => None,
            Host::Ipv4(address) => Some(IpAddr::V4(address)),
            Host::Ipv6(address) => Some(IpAddr::V6(address)),
        };
        if address.is_some_and(|address| !is_public(address)) {
            return Err(FetchError::RefusedAddress {
                host: host.to_string(),
            });
        }
        Ok(Road::Public)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn road(policy: &Policy, url: &str) -> Result<Road, FetchError> {
        policy.road(&url.parse().unwrap())
    }

    #[test]
    fn the_public_web_is_open() {
        let policy = Policy::default();
        for url in [
            "http://example.com",
            "https://example.com:443/a?b#c",
            "http://example.com:443",
            "https://1.1.1.1/",
            "https://[2606:4700::1111]/",
        ] {
            assert_eq!(road(&policy, url), Ok(Road::Public), "{url}");
        }
    }

    #[test]
    fn an_address_of_the_house_is_refused_however_it_is_written() {
        for url in [
            "http://127.0.0.1/",
            "http://127.0.0.1./",
            "http://127.1/",
            "http://2130706433/",
            "http://0x7f000001/",
            "http://0x7f.1/",
            "http://0177.0.0.1/",
            "http://0/",
            "http://%31%32%37.0.0.1/",
            "http://１２７.0.0.1/",
            "http://127。0。0。1/",
            "http://[::1]/",
            "http://[::ffff:127.0.0.1]/",
            "http://[::ffff:7f00:1]/",
            "http://[64:ff9b::a9fe:a9fe]/",
            "http://169.254.169.254/latest/meta-data/",
            "http://2852039166/",
            "http://10.1.2.3:443/",
            "http://192.168.0.1:8100/",
        ] {
            let refused = road(&Policy::default(), url);
            assert!(
                matches!(refused, Err(FetchError::RefusedAddress { .. })),
                "{url}: {refused:?}"
            );
        }
    }

    #[test]
    fn other_schemes_ports_and_credentials_are_refused() {
        for (url, error) in [
            ("ftp://example.com/", FetchError::NotHttp),
            ("file:///etc/passwd", FetchError::NotHttp),
            ("gopher://example.com:80/", FetchError::NotHttp),
            ("data:text/html,x", FetchError::NotHttp),
            ("http://example.com:8080/", FetchError::RefusedPort(8080)),
            ("https://example.com:22/", FetchError::RefusedPort(22)),
            ("http://me@example.com/", FetchError::Credentials),
            ("http://:secret@example.com/", FetchError::Credentials),
        ] {
            assert_eq!(road(&Policy::default(), url), Err(error), "{url}");
        }
    }

    #[test]
    fn the_list_opens_one_host_on_one_port() {
        let policy = Policy {
            allow: vec![
                "127.0.0.1:8100".parse().unwrap(),
                "Shop.Test:80".parse().unwrap(),
                " [::1]:81 ".parse().unwrap(),
            ],
        };
        for url in [
            "http://127.0.0.1:8100/site/",
            "http://2130706433:8100/",
            "http://shop.test/",
            "http://[::1]:81/",
        ] {
            assert_eq!(road(&policy, url), Ok(Road::Allowed), "{url}");
        }
        assert!(road(&policy, "http://127.0.0.1:8101/").is_err());
        assert!(road(&policy, "http://127.0.0.2:8100/").is_err());
        assert!(road(&policy, "http://me@127.0.0.1:8100/").is_err());
        assert_eq!(road(&policy, "https://shop.test/"), Ok(Road::Public));
    }

    #[test]
    fn an_entry_of_the_list_has_a_host_and_a_port() {
        for good in ["127.0.0.1:8100", "[::1]:80", "shop.test:1"] {
            assert_eq!(good.parse::<HostPort>().unwrap().to_string(), good);
        }
        for wrong in [
            "",
            "127.0.0.1",
            "::1",
            "shop.test:",
            ":80",
            "a b:80",
            "a:70000",
        ] {
            assert!(wrong.parse::<HostPort>().is_err(), "{wrong}");
        }
    }
}
