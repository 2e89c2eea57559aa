//! Settings: the environment first, then an optional TOML file, then defaults.

mod address;
mod edge;
mod embeddings;
mod fetch;
mod files;
mod front;
mod models;

use std::collections::BTreeMap;
use std::net::SocketAddr;
use std::path::{Path, PathBuf};
use std::str::FromStr;
use std::time::Duration;

pub use edge::EdgeSettings;
pub use embeddings::EmbeddingSettings;
pub use fetch::FetchSettings;
pub use files::FileSettings;
pub use front::FrontSettings;
use kernel::{Clock, Secret};
use mail::Mailer;
pub use models::Models;
use telemetry::redact_url;
use url::Url;

use crate::secret_key;

/// A setting that is missing or can't be understood.
#[derive(Debug, thiserror::Error)]
pub enum ConfigError {
    /// A value has the wrong form.
    #[error("the setting {name} is wrong: {problem}")]
    Malformed {
        /// The setting.
        name: &'static str,
        /// What was expected.
        problem: String,
    },
    /// The settings file can't be read.
    #[error("the settings file {} can't be read", path.display())]
    File {
        /// The file.
        path: PathBuf,
        /// Why.
        #[source]
        source: Box<dyn std::error::Error + Send + Sync>,
    },
}

/// Where settings are read from: names to texts.
#[derive(Clone, Debug, Default)]
pub struct Source(BTreeMap<String, String>);

impl Source {
    /// The environment, and below it the file that `SOCIALSYNC_CONFIG` names (default
    /// `socialsync.toml`, if it exists). In the file the names are the same.
    pub fn from_environment() -> Result<Self, ConfigError> {
        let environment: BTreeMap<String, String> = std::env::vars().collect();
        let named = environment.get("SOCIALSYNC_CONFIG").map(PathBuf::from);
        let path = named
            .clone()
            .unwrap_or_else(|| PathBuf::from("socialsync.toml"));
        let mut all = if named.is_some() || path.exists() {
            read_file(&path)?
        } else {
            BTreeMap::new()
        };
        all.extend(environment);
        Ok(Self(all))
    }

    /// The same, with one value set.
    #[must_use]
    pub fn with(mut self, name: &str, value: impl Into<String>) -> Self {
        self.0.insert(name.to_owned(), value.into());
        self
    }

    fn text(&self, name: &str) -> Option<&str> {
        self.0
            .get(name)
            .map(String::as_str)
            .filter(|text| !text.trim().is_empty())
    }

    fn parsed<T: FromStr>(&self, name: &'static str, form: &str) -> Result<Option<T>, ConfigError> {
        self.text(name)
            .map(|text| {
                text.trim().parse().map_err(|_| ConfigError::Malformed {
                    name,
                    problem: form.to_owned(),
                })
            })
            .transpose()
    }

    fn secret(&self, name: &str) -> Option<Secret> {
        self.text(name).map(Secret::new)
    }
}

fn read_file(path: &Path) -> Result<BTreeMap<String, String>, ConfigError> {
    let problem = |source: Box<dyn std::error::Error + Send + Sync>| ConfigError::File {
        path: path.to_owned(),
        source,
    };
    let text = std::fs::read_to_string(path).map_err(|error| problem(error.into()))?;
    let table: toml::Table = text
        .parse()
        .map_err(|error: toml::de::Error| problem(error.into()))?;
    Ok(table
        .into_iter()
        .map(|(name, value)| {
            let text = match value {
                toml::Value::String(text) => text,
                other => other.to_string(),
            };
            (name, text)
        })
        .collect())
}

