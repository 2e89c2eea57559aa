//! Files behind the links of the platforms' content network.

use url::Url;

use super::whatsapp_media::Media;
use super::{CallError, MetaClient};

/// Hosts of Meta's content network: WhatsApp's token may be sent to them and to nobody else.
const MEDIA_HOSTS: [&str; 3] = ["fbsbx.com", "fbcdn.net", "whatsapp.net"];

/// Hosts that files are fetched from without a token.
const OPEN_HOSTS: [&str; 3] = ["fbsbx.com", "fbcdn.net", "cdninstagram.com"];

/// How often a link may lead on to another.
const MOST_HOPS: usize = 3;

impl MetaClient {
    /// Whether a link points into the content network, where files are; anywhere else are pages.
    pub fn is_file_link(&self, link: &str) -> bool {
        Url::parse(link).is_ok_and(|url| self.is_open_host(&url))
    }

    /// Fetches a file that is open to whoever has its link (Instagram), up to `max_bytes`. No token
    /// is sent, and every hop has to stay within the content network. `account_id` is for the log.
    ///
    /// # Errors
    /// [`CallError`].
    pub async fn open_download(
        &self,
        account_id: &str,
        link: &str,
        max_bytes: usize,
    ) -> Result<Media, CallError> {
        let mut url = Url::parse(link).map_err(|_| CallError::ForeignHost)?;
        for _ in 0..=MOST_HOPS {
            if !self.is_open_host(&url) {
                return Err(CallError::ForeignHost);
            }
            let request = self.http.get(url.clone());
            let answer = self
                .exchange("open_download", account_id, request, max_bytes)
                .await?;
            if answer.is_success() {
                return Ok(Media {
                    mime_type: answer.content_type,
                    bytes: answer.body,
                });
            }
            let next = answer.location.as_deref().map(|next| url.join(next));
            match next {
                Some(Ok(next)) if (300..400).contains(&answer.status) => url = next,
                _ => return Err(answer.error().into()),
            }
        }
        Err(CallError::Incomplete("a file"))
    }

    pub(super) fn may_have_the_token(&self, url: &Url) -> bool {
        is_of(url, &MEDIA_HOSTS) || url.origin() == self.bases.graph_facebook.origin()
    }

    fn is_open_host(&self, url: &Url) -> bool {
        is_of(url, &OPEN_HOSTS) || url.origin() == self.bases.graph_instagram.origin()
    }
}

/// Whether the host is one of these or stands below it, reached the usual way.
fn is_of(url: &Url, hosts: &[&str]) -> bool {
    url.scheme() == "https"
        && url.port().is_none()
        && url.domain().is_some_and(|host| {
            hosts.iter().any(|own| {
                host.strip_suffix(own)
                    .is_some_and(|rest| rest.is_empty() || rest.ends_with('.'))
            })
        })
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::client::MetaUrls;

    fn client() -> MetaClient {
        let urls = MetaUrls {
            graph_facebook: "http://127.0.0.1:8100/facebook".to_owned(),
            graph_instagram: "http://127.0.0.1:8100/instagram".to_owned(),
            ..MetaUrls::default()
        };
        MetaClient::new(&urls).unwrap()
    }

    const STRANGE: [&str; 7] = [
        "https://evilfbsbx.com/",
        "https://fbsbx.com.evil.example/",
        "http://lookaside.fbsbx.com/",
        "https://lookaside.fbsbx.com:8443/",
        "http://127.0.0.1:8101/media/1",
        "http://169.254.169.254/latest/meta-data",
        "https://user@evil.example/fbsbx.com",
    ];

    #[test]
    fn the_token_goes_to_the_platforms_hosts_only() {
        let client = client();
        let own = |link: &str| client.may_have_the_token(&Url::parse(link).unwrap());
        assert!(own(
            "https://lookaside.fbsbx.com/whatsapp_business/attachments/?mid=1"
        ));
        assert!(own("http://127.0.0.1:8100/media/1"));
        assert!(!own("https://scontent.cdninstagram.com/v/1.jpg"));
        for link in STRANGE {
            assert!(!own(link), "{link}");
        }
    }

    #[test]
    fn files_are_fetched_from_the_content_network_only() {
        let client = client();
        assert!(client.is_file_link("https://lookaside.fbsbx.com/ig_messaging_cdn/?asset_id=1"));
        assert!(client.is_file_link("https://scontent.cdninstagram.com/v/1.jpg"));
        assert!(!client.is_file_link("https://www.instagram.com/reel/abc/"));
        assert!(!client.is_file_link("data:image/png;base64,AAAA"));
        for link in STRANGE {
            assert!(!client.is_file_link(link), "{link}");
        }
    }
}
