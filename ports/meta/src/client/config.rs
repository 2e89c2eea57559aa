//! Where the platforms are, and how long they are waited for.

use std::time::Duration;

use url::Url;

use super::{MetaClient, UsageObserver};

/// Version of the Graph API that is called unless another is set.
pub const DEFAULT_VERSION: &str = "v25.0";

/// Base addresses of the outside hosts. The default is Meta's own.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct MetaUrls {
    /// Instagram API with Instagram Login.
    pub graph_instagram: String,
    /// Graph API for WhatsApp.
    pub graph_facebook: String,
    /// Where Instagram codes are exchanged.
    pub api_instagram: String,
    /// Where people consent for Instagram.
    pub authorize_instagram: String,
    /// Where people consent for WhatsApp.
    pub dialog_facebook: String,
}

impl Default for MetaUrls {
    fn default() -> Self {
        Self {
            graph_instagram: "https://graph.instagram.com".to_owned(),
            graph_facebook: "https://graph.facebook.com".to_owned(),
            api_instagram: "https://api.instagram.com".to_owned(),
            authorize_instagram: "https://www.instagram.com".to_owned(),
            dialog_facebook: "https://www.facebook.com".to_owned(),
        }
    }
}

impl MetaUrls {
    /// All addresses, from the two Graph addresses that are settings. Where such an address ends
    /// in the vendor's host name, its siblings stand beside it (`…/graph.instagram.com` and
    /// `…/www.instagram.com`); any other address serves for everything.
    pub fn beside(graph_instagram: &str, graph_facebook: &str) -> Self {
        let instagram = graph_instagram.trim_end_matches('/');
        let facebook = graph_facebook.trim_end_matches('/');
        let sibling = |base: &str, own: &str, other: &str| match base.strip_suffix(own) {
            Some(front) => format!("{front}{other}"),
            None => base.to_owned(),
        };
        Self {
            graph_instagram: instagram.to_owned(),
            graph_facebook: facebook.to_owned(),
            api_instagram: sibling(instagram, "graph.instagram.com", "api.instagram.com"),
            authorize_instagram: sibling(instagram, "graph.instagram.com", "www.instagram.com"),
            dialog_facebook: sibling(facebook, "graph.facebook.com", "www.facebook.com"),
        }
    }
}

/// How long an answer is waited for.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Timeouts {
    /// To be connected.
    pub connect: Duration,
    /// From the call to the last byte of the answer.
    pub total: Duration,
}

impl Default for Timeouts {
    fn default() -> Self {
        Self {
            connect: Duration::from_secs(5),
            total: Duration::from_secs(20),
        }
    }
}

/// Why a client can not be made.
#[derive(Debug, thiserror::Error)]
pub enum BuildError {
    /// An address is not one.
    #[error("the address of {name} is not an http(s) URL: {value:?}")]
    Address {
        /// Which of [`MetaUrls`].
        name: &'static str,
        /// What was given.
        value: String,
    },
    /// The TLS library refused.
    #[error("the HTTP client could not be made")]
    Http(#[source] reqwest::Error),
}

/// The addresses, parsed.
pub(super) struct Bases {
    pub(super) graph_instagram: Url,
    pub(super) graph_facebook: Url,
    pub(super) api_instagram: Url,
    pub(super) authorize_instagram: Url,
    pub(super) dialog_facebook: Url,
}

/// A client in the making.
#[derive(Default)]
pub struct MetaClientBuilder {
    urls: MetaUrls,
    version: Option<String>,
    timeouts: Timeouts,
    on_usage: Option<UsageObserver>,
}

impl MetaClientBuilder {
    /// Where the platforms are.
    #[must_use]
    pub fn urls(mut self, urls: &MetaUrls) -> Self {
        self.urls = urls.clone();
        self
    }

    /// Version of the Graph API, such as `v25.0`.
    #[must_use]
    pub fn version(mut self, version: impl Into<String>) -> Self {
        self.version = Some(version.into());
        self
    }

    /// How long answers are waited for.
    #[must_use]
    pub fn timeouts(mut self, timeouts: Timeouts) -> Self {
        self.timeouts = timeouts;
        self
    }

    /// Who is told of the usage that answers state.
    #[must_use]
    pub fn on_usage(mut self, observer: UsageObserver) -> Self {
        self.on_usage = Some(observer);
        self
    }

    /// The client.
    ///
    /// # Errors
    /// When an address is no URL, or TLS can not be set up.
    pub fn build(self) -> Result<MetaClient, BuildError> {
        let bases = Bases {
            graph_instagram: base("graph_instagram", &self.urls.graph_instagram)?,
            graph_facebook: base("graph_facebook", &self.urls.graph_facebook)?,
            api_instagram: base("api_instagram", &self.urls.api_instagram)?,
            authorize_instagram: base("authorize_instagram", &self.urls.authorize_instagram)?,
            dialog_facebook: base("dialog_facebook", &self.urls.dialog_facebook)?,
        };
        let http = reqwest::Client::builder()
            .connect_timeout(self.timeouts.connect)
            .timeout(self.timeouts.total)
            // A redirect could carry a token to another host, and could repeat a write.
            .redirect(reqwest::redirect::Policy::none())
            // One connection for each call: one that died in silence takes no other down.
            .http1_only()
            .user_agent(concat!("socialsync/", env!("CARGO_PKG_VERSION")))
            .build()
            .map_err(BuildError::Http)?;
        Ok(MetaClient {
            http,
            bases: bases.into(),
            version: self.version.as_deref().unwrap_or(DEFAULT_VERSION).into(),
            on_usage: self.on_usage,
        })
    }
}

fn base(name: &'static str, value: &str) -> Result<Url, BuildError> {
    Url::parse(value)
        .ok()
        .filter(|url| matches!(url.scheme(), "http" | "https") && url.has_host())
        .ok_or_else(|| BuildError::Address {
            name,
            value: value.to_owned(),
        })
}

/// The base with more path segments, each escaped.
pub(super) fn join<'a>(base: &Url, segments: impl IntoIterator<Item = &'a str>) -> Url {
    let mut url = base.clone();
    // Only addresses like `mailto:` have no path, and those are refused when the client is made.
    if let Ok(mut path) = url.path_segments_mut() {
        path.pop_if_empty().extend(segments);
    }
    url
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn segments_are_escaped_and_put_behind_the_bases_path() {
        let base = base("x", "http://127.0.0.1:8100/instagram/").unwrap();
        assert_eq!(
            join(&base, ["v25.0", "a/b?c"]).as_str(),
            "http://127.0.0.1:8100/instagram/v25.0/a%2Fb%3Fc"
        );
    }

    #[test]
    fn the_other_hosts_stand_beside_the_graph_hosts() {
        let default = MetaUrls::default();
        let found = MetaUrls::beside("https://graph.instagram.com/", "https://graph.facebook.com");
        assert_eq!(found, default);
        let proxied = MetaUrls::beside("http://p/graph.instagram.com", "http://p");
        assert_eq!(proxied.authorize_instagram, "http://p/www.instagram.com");
        assert_eq!(proxied.dialog_facebook, "http://p");
    }

    #[test]
    fn an_address_that_is_none_is_named() {
        let urls = MetaUrls {
            graph_facebook: "facebook".to_owned(),
            ..MetaUrls::default()
        };
        let error = MetaClient::new(&urls).unwrap_err();
        assert_eq!(
            error.to_string(),
            "the address of graph_facebook is not an http(s) URL: \"facebook\""
        );
        assert!(MetaClient::new(&MetaUrls::default()).is_ok());
    }
}
