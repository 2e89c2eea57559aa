//! The client.

use std::fmt;
use std::sync::Arc;
use std::time::Duration;

use reqwest::header::{self, HeaderMap, HeaderName};
use reqwest::{Response, StatusCode};
use url::Url;

use crate::address::is_public;
use crate::body;
use crate::policy::Road;
use crate::resolver::{Guard, Lookup, SystemLookup};
use crate::{FetchError, Page, Policy, Validators};

/// The name that sites see, and whose rules in `robots.txt` a crawl follows.
pub const PRODUCT: &str = "SocialSync";

/// How many redirects are followed.
pub(crate) const REDIRECTS: u8 = 5;

/// The largest head of an answer, in bytes.
const LARGEST_HEAD: usize = 64 * 1024;

/// How long a connection may take.
const CONNECT: Duration = Duration::from_secs(5);

/// The most that is taken for one address.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Caps {
    /// The largest content in bytes, as it is sent and once it is unpacked.
    pub body: usize,
    /// From the first name that is looked up to the last byte, redirects included.
    pub time: Duration,
}

impl Default for Caps {
    fn default() -> Self {
        Self {
            body: 10 * 1024 * 1024,
            time: Duration::from_secs(20),
        }
    }
}

/// The HTTP client could not be made.
#[derive(Debug, thiserror::Error)]
#[error("the HTTP client for pages could not be made")]
pub struct BuildError(#[from] reqwest::Error);

/// Fetches what a customer or a document names, from the public internet only. It keeps no
/// cookies, knows no proxy, sends no referrer and carries nobody's token. Clones share connections.
#[derive(Clone)]
pub struct Fetcher {
    policy: Arc<Policy>,
    public: reqwest::Client,
    allowed: reqwest::Client,
}

impl fmt::Debug for Fetcher {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("Fetcher")
            .field("policy", &self.policy)
            .finish_non_exhaustive()
    }
}

/// What one request came to; redirects are the caller's to follow.
pub(crate) enum Hop {
    /// The page is elsewhere.
    Moved(Url),
    /// The page is as it was known.
    Unchanged,
    /// The page, its content still to be read.
    Opened(Box<Opened>),
}

/// A page whose content is not read yet.
pub(crate) struct Opened {
    pub(crate) page: Page,
    response: Response,
}

impl Opened {
    /// Reads the content, at most `limit` bytes.
    pub(crate) async fn read(self, limit: usize) -> Result<Page, FetchError> {
        let body = body::read(self.response, limit).await?;
        Ok(Page { body, ..self.page })
    }
}

impl Fetcher {
    /// A client that looks names up as the operating system does.
    pub fn new(policy: Policy) -> Result<Self, BuildError> {
        Self::with_lookup(policy, Arc::new(SystemLookup))
    }

    /// A client that asks `lookup` for the addresses of names.
    pub fn with_lookup(policy: Policy, lookup: Arc<dyn Lookup>) -> Result<Self, BuildError> {
        Ok(Self {
            policy: Arc::new(policy),
            public: client(Arc::clone(&lookup), Road::Public)?,
            allowed: client(lookup, Road::Allowed)?,
        })
    }

    /// Fetches a page. The caller checks that it is of a kind that he can use.
    pub async fn get(&self, url: &Url, caps: &Caps) -> Result<Page, FetchError> {
        match self.follow(url, &Validators::default(), caps).await? {
            Some(page) => Ok(page),
            // Nobody asked whether it changed.
            None => Err(FetchError::Status(StatusCode::NOT_MODIFIED.as_u16())),
        }
    }

    /// Fetches a page unless it is still the one that is known by `known`.
    pub async fn get_if_changed(
        &self,
        url: &Url,
        known: &Validators,
        caps: &Caps,
    ) -> Result<Option<Page>, FetchError> {
        self.follow(url, known, caps).await
    }

    async fn follow(
        &self,
        url: &Url,
        known: &Validators,
        caps: &Caps,
    ) -> Result<Option<Page>, FetchError> {
        let follow = async {
            let mut url = url.clone();
            for _ in 0..=REDIRECTS {
                match self.open(&url, known, "*/*").await? {
                    Hop::Moved(target) => url = target,
                    Hop::Unchanged => return Ok(None),
                    Hop::Opened(opened) => return opened.read(caps.body).await.map(Some),
                }
            }
            Err(FetchError::TooManyRedirects)
        };
        let timed = tokio::time::timeout(caps.time, follow).await;
        timed.unwrap_or(Err(FetchError::TooSlow))
    }

