//! Settings of what lies around every request.

use std::num::NonZeroU32;

use http::HeaderValue;
use web::{ANONYMOUS_PER_MINUTE, CALLER_PER_MINUTE};

use super::{ConfigError, Source};

/// How requests from outside are met.
#[derive(Clone, Debug)]
pub struct EdgeSettings {
    /// `SOCIALSYNC_CORS_ORIGINS`, separated by commas: other sites whose scripts may use the API.
    pub cors_origins: Vec<HeaderValue>,
    /// `SOCIALSYNC_TRUSTED_HOPS`: how many proxies in front append to `X-Forwarded-For`.
    pub trusted_hops: usize,
    /// `SOCIALSYNC_REQUESTS_PER_MINUTE` of a signed-in caller or key.
    pub caller_per_minute: u32,
    /// `SOCIALSYNC_ANONYMOUS_REQUESTS_PER_MINUTE` of an address that nobody signed in from.
    pub anonymous_per_minute: u32,
}

impl EdgeSettings {
    /// Reads and checks them.
    pub fn from_source(source: &Source) -> Result<Self, ConfigError> {
        let origins = source.text("SOCIALSYNC_CORS_ORIGINS").unwrap_or_default();
        let cors_origins = origins
            .split(',')
            .map(str::trim)
            .filter(|origin| !origin.is_empty())
            .map(origin)
            .collect::<Result<_, _>>()?;
        let number = |name| {
            let wanted =
                source.parsed::<NonZeroU32>(name, "a whole number of requests, at least 1");
            wanted.map(|number| number.map(NonZeroU32::get))
        };
        Ok(Self {
            cors_origins,
            trusted_hops: source
                .parsed("SOCIALSYNC_TRUSTED_HOPS", "a whole number of proxies")?
                .unwrap_or(0),
            caller_per_minute: number("SOCIALSYNC_REQUESTS_PER_MINUTE")?
                .unwrap_or(CALLER_PER_MINUTE),
            anonymous_per_minute: number("SOCIALSYNC_ANONYMOUS_REQUESTS_PER_MINUTE")?
                .unwrap_or(ANONYMOUS_PER_MINUTE),
        })
    }

    /// The settings as lines for people.
    pub fn lines(&self) -> Vec<(&'static str, String)> {
        let origins: Vec<_> = self
            .cors_origins
            .iter()
            .filter_map(|origin| origin.to_str().ok())
            .collect();
        let origins = if origins.is_empty() {
            "none".to_owned()
        } else {
            origins.join(", ")
        };
        vec![
            ("SOCIALSYNC_CORS_ORIGINS", origins),
            ("SOCIALSYNC_TRUSTED_HOPS", self.trusted_hops.to_string()),
            (
                "SOCIALSYNC_REQUESTS_PER_MINUTE",
                self.caller_per_minute.to_string(),
            ),
            (
                "SOCIALSYNC_ANONYMOUS_REQUESTS_PER_MINUTE",
                self.anonymous_per_minute.to_string(),
            ),
        ]
    }
}

/// `scheme://host[:port]` and nothing behind it, as browsers send it.
fn origin(text: &str) -> Result<HeaderValue, ConfigError> {
    let wrong = || ConfigError::Malformed {
        name: "SOCIALSYNC_CORS_ORIGINS",
        problem: format!("{text:?} is no origin such as https://shop.example.org"),
    };
    let url: url::Url = text.parse().map_err(|_| wrong())?;
    if url.origin().ascii_serialization() != text {
        return Err(wrong());
    }
    HeaderValue::from_str(text).map_err(|_| wrong())
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn origins_stand_alone_without_a_path() {
        let source = |text: &str| Source::default().with("SOCIALSYNC_CORS_ORIGINS", text);
        let settings =
            EdgeSettings::from_source(&source("https://a.example, http://localhost:3000")).unwrap();
        assert_eq!(settings.cors_origins.len(), 2);
        for wrong in ["*", "https://a.example/", "a.example"] {
            assert!(
                EdgeSettings::from_source(&source(wrong)).is_err(),
                "{wrong}"
            );
        }
    }
}
