//! The client, and where it goes.

use std::sync::Arc;
use std::time::Duration;

use kernel::Secret;
use reqwest::dns::Resolve;
use url::Url;

use crate::call::Address;

/// Where a model is reached.
#[derive(Debug, Clone)]
pub struct Endpoint {
    /// Up to and including the version, like `https://openrouter.ai/api/v1`.
    pub base_url: Url,
    /// The key; empty for a server that wants none.
    pub key: Secret,
    /// Whether only public addresses may be reached: yes for a server that a workspace named, no for
    /// one that the operator did. An address in `base_url` itself is the caller's to judge.
    pub public_only: bool,
}

impl Endpoint {
    /// A path of this server.
    pub(crate) fn at(&self, path: &str) -> Address<'_> {
        Address {
            url: format!("{}{path}", self.base_url.as_str().trim_end_matches('/')),
            key: &self.key,
            key_header: None,
            public_only: self.public_only,
        }
    }

    /// OpenAI itself deprecated `max_tokens`; compatible servers often know nothing else.
    pub(crate) fn modern_limit(&self) -> bool {
        self.base_url.host_str() == Some("api.openai.com")
    }
}

/// The HTTP client could not be made.
#[derive(Debug, thiserror::Error)]
#[error("the HTTP client for models could not be made")]
pub struct BuildError(#[from] reqwest::Error);

/// Speaks with any OpenAI-compatible server, and with Gemini for embeddings.
#[derive(Debug, Clone)]
pub struct Client {
    pub(crate) http: reqwest::Client,
    /// For servers that only public addresses may lead to; without it none of them is reached.
    pub(crate) guarded: Option<reqwest::Client>,
}

impl Client {
    /// A client of servers that the operator named; connections are kept and shared by its clones.
    /// Redirects are not followed, so that a key only goes where it was meant for.
    pub fn new() -> Result<Self, BuildError> {
        let http = builder().build()?;
        let guarded = None;
        Ok(Self { http, guarded })
    }

    /// The same, and of servers that others named: those it reaches by the addresses of this
    /// resolver and by no proxy, which would look names up for itself.
    pub fn guarded_by(resolver: Arc<dyn Resolve>) -> Result<Self, BuildError> {
        let guarded = builder().no_proxy().dns_resolver(resolver).build()?;
        let guarded = Some(guarded);
        Ok(Self {
            guarded,
            ..Self::new()?
        })
    }
}

fn builder() -> reqwest::ClientBuilder {
    reqwest::Client::builder()
        .redirect(reqwest::redirect::Policy::none())
        // One connection for each call: one that died in silence takes no other down.
        .http1_only()
        .connect_timeout(Duration::from_secs(5))
        .user_agent("socialsync")
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_path_is_added_with_one_slash() {
        for base in ["http://127.0.0.1:1/v1", "http://127.0.0.1:1/v1/"] {
            let endpoint = Endpoint {
                base_url: base.parse().unwrap(),
                key: Secret::default(),
                public_only: false,
            };
            let address = endpoint.at("/chat/completions");
            assert_eq!(address.url, "http://127.0.0.1:1/v1/chat/completions");
        }
    }
}