/// The settings in force.
#[derive(Clone, Debug)]
pub struct Config {
    /// `DATABASE_URL`; without it a private PostgreSQL runs in the data folder.
    pub database_url: Option<Secret>,
    /// `SOCIALSYNC_LISTEN`, default 127.0.0.1:8000.
    pub listen: SocketAddr,
    /// `SOCIALSYNC_PUBLIC_URL`, default the listening address.
    pub public_url: Url,
    /// `SOCIALSYNC_DATA_DIR`, default ./data.
    pub data_dir: PathBuf,
    /// `SOCIALSYNC_SECRET_KEY`; made and kept in the data folder when absent. Several, separated
    /// by commas: the newest first, the others still open what they sealed.
    pub secret_key: Option<Secret>,
    /// `SOCIALSYNC_REPLY_DELAY_MS`, default 4000: how long the agent waits for the customer to
    /// finish.
    pub reply_delay: Duration,
    /// `INSTAGRAM_APP_ID`.
    pub instagram_app_id: Option<String>,
    /// `INSTAGRAM_APP_SECRET`, also the key of Instagram's webhook signatures.
    pub instagram_app_secret: Option<Secret>,
    /// `WHATSAPP_APP_ID`.
    pub whatsapp_app_id: Option<String>,
    /// `WHATSAPP_APP_SECRET`, also the key of WhatsApp's webhook signatures.
    pub whatsapp_app_secret: Option<Secret>,
    /// `WEBHOOK_VERIFY_TOKEN`, what the platforms name in the handshake.
    pub verify_token: Option<Secret>,
    /// `INSTAGRAM_GRAPH_URL`, default https://graph.instagram.com.
    pub instagram_graph_url: Url,
    /// `FACEBOOK_GRAPH_URL`, default https://graph.facebook.com.
    pub facebook_graph_url: Url,
    /// The providers of models: `OPENROUTER_API_KEY`, `OPENAI_API_KEY`, `GOOGLE_API_KEY` and their
    /// addresses.
    pub models: Models,
    /// How requests from outside are met.
    pub edge: EdgeSettings,
    /// Who runs the installation.
    pub front: FrontSettings,
    /// Where files are kept.
    pub files: FileSettings,
    /// What may be fetched beside the public internet.
    pub fetch: FetchSettings,
    /// What makes vectors of passages and questions.
    pub embeddings: EmbeddingSettings,
    /// `SMTP_URL`; without it mails are kept as files in the data folder.
    pub smtp_url: Option<Secret>,
    /// `SOCIALSYNC_OPERATORS`: e-mail addresses, separated by commas, of the people who operate the
    /// installation. An address counts once it is proven.
    pub operators: Vec<String>,
    /// `SOCIALSYNC_MAIL_FROM`.
    pub mail_from: String,
    /// `SOCIALSYNC_LOG`, or else `RUST_LOG`: what is logged, such as `info,sqlx=warn`.
    pub log: Option<String>,
}

impl Config {
    /// Reads and checks all settings.
    pub fn from_source(source: &Source) -> Result<Self, ConfigError> {
        let listen = source
            .parsed::<SocketAddr>("SOCIALSYNC_LISTEN", "an address such as 127.0.0.1:8000")?
            .unwrap_or_else(|| SocketAddr::from(([127, 0, 0, 1], 8000)));
        let url = |name, form| source.parsed::<Url>(name, form);
        let public_url = match url(
            "SOCIALSYNC_PUBLIC_URL",
            "an address such as https://inbox.example.org",
        )? {
            Some(url) => at_a_root("SOCIALSYNC_PUBLIC_URL", url)?,
            None => parse_url("SOCIALSYNC_LISTEN", &format!("http://{listen}"))?,
        };
        let milliseconds = source
            .parsed(
                "SOCIALSYNC_REPLY_DELAY_MS",
                "a whole number of milliseconds",
            )?
            .unwrap_or(4000);
        let secret_key = source.secret("SOCIALSYNC_SECRET_KEY");
        if let Some(text) = &secret_key {
            let form = "at least 32 characters; several are separated by commas, the newest first";
            secret_key::read(text).map_err(|_| malformed("SOCIALSYNC_SECRET_KEY", form))?;
        }
        let smtp_url = source.secret("SMTP_URL");
        let mail_from = source
            .text("SOCIALSYNC_MAIL_FROM")
            .unwrap_or("SocialSync <no-reply@localhost>")
            .to_owned();
        check_mail(smtp_url.as_ref(), &mail_from)?;
        Ok(Self {
            database_url: source.secret("DATABASE_URL"),
            listen,
            public_url,
            data_dir: source
                .text("SOCIALSYNC_DATA_DIR")
                .map_or_else(|| PathBuf::from("./data"), PathBuf::from),
            secret_key,
            reply_delay: Duration::from_millis(milliseconds),
            instagram_app_id: source.text("INSTAGRAM_APP_ID").map(str::to_owned),
            instagram_app_secret: source.secret("INSTAGRAM_APP_SECRET"),
            whatsapp_app_id: source.text("WHATSAPP_APP_ID").map(str::to_owned),
            whatsapp_app_secret: source.secret("WHATSAPP_APP_SECRET"),
            verify_token: source.secret("WEBHOOK_VERIFY_TOKEN"),
            instagram_graph_url: match url("INSTAGRAM_GRAPH_URL", "a web address")? {
                Some(url) => url,
                None => parse_url("INSTAGRAM_GRAPH_URL", "https://graph.instagram.com")?,
            },
            facebook_graph_url: match url("FACEBOOK_GRAPH_URL", "a web address")? {
                Some(url) => url,
                None => parse_url("FACEBOOK_GRAPH_URL", "https://graph.facebook.com")?,
            },
            models: Models::from_source(source)?,
            edge: EdgeSettings::from_source(source)?,
            front: FrontSettings::from_source(source)?,
            files: FileSettings::from_source(source)?,
            fetch: FetchSettings::from_source(source)?,
            embeddings: EmbeddingSettings::from_source(source)?,
            smtp_url,
            operators: operators(source.text("SOCIALSYNC_OPERATORS"))?,
            mail_from,
            log: log(source)?,
        })
    }

