//! How a person wants to see the product: language, colours, time zone. Kept in cookies.

use axum::Form;
use axum::response::{IntoResponse, Redirect, Response};
use axum::routing::post;
use axum_extra::extract::cookie::{Cookie, CookieJar, SameSite};
use chrono_tz::Tz;
use http::{HeaderMap, StatusCode, header};
use serde::Deserialize;

use super::{Theme, paths};
use crate::i18n::Locale;

/// Cookie with the theme's name.
const THEME: &str = "theme";
/// Cookie with the language's tag.
const LOCALE: &str = "locale";
/// Cookie with the IANA name of the time zone, set by `zone.js`.
const ZONE: &str = "zone";

/// What the reader's browser says about how to show things.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default)]
pub struct Preferences {
    /// The language.
    pub locale: Locale,
    /// The colours.
    pub theme: Theme,
    /// The time zone, UTC until the browser has told.
    pub zone: Tz,
}

impl Preferences {
    /// Reads the cookies, and `Accept-Language` where no language was chosen.
    ///
    /// A cookie is what was chosen in this browser, so it goes before what is stored with a person
    /// ([`Preferences::or_stored`]).
    pub fn from_headers(headers: &HeaderMap) -> Self {
        let jar = CookieJar::from_headers(headers);
        let cookie = |name| jar.get(name).map(Cookie::value_trimmed);
        let accepted = headers
            .get(header::ACCEPT_LANGUAGE)
            .and_then(|value| value.to_str().ok());
        Self {
            locale: cookie(LOCALE)
                .and_then(Locale::from_tag)
                .or_else(|| accepted.and_then(Locale::from_accept_language))
                .unwrap_or_default(),
            theme: cookie(THEME).map(Theme::from_name).unwrap_or_default(),
            zone: cookie(ZONE).and_then(zone_named).unwrap_or_default(),
        }
    }

    /// What is stored with a person, where nothing was chosen in this browser.
    #[must_use]
    pub fn or_stored(
        mut self,
        headers: &HeaderMap,
        locale: Option<Locale>,
        theme: Option<Theme>,
    ) -> Self {
        let jar = CookieJar::from_headers(headers);
        if let Some(locale) = locale.filter(|_| jar.get(LOCALE).is_none()) {
            self.locale = locale;
        }
        if let Some(theme) = theme.filter(|_| jar.get(THEME).is_none()) {
            self.theme = theme;
        }
        self
    }

    /// The cookies that make this browser show things so.
    pub fn cookies(locale: Locale, theme: Theme) -> CookieJar {
        CookieJar::new()
            .add(lasting(LOCALE, locale.tag()))
            .add(lasting(THEME, theme.as_str()))
    }
}

/// A cookie cannot hold `/` unescaped everywhere, so both spellings are read.
fn zone_named(name: &str) -> Option<Tz> {
    name.replace("%2F", "/").parse().ok()
}

#[derive(Debug, Deserialize)]
struct Choice {
    theme: Option<String>,
    locale: Option<String>,
}

/// The route that keeps a choice made without JavaScript: `POST /preferences`.
pub fn routes<S: Clone + Send + Sync + 'static>() -> axum::Router<S> {
    let back = async |headers: HeaderMap| Redirect::to(&back(&headers));
    axum::Router::new().route(paths::PREFERENCES, post(choose).get(back))
}

async fn choose(headers: HeaderMap, mut jar: CookieJar, Form(choice): Form<Choice>) -> Response {
    if let Some(theme) = choice.theme {
        jar = jar.add(lasting(THEME, Theme::from_name(&theme).as_str()));
    }
    if let Some(locale) = choice.locale.as_deref().and_then(Locale::from_tag) {
        jar = jar.add(lasting(LOCALE, locale.tag()));
    }
    if headers.contains_key("hx-request") {
        return (jar, StatusCode::NO_CONTENT).into_response();
    }
    (jar, Redirect::to(&back(&headers))).into_response()
}

fn lasting(name: &'static str, value: &'static str) -> Cookie<'static> {
    // Readable by the theme switch; it holds nothing secret.
    let mut cookie = Cookie::new(name, value);
    cookie.set_path("/");
    cookie.set_same_site(SameSite::Lax);
    cookie.make_permanent();
    cookie
}

/// The page the form was on.
fn back(headers: &HeaderMap) -> String {
    came_from(headers).unwrap_or_else(|| "/".to_owned())
}

/// The page before: only its path, so that nobody is led elsewhere.
pub(crate) fn came_from(headers: &HeaderMap) -> Option<String> {
    headers
        .get(header::REFERER)
        .and_then(|value| value.to_str().ok())
        .and_then(|value| value.parse::<http::Uri>().ok())
        .and_then(|uri| uri.path_and_query().map(ToString::to_string))
        .filter(|path| path.starts_with('/') && !path.starts_with("//") && !path.contains('\\'))
}

#[cfg(test)]
mod tests {
    use axum::body::Body;
    use http::{HeaderValue, Request};
    use tower::ServiceExt;

    use super::*;

    fn headers(pairs: &[(&'static str, &'static str)]) -> HeaderMap {
        pairs
            .iter()
            .map(|(name, value)| (name.parse().unwrap(), HeaderValue::from_static(value)))
            .collect()
    }

    #[test]
    fn cookies_go_before_what_the_browser_accepts() {
        let read = Preferences::from_headers(&headers(&[
            ("accept-language", "fr"),
            ("cookie", "locale=es; theme=dark; zone=Europe%2FParis"),
        ]));
        assert_eq!(
            read,
            Preferences {
                locale: Locale::Es,
                theme: Theme::Dark,
                zone: Tz::Europe__Paris
            }
        );
    }

    #[test]
    fn what_was_chosen_in_this_browser_goes_before_what_is_stored() {
        let stored = |cookie| {
            let headers = headers(&[("cookie", cookie)]);
            let read = Preferences::from_headers(&headers);
            let read = read.or_stored(&headers, Some(Locale::Fr), Some(Theme::Dark));
            (read.locale, read.theme)
        };
        assert_eq!(stored("zone=UTC"), (Locale::Fr, Theme::Dark));
        assert_eq!(stored("locale=es; theme=light"), (Locale::Es, Theme::Light));
    }

    #[test]
    fn nonsense_in_a_cookie_is_ignored() {
        let read = Preferences::from_headers(&headers(&[
            ("accept-language", "fr"),
            ("cookie", "locale=xx; theme=<b>; zone=../../etc"),
        ]));
        assert_eq!(
            read,
            Preferences {
                locale: Locale::Fr,
                theme: Theme::Auto,
                zone: Tz::UTC
            }
        );
    }

    #[test]
    fn a_choice_leads_back_to_a_page_of_ours() {
        let to = |referer| back(&headers(&[("referer", referer)]));
        assert_eq!(
            to("http://127.0.0.1:8000/inbox?state=open"),
            "/inbox?state=open"
        );
        assert_eq!(to("https://evil.example//evil.example"), "/");
        assert_eq!(back(&HeaderMap::new()), "/");
    }

    #[tokio::test]
    async fn a_choice_is_kept_in_a_cookie() {
        let request = Request::post(paths::PREFERENCES)
            .header("content-type", "application/x-www-form-urlencoded")
            .body(Body::from("theme=dark&csrf=x"))
            .unwrap();
        let answer = routes::<()>().oneshot(request).await.unwrap();
        assert_eq!(answer.status(), StatusCode::SEE_OTHER);
        assert!(
            answer.headers()["set-cookie"]
                .to_str()
                .unwrap()
                .starts_with("theme=dark")
        );
    }
}
