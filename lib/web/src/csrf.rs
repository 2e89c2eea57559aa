//! Whether a browser was made to send a request by another site.
//!
//! A request that carries a cookie and changes something has to prove where it comes from, in one
//! of three ways: Fetch metadata (`Sec-Fetch-Site`), an `Origin` that is our own host (browsers
//! send Fetch metadata only over HTTPS and to localhost), or the session's token in a header.

use http::request::Parts;
use http::{HeaderMap, Method, header};
use subtle::ConstantTimeEq;

use crate::Problem;
use crate::caller::{Caller, Via};

/// The header that scripts send the session's token in.
pub const CSRF_HEADER: &str = "x-csrf-token";
/// The field that forms carry the session's token in.
pub const CSRF_FIELD: &str = "csrf";

/// Where a request comes from, as far as the browser says.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
enum Site {
    Own,
    Foreign,
    Unknown,
}

/// Refuses an unsafe request with a cookie that can't prove where it comes from.
pub(crate) fn check(parts: &Parts, caller: &Caller) -> Result<(), Problem> {
    if caller.via != Via::Cookie || is_safe(&parts.method) || site(&parts.headers) == Site::Own {
        return Ok(());
    }
    let given = parts
        .headers
        .get(CSRF_HEADER)
        .map(http::HeaderValue::as_bytes);
    match (given, caller.csrf.as_deref()) {
        (Some(given), Some(token))
            if !token.is_empty() && bool::from(given.ct_eq(token.as_bytes())) =>
        {
            Ok(())
        }
        _ => Err(refusal()),
    }
}

/// Refuses an unsafe request to a public page (a sign-in) that another site made a browser send.
pub(crate) fn check_public(parts: &Parts) -> Result<(), Problem> {
    if !is_safe(&parts.method) && site(&parts.headers) == Site::Foreign {
        return Err(refusal());
    }
    Ok(())
}

fn refusal() -> Problem {
    Problem {
        code: "CSRF_FAILED",
        ..Problem::forbidden(
            "The request does not come from a page of this site. Load the page again.",
        )
    }
}

pub(crate) fn is_safe(method: &Method) -> bool {
    matches!(*method, Method::GET | Method::HEAD | Method::OPTIONS)
}

fn site(headers: &HeaderMap) -> Site {
    let text = |name| headers.get(name).and_then(|value| value.to_str().ok());
    match text(header::HeaderName::from_static("sec-fetch-site")) {
        Some("same-origin" | "none") => return Site::Own,
        Some(_) => return Site::Foreign,
        None => {}
    }
    let Some(origin) = text(header::ORIGIN) else {
        return Site::Unknown;
    };
    let host = origin.split_once("://").map(|(_, host)| host);
    if host.is_some() && host == text(header::HOST) {
        Site::Own
    } else {
        Site::Foreign
    }
}

#[cfg(test)]
mod tests {
    use http::Request;

    use super::*;

    fn request(method: Method, headers: &[(&str, &str)]) -> Parts {
        let mut request = Request::builder().method(method).uri("/inbox");
        for (name, value) in headers {
            request = request.header(*name, *value);
        }
        request.body(()).unwrap().into_parts().0
    }

    fn caller(via: Via) -> Caller {
        Caller {
            user: None,
            session: None,
            via,
            csrf: Some("token".to_owned()),
            membership: None,
            workspaces: Vec::new(),
        }
    }

    fn passes(via: Via, method: Method, headers: &[(&str, &str)]) -> bool {
        check(&request(method, headers), &caller(via)).is_ok()
    }

    #[test]
    fn a_cookie_alone_changes_nothing() {
        assert!(!passes(Via::Cookie, Method::POST, &[]));
        assert!(passes(Via::Cookie, Method::GET, &[]));
        assert!(passes(Via::Bearer, Method::DELETE, &[]));
        assert!(passes(
            Via::ApiKey,
            Method::POST,
            &[("sec-fetch-site", "cross-site")]
        ));
    }

    #[test]
    fn fetch_metadata_or_origin_or_token_prove_where_a_request_comes_from() {
        let post = |headers: &[(&str, &str)]| passes(Via::Cookie, Method::POST, headers);
        assert!(post(&[("sec-fetch-site", "same-origin")]));
        assert!(post(&[("sec-fetch-site", "none")]));
        assert!(!post(&[("sec-fetch-site", "same-site")]));
        assert!(!post(&[
            ("sec-fetch-site", "cross-site"),
            ("x-csrf-token", "other")
        ]));
        assert!(post(&[("x-csrf-token", "token")]));
        assert!(post(&[
            ("origin", "http://shop.lan:8000"),
            ("host", "shop.lan:8000")
        ]));
        assert!(!post(&[
            ("origin", "http://evil.example"),
            ("host", "shop.lan:8000")
        ]));
        assert!(!post(&[("origin", "null"), ("host", "null")]));
    }

    #[test]
    fn another_site_can_not_sign_a_browser_in() {
        let foreign = request(Method::POST, &[("sec-fetch-site", "cross-site")]);
        assert!(check_public(&foreign).is_err());
        assert!(check_public(&request(Method::POST, &[])).is_ok());
    }
}