    /// The settings as lines for people, secrets hidden.
    pub fn lines(&self) -> Vec<(&'static str, String)> {
        let secret = |value: &Option<Secret>| match value {
            Some(_) => "set".to_owned(),
            None => "not set".to_owned(),
        };
        let text = |value: &Option<String>| value.clone().unwrap_or_else(|| "not set".to_owned());
        let database = match &self.database_url {
            Some(_) => "set".to_owned(),
            None => "not set: a private PostgreSQL in the data folder".to_owned(),
        };
        let mut lines = vec![
            ("DATABASE_URL", database),
            ("SOCIALSYNC_LISTEN", self.listen.to_string()),
            (
                "SOCIALSYNC_PUBLIC_URL",
                redact_url(self.public_url.as_str()),
            ),
            ("SOCIALSYNC_DATA_DIR", self.data_dir.display().to_string()),
            ("SOCIALSYNC_SECRET_KEY", secret(&self.secret_key)),
            (
                "SOCIALSYNC_REPLY_DELAY_MS",
                self.reply_delay.as_millis().to_string(),
            ),
            ("INSTAGRAM_APP_ID", text(&self.instagram_app_id)),
            ("INSTAGRAM_APP_SECRET", secret(&self.instagram_app_secret)),
            ("WHATSAPP_APP_ID", text(&self.whatsapp_app_id)),
            ("WHATSAPP_APP_SECRET", secret(&self.whatsapp_app_secret)),
            ("WEBHOOK_VERIFY_TOKEN", secret(&self.verify_token)),
            (
                "INSTAGRAM_GRAPH_URL",
                redact_url(self.instagram_graph_url.as_str()),
            ),
            (
                "FACEBOOK_GRAPH_URL",
                redact_url(self.facebook_graph_url.as_str()),
            ),
            ("SMTP_URL", secret(&self.smtp_url)),
            ("SOCIALSYNC_OPERATORS", self.operators.join(", ")),
            ("SOCIALSYNC_MAIL_FROM", self.mail_from.clone()),
            ("SOCIALSYNC_LOG", text(&self.log)),
        ];
        lines.extend(self.front.lines());
        lines.extend(self.edge.lines());
        lines.extend(self.models.lines());
        lines.extend(self.files.lines());
        lines.extend(self.fetch.lines());
        lines.extend(self.embeddings.lines());
        lines
    }
}

fn operators(text: Option<&str>) -> Result<Vec<String>, ConfigError> {
    text.unwrap_or_default()
        .split(',')
        .map(|address| address.trim().to_lowercase())
        .filter(|address| !address.is_empty())
        .map(|address| {
            let form = "e-mail addresses such as ana@example.org, separated by commas";
            address::looks_like_one(&address)
                .then_some(address)
                .ok_or_else(|| malformed("SOCIALSYNC_OPERATORS", form))
        })
        .collect()
}

/// Mails are looked at now, and not when the first one leaves.
fn check_mail(smtp_url: Option<&Secret>, from: &str) -> Result<(), ConfigError> {
    if Mailer::folder("", from, Clock::System).is_err() {
        let form = "an address to send from, such as Shop <shop@example.org>";
        return Err(malformed("SOCIALSYNC_MAIL_FROM", form));
    }
    match smtp_url.map(|url| Mailer::smtp(url, from, Clock::System)) {
        Some(Err(_)) => Err(malformed(
            "SMTP_URL",
            "smtps://user:password@mail.example.org, or smtp://mail.example.org:587?tls=required",
        )),
        _ => Ok(()),
    }
}

/// What is logged, by our own setting or by that of most programs in Rust.
fn log(source: &Source) -> Result<Option<String>, ConfigError> {
    for name in ["SOCIALSYNC_LOG", "RUST_LOG"] {
        if let Some(filter) = source.text(name) {
            let read = telemetry::check_filter(filter);
            read.map_err(|error| malformed(name, &error.to_string()))?;
            return Ok(Some(filter.to_owned()));
        }
    }
    Ok(None)
}

/// An address of the web that paths are put behind.
fn at_a_root(name: &'static str, url: Url) -> Result<Url, ConfigError> {
    let web = matches!(url.scheme(), "http" | "https");
    let plain = url.query().is_none() && url.fragment().is_none() && url.path() == "/";
    let open = url.username().is_empty() && url.password().is_none();
    if web && plain && open {
        return Ok(url);
    }
    let form = "an address such as https://inbox.example.org, without path, query or password";
    Err(malformed(name, form))
}

