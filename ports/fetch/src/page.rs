//! What was fetched.

use bytes::Bytes;
use url::Url;

/// A page or file of the web. Its content is whatever the other side sent: data, never to be
/// believed.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Page {
    /// Where it was in the end, after redirects.
    pub url: Url,
    /// The HTTP status, 200 to 299.
    pub status: u16,
    /// The header `Content-Type` as it was sent.
    pub content_type: Option<String>,
    /// The content, unpacked.
    pub body: Bytes,
    /// By what the site tells this version from the next.
    pub validators: Validators,
}

impl Page {
    /// The media type in lower case without its parameters, such as `text/html`.
    pub fn media_type(&self) -> Option<String> {
        self.content_type.as_deref().map(media_type)
    }
}

/// The media type of a `Content-Type`, without its parameters.
pub(crate) fn media_type(content_type: &str) -> String {
    let kind = content_type.split(';').next().unwrap_or_default();
    kind.trim().to_ascii_lowercase()
}

/// What a site names a version of a page by (RFC 9110, section 8.8). Sent back with the next
/// request, they save the page that did not change.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct Validators {
    /// The header `ETag`.
    pub etag: Option<String>,
    /// The header `Last-Modified`.
    pub last_modified: Option<String>,
}

impl Validators {
    /// Whether the site gave none.
    pub fn is_empty(&self) -> bool {
        self.etag.is_none() && self.last_modified.is_none()
    }
}
