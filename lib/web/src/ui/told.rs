//! A word about what was just done, said once by the page that follows. It travels in a cookie that
//! holds a key of the catalogue and goes away with the page that says it.

use axum::response::{IntoResponse, Redirect, Response};
use axum_extra::extract::cookie::{Cookie, CookieJar, SameSite};
use http::{HeaderMap, HeaderValue, Method, StatusCode, header};

use super::{Flash, Frame};
use crate::access;
use crate::i18n::known;

const TOLD: &str = "told";

/// Leads to a page that says the sentence with this key, once.
pub fn told(key: &'static str, to: &str) -> Response {
    let mut cookie = Cookie::new(TOLD, key);
    cookie.set_path("/");
    cookie.set_http_only(true);
    cookie.set_same_site(SameSite::Lax);
    (CookieJar::new().add(cookie), Redirect::to(to)).into_response()
}

/// What the page is to say; nothing when the cookie holds no sentence of ours.
pub(crate) fn heard(headers: &HeaderMap, frame: &Frame) -> Option<Flash> {
    let jar = CookieJar::from_headers(headers);
    let key = jar.get(TOLD)?.value();
    known(frame.locale, key).then(|| Flash::ok(frame.t(key).to_string()))
}

/// Takes the cookie away from whoever was shown a whole page.
pub(crate) fn forget(asked: &HeaderMap, method: &Method, answer: &mut Response) {
    let shown = method == Method::GET && answer.status() == StatusCode::OK;
    let html = answer.headers().get(header::CONTENT_TYPE);
    let html = html.is_some_and(|kind| kind.as_bytes().starts_with(b"text/html"));
    if !shown || !html || access::is_htmx(asked) {
        return;
    }
    if CookieJar::from_headers(asked).get(TOLD).is_some() {
        let gone = HeaderValue::from_static("told=; Path=/; Max-Age=0; HttpOnly; SameSite=Lax");
        answer.headers_mut().append(header::SET_COOKIE, gone);
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn with_cookie(value: &str) -> HeaderMap {
        let mut headers = HeaderMap::new();
        headers.insert(header::COOKIE, value.parse().unwrap());
        headers
    }

    #[test]
    fn a_sentence_of_ours_is_said_and_nothing_else() {
        let frame = Frame::sample();
        let said = heard(&with_cookie("told=ui.done.saved"), &frame).unwrap();
        assert_eq!(said.text, "Saved.");
        for strange in ["told=You won", "told=", "other=ui.done.saved"] {
            assert_eq!(heard(&with_cookie(strange), &frame), None, "{strange}");
        }
    }

    #[test]
    fn the_page_that_said_it_takes_it_away_and_a_fragment_does_not() {
        let page = || ([(header::CONTENT_TYPE, "text/html; charset=utf-8")], "").into_response();
        let mut asked = with_cookie("told=ui.done.saved");
        let mut answer = page();
        forget(&asked, &Method::GET, &mut answer);
        assert!(answer.headers().contains_key(header::SET_COOKIE));
        asked.insert("hx-request", HeaderValue::from_static("true"));
        let mut fragment = page();
        forget(&asked, &Method::GET, &mut fragment);
        assert!(!fragment.headers().contains_key(header::SET_COOKIE));
    }
}
