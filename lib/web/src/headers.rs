//! What every answer tells the browser about safety.

use http::header::{self, HeaderName};
use http::{HeaderMap, HeaderValue};

/// Scripts, styles and connections only from here and never inline; pictures also from the
/// platforms, whose hosts change. There is no `form-action`: browsers apply it to redirects after
/// a form, too, and connecting an account leads to the platform's own sign-in.
const POLICY: &str = "default-src 'self'; img-src 'self' data: blob: https:; \
    media-src 'self' blob: https:; object-src 'none'; base-uri 'self'; frame-ancestors 'none'";

const HEADERS: [(HeaderName, &str); 5] = [
    (header::CONTENT_SECURITY_POLICY, POLICY),
    (header::X_CONTENT_TYPE_OPTIONS, "nosniff"),
    (header::REFERRER_POLICY, "same-origin"),
    (header::X_FRAME_OPTIONS, "DENY"),
    (
        HeaderName::from_static("cross-origin-opener-policy"),
        "same-origin",
    ),
];

/// For a year the browser asks by HTTPS only, whatever a link says.
const STAY: HeaderValue = HeaderValue::from_static("max-age=31536000");

/// Adds what is not there yet. A page of a person is kept nowhere unless it says so.
pub(crate) fn secure(headers: &mut HeaderMap, https: bool) {
    for (name, value) in HEADERS {
        headers
            .entry(name)
            .or_insert(HeaderValue::from_static(value));
    }
    if https {
        headers
            .entry(header::STRICT_TRANSPORT_SECURITY)
            .or_insert(STAY);
    }
    headers
        .entry(header::CACHE_CONTROL)
        .or_insert(HeaderValue::from_static("no-store"));
}