fn malformed(name: &'static str, problem: &str) -> ConfigError {
    ConfigError::Malformed {
        name,
        problem: problem.to_owned(),
    }
}

fn parse_url(name: &'static str, text: &str) -> Result<Url, ConfigError> {
    Url::parse(text).map_err(|error| ConfigError::Malformed {
        name,
        problem: error.to_string(),
    })
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn without_settings_everything_has_its_default() {
        let config = Config::from_source(&Source::default()).unwrap();
        assert_eq!(config.listen.to_string(), "127.0.0.1:8000");
        assert_eq!(config.public_url.as_str(), "http://127.0.0.1:8000/");
        assert_eq!(config.reply_delay, Duration::from_secs(4));
    }

    #[test]
    fn a_malformed_setting_is_named_in_one_sentence() {
        let source = Source::default().with("SOCIALSYNC_LISTEN", "nowhere");
        let error = Config::from_source(&source).unwrap_err().to_string();
        assert_eq!(
            error,
            "the setting SOCIALSYNC_LISTEN is wrong: an address such as 127.0.0.1:8000"
        );
    }

    #[test]
    fn an_empty_setting_counts_as_absent() {
        let source = Source::default().with("DATABASE_URL", "  ");
        assert!(Config::from_source(&source).unwrap().database_url.is_none());
    }

    #[test]
    fn what_would_fail_later_is_refused_at_start() {
        for (name, wrong) in [
            ("SOCIALSYNC_PUBLIC_URL", "ftp://inbox.example.org"),
            ("SOCIALSYNC_PUBLIC_URL", "https://inbox.example.org/?a=b"),
            ("SOCIALSYNC_PUBLIC_URL", "https://example.org/inbox"),
            ("SOCIALSYNC_SECRET_KEY", "short"),
            ("SOCIALSYNC_MAIL_FROM", "the shop"),
            ("SMTP_URL", "http://mail.example.org"),
            ("SOCIALSYNC_OPERATORS", "ana@example.org; lea@example.org"),
            ("SOCIALSYNC_OPERATORS", "ana"),
            ("SOCIALSYNC_REQUESTS_PER_MINUTE", "0"),
            ("SOCIALSYNC_ANONYMOUS_REQUESTS_PER_MINUTE", "0"),
            ("SOCIALSYNC_LOG", "info,=what="),
            ("RUST_LOG", "info,=what="),
        ] {
            let source = Source::default().with(name, wrong);
            let said = Config::from_source(&source).unwrap_err().to_string();
            let head = format!("the setting {name} is wrong: ");
            assert!(said.starts_with(&head), "{wrong}: {said}");
        }
        let good = Source::default()
            .with("SOCIALSYNC_PUBLIC_URL", "https://inbox.example.org")
            .with("SMTP_URL", "smtps://me:topsecret@mail.example.org")
            .with("SOCIALSYNC_OPERATORS", "Ana@example.org, lea@example.org,")
            .with("RUST_LOG", "warn")
            .with("SOCIALSYNC_LOG", "info,sqlx=warn");
        let config = Config::from_source(&good).unwrap();
        assert_eq!(config.operators, ["ana@example.org", "lea@example.org"]);
        assert_eq!(config.log.as_deref(), Some("info,sqlx=warn"));
    }

    #[test]
    fn passwords_inside_addresses_do_not_appear_in_the_printed_settings() {
        let secret = "http://me:topsecret@127.0.0.1:8100/v1?key=topsecret";
        let mut source = Source::default()
            .with("S3_BUCKET", "shop")
            .with("S3_ACCESS_KEY_ID", "id")
            .with("S3_SECRET_ACCESS_KEY", "key");
        for name in [
            "INSTAGRAM_GRAPH_URL",
            "FACEBOOK_GRAPH_URL",
            "OPENROUTER_BASE_URL",
            "OPENAI_BASE_URL",
            "GEMINI_BASE_URL",
            "S3_ENDPOINT",
        ] {
            source = source.with(name, secret);
        }
        let lines = Config::from_source(&source).unwrap().lines();
        assert!(
            lines
                .iter()
                .any(|(_, value)| value.contains("127.0.0.1:8100"))
        );
        assert!(
            lines.iter().all(|(_, value)| !value.contains("topsecret")),
            "{lines:#?}"
        );
    }

    #[test]
    fn secrets_do_not_appear_in_the_printed_settings() {
        let source = Source::default()
            .with("INSTAGRAM_APP_SECRET", "topsecret")
            .with("DATABASE_URL", "postgres://me:topsecret@db/x");
        let lines = Config::from_source(&source).unwrap().lines();
        assert!(lines.iter().all(|(_, value)| !value.contains("topsecret")));
    }
}
