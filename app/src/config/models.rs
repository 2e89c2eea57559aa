//! Settings of the providers of models.

use agent::moderate::Moderation;
use agent::provider::Provider;
use kernel::Secret;
use knowledge::embed::Remote;
use url::Url;

use super::{ConfigError, Source, parse_url};

/// A provider that the installation may have a key for.
struct Known {
    key: &'static str,
    base_url: &'static str,
    usual_url: &'static str,
    /// What stands between the base URL and the OpenAI-compatible endpoints.
    compatible: &'static str,
    /// What is asked when a workspace names no model.
    model: &'static str,
}

/// The first one with a key serves the workspaces that have no provider of their own.
const KNOWN: [Known; 3] = [
    Known {
        key: "OPENROUTER_API_KEY",
        base_url: "OPENROUTER_BASE_URL",
        usual_url: "https://openrouter.ai/api/v1",
        compatible: "",
        model: "openai/gpt-5-mini",
    },
    Known {
        key: "OPENAI_API_KEY",
        base_url: "OPENAI_BASE_URL",
        usual_url: "https://api.openai.com/v1",
        compatible: "",
        model: "gpt-5-mini",
    },
    Known {
        key: "GOOGLE_API_KEY",
        base_url: "GEMINI_BASE_URL",
        usual_url: "https://generativelanguage.googleapis.com/v1beta",
        compatible: "/openai",
        model: "gemini-2.5-flash",
    },
];

/// The keys and addresses of the providers of models.
#[derive(Clone, Debug)]
pub struct Models([(Option<Secret>, Url); KNOWN.len()]);

impl Models {
    /// Reads and checks them.
    pub fn from_source(source: &Source) -> Result<Self, ConfigError> {
        let one = |known: &Known| -> Result<_, ConfigError> {
            let base_url = match source.parsed::<Url>(known.base_url, "a web address")? {
                Some(url) if matches!(url.scheme(), "http" | "https") => url,
                Some(_) => {
                    return Err(ConfigError::Malformed {
                        name: known.base_url,
                        problem: "a web address".to_owned(),
                    });
                }
                None => parse_url(known.base_url, known.usual_url)?,
            };
            Ok((source.secret(known.key), base_url))
        };
        let [first, second, third] = &KNOWN;
        Ok(Self([one(first)?, one(second)?, one(third)?]))
    }

    /// The provider of workspaces that have none of their own.
    pub fn provider(&self) -> Option<Provider> {
        let (known, key, url) = KNOWN
            .iter()
            .zip(&self.0)
            .find_map(|(known, (key, url))| key.as_ref().map(|key| (known, key, url)))?;
        let base_url = format!("{}{}", url.as_str().trim_end_matches('/'), known.compatible);
        Some(Provider {
            base_url: base_url.parse().ok()?,
            key: key.clone(),
            public_only: false,
            model: known.model.to_owned(),
        })
    }

    /// Where OpenAI's vectors are made, when there is a key.
    pub fn openai_embeddings(&self) -> Option<Remote> {
        let [_, openai, _] = &self.0;
        remote(openai)
    }

    /// Where Google's vectors are made, when there is a key.
    pub fn gemini_embeddings(&self) -> Option<Remote> {
        let [_, _, gemini] = &self.0;
        remote(gemini)
    }

    /// Where the providers are.
    pub fn addresses(&self) -> Vec<Url> {
        self.0.iter().map(|(_, url)| url.clone()).collect()
    }

    /// Where texts are judged: OpenAI, with the installation's key for it.
    pub fn moderation(&self) -> Moderation {
        let [_, (key, base_url), _] = &self.0;
        Moderation {
            base_url: base_url.clone(),
            key: key.clone().unwrap_or_default(),
        }
    }

    /// The settings as lines for people, keys hidden.
    pub fn lines(&self) -> impl Iterator<Item = (&'static str, String)> + '_ {
        KNOWN.iter().zip(&self.0).flat_map(|(known, (key, url))| {
            let said = if key.is_some() { "set" } else { "not set" };
            [
                (known.key, said.to_owned()),
                (known.base_url, telemetry::redact_url(url.as_str())),
            ]
        })
    }
}

fn remote((key, base_url): &(Option<Secret>, Url)) -> Option<Remote> {
    Some(Remote {
        base_url: base_url.clone(),
        key: key.clone()?,
    })
}

#[cfg(test)]
mod tests {
    use super::*;

    fn models(source: &Source) -> Models {
        Models::from_source(source).unwrap()
    }

    #[test]
    fn without_a_key_there_is_no_provider() {
        assert!(models(&Source::default()).provider().is_none());
        let source = Source::default().with("OPENAI_API_KEY", " ");
        assert!(models(&source).provider().is_none());
    }

    #[test]
    fn the_first_key_decides_and_another_address_can_be_named() {
        let source = Source::default()
            .with("GOOGLE_API_KEY", "g")
            .with("GEMINI_BASE_URL", "http://127.0.0.1:8100/gemini/");
        let google = models(&source).provider().unwrap();
        assert_eq!(
            google.base_url.as_str(),
            "http://127.0.0.1:8100/gemini/openai"
        );
        let both = models(&source.with("OPENAI_API_KEY", "o"))
            .provider()
            .unwrap();
        assert_eq!(both.base_url.as_str(), "https://api.openai.com/v1");
        assert_eq!(both.key.expose(), "o");
    }

    #[test]
    fn keys_are_hidden_and_a_wrong_address_is_named() {
        let source = Source::default().with("OPENROUTER_API_KEY", "topsecret");
        let lines: Vec<_> = models(&source).lines().collect();
        assert!(lines.iter().all(|(_, value)| value != "topsecret"));
        assert!(lines.contains(&("OPENROUTER_API_KEY", "set".to_owned())));
        let wrong = Source::default().with("OPENAI_BASE_URL", "api.openai.com");
        let error = Models::from_source(&wrong).unwrap_err().to_string();
        assert_eq!(error, "the setting OPENAI_BASE_URL is wrong: a web address");
    }
}
