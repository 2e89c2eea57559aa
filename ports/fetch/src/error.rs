//! Why nothing was fetched, in words for the person who named the address.

use std::error::Error as StdError;
use std::io;

use url::Url;

use crate::resolver::Refused;

/// Why there is no page.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
pub enum FetchError {
    /// Something else than `http` or `https`.
    #[error("Only addresses that begin with http:// or https:// can be read.")]
    NotHttp,
    /// A user name or password stands in the address.
    #[error("The address holds a user name or a password. Leave it out.")]
    Credentials,
    /// A port that pages are not on.
    #[error("The address names the port {0}. Pages are read from the usual ports, 80 and 443.")]
    RefusedPort(u16),
    /// The host is, or one of its addresses is, not on the public internet.
    #[error("{host} is not on the public internet, so it is not read.")]
    RefusedAddress {
        /// The host as the address names it.
        host: String,
    },
    /// The name means no machine.
    #[error("There is no site called {host}. Check the spelling.")]
    UnknownHost {
        /// The host.
        host: String,
    },
    /// No connection.
    #[error("{host} does not answer. Try again later.")]
    Unreachable {
        /// The host.
        host: String,
    },
    /// The other side's TLS or its certificate does not hold.
    #[error("No safe connection to {host} is possible, so nothing was read from it.")]
    Insecure {
        /// The host.
        host: String,
    },
    /// More redirects than are followed.
    #[error("The address leads from one page to the next without an end.")]
    TooManyRedirects,
    /// A redirect to nowhere.
    #[error("The address leads on to something that is no address.")]
    BadRedirect,
    /// The site says no.
    #[error("{}", status_sentence(*.0))]
    Status(u16),
    /// More than the caller wanted to have, packed or unpacked.
    #[error("The page is larger than {limit} bytes.")]
    TooLarge {
        /// The most that is read, in bytes.
        limit: usize,
    },
    /// A head that no honest server sends.
    #[error("The site sends more ahead of the page than is read.")]
    HeadersTooLarge,
    /// The time was up before the last byte.
    #[error("The site is too slow. Try again later.")]
    TooSlow,
    /// Packed in a way that was not asked for, or badly.
    #[error("The page is packed in a way that can't be read.")]
    Packed,
    /// The connection ended early, or what came is no HTTP.
    #[error("The connection broke while the page was read. Try again later.")]
    Broken,
}

fn status_sentence(status: u16) -> String {
    let said = match status {
        401 | 403 => "The page is not open to everybody",
        404 | 410 => "There is no page at this address",
        429 => "The site asks to come back later",
        500.. => "The site is broken at the moment. Try again later",
        _ => "The site does not give the page",
    };
    format!("{said} (status {status}).")
}

impl FetchError {
    /// A stable word for records and metrics.
    pub fn class(&self) -> &'static str {
        match self {
            Self::NotHttp => "not_http",
            Self::Credentials => "credentials",
            Self::RefusedPort(_) => "refused_port",
            Self::RefusedAddress { .. } => "refused_address",
            Self::UnknownHost { .. } => "unknown_host",
            Self::Unreachable { .. } => "unreachable",
            Self::Insecure { .. } => "insecure",
            Self::TooManyRedirects => "too_many_redirects",
            Self::BadRedirect => "bad_redirect",
            Self::Status(_) => "status",
            Self::TooLarge { .. } => "too_large",
            Self::HeadersTooLarge => "headers_too_large",
            Self::TooSlow => "too_slow",
            Self::Packed => "packed",
            Self::Broken => "broken",
        }
    }

    /// Whether the same address can answer later.
    pub fn is_passing(&self) -> bool {
        match self {
            Self::UnknownHost { .. } | Self::Unreachable { .. } | Self::TooSlow | Self::Broken => {
                true
            }
            Self::Status(status) => matches!(status, 408 | 425 | 429 | 500..),
            _ => false,
        }
    }

    /// What the client's error means for a request to `url`.
    pub(crate) fn from_client(url: &Url, error: &reqwest::Error) -> Self {
        let host = || url.host_str().unwrap_or_default().to_owned();
        if let Some(known) = causes(error).find_map(cause) {
            return match known {
                Cause::Refused => Self::RefusedAddress { host: host() },
                Cause::HeadersTooLarge => Self::HeadersTooLarge,
                Cause::Insecure => Self::Insecure { host: host() },
            };
        }
        if error.is_timeout() {
            Self::TooSlow
        } else if error.is_dns() {
            Self::UnknownHost { host: host() }
        } else if error.is_connect() {
            Self::Unreachable { host: host() }
        } else {
            Self::Broken
        }
    }
}

enum Cause {
    Refused,
    HeadersTooLarge,
    Insecure,
}

fn cause(error: &(dyn StdError + 'static)) -> Option<Cause> {
    if error.is::<Refused>() {
        return Some(Cause::Refused);
    }
    if let Some(error) = error.downcast_ref::<hyper::Error>() {
        return error.is_parse_too_large().then_some(Cause::HeadersTooLarge);
    }
    let error = error.downcast_ref::<io::Error>()?;
    if error.kind() == io::ErrorKind::InvalidData {
        // How the TLS library hands its refusals through a stream.
        return Some(Cause::Insecure);
    }
    // An error of a stream hides the one that it wraps from its sources.
    cause(error.get_ref()?)
}

fn causes<'a>(
    error: &'a (dyn StdError + 'static),
) -> impl Iterator<Item = &'a (dyn StdError + 'static)> {
    let mut next = Some(error);
    std::iter::from_fn(move || {
        let this = next?;
        next = this.source();
        Some(this)
    })
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_status_is_said_in_a_sentence() {
        for (status, said) in [
            (404, "There is no page at this address (status 404)."),
            (403, "The page is not open to everybody (status 403)."),
            (
                503,
                "The site is broken at the moment. Try again later (status 503).",
            ),
            (418, "The site does not give the page (status 418)."),
        ] {
            assert_eq!(FetchError::Status(status).to_string(), said);
        }
    }

    #[test]
    fn what_may_pass_is_told_from_what_will_not() {
        assert!(FetchError::Status(503).is_passing());
        assert!(FetchError::TooSlow.is_passing());
        assert!(!FetchError::Status(404).is_passing());
        assert!(!FetchError::NotHttp.is_passing());
    }
}