    /// One request, to a URL that is checked first. The caller limits its time.
    pub(crate) async fn open(
        &self,
        url: &Url,
        known: &Validators,
        accept: &'static str,
    ) -> Result<Hop, FetchError> {
        let road = self.policy.road(url)?;
        let client = match road {
            Road::Public => &self.public,
            Road::Allowed => &self.allowed,
        };
        let mut request = client
            .get(url.clone())
            .header(header::ACCEPT, accept)
            .header(header::ACCEPT_ENCODING, "gzip");
        if let Some(etag) = &known.etag {
            request = request.header(header::IF_NONE_MATCH, etag);
        }
        if let Some(date) = &known.last_modified {
            request = request.header(header::IF_MODIFIED_SINCE, date);
        }
        let response = request
            .send()
            .await
            .map_err(|error| FetchError::from_client(url, &error))?;
        let reached = response.remote_addr();
        // The roads see to this already; whatever becomes of them, nothing closed is read.
        if road == Road::Public && reached.is_some_and(|address| !is_public(address.ip())) {
            return Err(FetchError::RefusedAddress {
                host: url.host_str().unwrap_or_default().to_owned(),
            });
        }
        take(url, known, response)
    }
}

fn take(url: &Url, known: &Validators, response: Response) -> Result<Hop, FetchError> {
    let headers = response.headers();
    if size(headers) > LARGEST_HEAD {
        return Err(FetchError::HeadersTooLarge);
    }
    match response.status() {
        StatusCode::NOT_MODIFIED if !known.is_empty() => Ok(Hop::Unchanged),
        StatusCode::MOVED_PERMANENTLY
        | StatusCode::FOUND
        | StatusCode::SEE_OTHER
        | StatusCode::TEMPORARY_REDIRECT
        | StatusCode::PERMANENT_REDIRECT => Ok(Hop::Moved(target(url, headers)?)),
        status if status.is_success() => Ok(Hop::Opened(Box::new(Opened {
            page: Page {
                url: url.clone(),
                status: status.as_u16(),
                content_type: text(headers, header::CONTENT_TYPE),
                body: bytes::Bytes::new(),
                validators: Validators {
                    etag: text(headers, header::ETAG),
                    last_modified: text(headers, header::LAST_MODIFIED),
                },
            },
            response,
        }))),
        status => Err(FetchError::Status(status.as_u16())),
    }
}

fn target(url: &Url, headers: &HeaderMap) -> Result<Url, FetchError> {
    let location = headers
        .get(header::LOCATION)
        .ok_or(FetchError::BadRedirect)?;
    let mut target = url
        .join(&String::from_utf8_lossy(location.as_bytes()))
        .map_err(|_| FetchError::BadRedirect)?;
    target.set_fragment(None);
    Ok(target)
}

fn text(headers: &HeaderMap, name: HeaderName) -> Option<String> {
    Some(headers.get(name)?.to_str().ok()?.to_owned())
}

fn size(headers: &HeaderMap) -> usize {
    headers
        .iter()
        .map(|(name, value)| name.as_str().len() + value.len())
        .sum()
}

fn client(lookup: Arc<dyn Lookup>, road: Road) -> Result<reqwest::Client, reqwest::Error> {
    reqwest::Client::builder()
        .dns_resolver(Arc::new(Guard { lookup, road }))
        // A proxy would look names up by itself.
        .no_proxy()
        // Each hop is checked first.
        .redirect(reqwest::redirect::Policy::none())
        .referer(false)
        .user_agent(concat!("SocialSync/", env!("CARGO_PKG_VERSION")))
        // One way to be understood, and its limits on heads are the ones tested here.
        .http1_only()
        // Unpacked here, within the cap, whatever features the client is built with.
        .no_gzip()
        .no_brotli()
        .no_deflate()
        .no_zstd()
        .connect_timeout(CONNECT)
        .pool_max_idle_per_host(1)
        .build()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_redirect_is_resolved_against_the_page_and_loses_its_fragment() {
        let page: Url = "https://shop.test/a/b?c".parse().unwrap();
        let lead = |location: &str| {
            let mut headers = HeaderMap::new();
            headers.insert(header::LOCATION, location.parse().unwrap());
            target(&page, &headers).map(String::from)
        };
        assert_eq!(lead("/d#e").unwrap(), "https://shop.test/d");
        assert_eq!(lead("d").unwrap(), "https://shop.test/a/d");
        assert_eq!(lead("//other.test").unwrap(), "https://other.test/");
        assert_eq!(lead("http://[::1").unwrap_err(), FetchError::BadRedirect);
        let none = target(&page, &HeaderMap::new());
        assert_eq!(none.unwrap_err(), FetchError::BadRedirect);
    }
}
