//! What the agent of a workspace may do, and how.

use std::collections::BTreeMap;

use db::{DbError, DbResult, TenantTx};
use kernel::{AccountId, Clock, Sealed, Secret, SecretKey};
use serde::{Deserialize, Serialize};
use url::Url;

use crate::hours::Hours;
use crate::store;

/// How far the agent goes on its own.
#[derive(
    Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize, sqlx::Type, utoipa::ToSchema,
)]
#[serde(rename_all = "snake_case")]
#[sqlx(type_name = "text", rename_all = "snake_case")]
pub enum Mode {
    /// Nothing is drafted.
    Off,
    /// Drafts wait for a person.
    Suggest,
    /// Answers it is sure of are sent.
    Auto,
}

impl Mode {
    /// The name in the database.
    pub const fn as_str(self) -> &'static str {
        match self {
            Self::Off => "off",
            Self::Suggest => "suggest",
            Self::Auto => "auto",
        }
    }
}

/// What happens outside business hours.
#[derive(
    Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize, sqlx::Type, utoipa::ToSchema,
)]
#[serde(rename_all = "snake_case")]
#[sqlx(type_name = "text", rename_all = "snake_case")]
pub enum OutsideHours {
    /// The agent answers all the same.
    Answer,
    /// The agent is silent.
    Silent,
}

impl OutsideHours {
    /// The name in the database.
    pub const fn as_str(self) -> &'static str {
        match self {
            Self::Answer => "answer",
            Self::Silent => "silent",
        }
    }
}

/// The settings of a workspace. The model's key is not among them: it is only ever written.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize, utoipa::ToSchema)]
#[serde(default, deny_unknown_fields)]
pub struct Settings {
    /// How far the agent goes on its own.
    pub mode: Mode,
    /// Modes that differ on single accounts, by account id.
    #[schema(value_type = BTreeMap<String, Mode>)]
    pub channel_modes: BTreeMap<AccountId, Mode>,
    /// Where the model is reached, like `https://openrouter.ai/api/v1`. Absent: the built-in
    /// extractive mode, which answers with passages word for word.
    #[schema(value_type = Option<String>)]
    pub base_url: Option<Url>,
    /// The model's name at that provider.
    pub model: String,
    /// Tried in this order when the model is busy, broken or unknown.
    pub fallback_models: Vec<String>,
    /// Sampling temperature, 0 to 2.
    pub temperature: f32,
    /// Nucleus sampling, 0 to 1.
    pub top_p: f32,
    /// The most tokens of one answer of the model, 16 to 8000.
    pub max_output_tokens: i32,
    /// What the agent has to know and heed.
    pub instructions: String,
    /// How it speaks, in a word or a sentence.
    pub tone: String,
    /// `auto` for the customer's language, else `en`, `fr`, `es` or another tag.
    pub language: String,
    /// An answer is sent from this confidence on, 0 to 1.
    pub confidence: f32,
    /// Words that hand a message to a person.
    pub blocked_keywords: Vec<String>,
    /// Phrases that hand a message to a person.
    pub blocked_phrases: Vec<String>,
    /// Messages like these need no answer.
    pub ignore_examples: Vec<String>,
    /// Weekly opening in the workspace's time zone; empty means always.
    pub business_hours: Vec<Hours>,
    /// What happens outside of them.
    pub outside_hours: OutsideHours,
    /// What the customer is told when a person takes over, by language tag.
    pub escalation_notice: BTreeMap<String, String>,
    /// Who gets a mail about an escalation; empty means the owners.
    pub notify_emails: Vec<String>,
}

impl Default for Settings {
    fn default() -> Self {
        Self {
            mode: Mode::Suggest,
            channel_modes: BTreeMap::new(),
            base_url: None,
            model: String::new(),
            fallback_models: Vec::new(),
            temperature: 0.3,
            top_p: 1.0,
            max_output_tokens: 600,
            instructions: String::new(),
            tone: "friendly".to_owned(),
            language: "auto".to_owned(),
            confidence: 0.7,
            blocked_keywords: Vec::new(),
            blocked_phrases: Vec::new(),
            ignore_examples: Vec::new(),
            business_hours: Vec::new(),
            outside_hours: OutsideHours::Answer,
            escalation_notice: BTreeMap::new(),
            notify_emails: Vec::new(),
        }
    }
}

/// Settings as they are stored.
#[derive(Clone, Debug)]
pub struct Stored {
    /// The settings.
    pub settings: Settings,
    /// The model's key.
    pub key: Option<Sealed>,
    /// Raised with every change; 0 when nothing was ever saved.
    pub version: i32,
    /// The workspace's time zone.
    pub time_zone: String,
}

/// What is to become of the model's key.
#[derive(Clone, Debug, Default)]
pub enum KeyChange {
    /// It stays, unless the provider's address changes: a key only goes where it was meant for.
    #[default]
    Keep,
    /// There is none from now on.
    Remove,
    /// This one from now on.
    Set(Secret),
}

/// Why settings can't be saved.
#[derive(Debug, thiserror::Error)]
pub enum SaveError {
    /// Fields that can't be so, each with a sentence.
    #[error("some settings can't be so")]
    Invalid(BTreeMap<String, String>),
    /// The key could not be sealed.
    #[error("the key could not be sealed")]
    Seal(#[from] kernel::crypto::CryptoError),
    /// The database.
    #[error("the settings could not be saved")]
    Db(#[from] DbError),
}

impl Settings {
    /// The mode on this account.
    pub fn mode_on(&self, account: AccountId) -> Mode {
        // Off for the workspace is off everywhere.
        if self.mode == Mode::Off {
            return Mode::Off;
        }
        self.channel_modes
            .get(&account)
            .copied()
            .unwrap_or(self.mode)
    }

    /// Whether a model answers; otherwise passages are quoted word for word.
    pub fn uses_model(&self) -> bool {
        self.base_url.is_some() && !self.model.trim().is_empty()
    }

    /// What can't be so, by field.
    pub fn problems(&self) -> BTreeMap<String, String> {
        let mut found = BTreeMap::new();
        let mut check = |fine: bool, field: &str, sentence: &str| {
            if !fine {
                found.insert(field.to_owned(), sentence.to_owned());
            }
        };
        check(
            (0.0..=1.0).contains(&self.confidence),
            "confidence",
            "Between 0 and 1.",
        );
        check(
            (0.0..=2.0).contains(&self.temperature),
            "temperature",
            "Between 0 and 2.",
        );
        check(
            (0.0..=1.0).contains(&self.top_p),
            "top_p",
            "Between 0 and 1.",
        );
        check(
            (16..=8000).contains(&self.max_output_tokens),
            "max_output_tokens",
            "Between 16 and 8000.",
        );
        let http =
            |url: &Url| matches!(url.scheme(), "http" | "https") && url.username().is_empty();
        check(
            self.base_url.as_ref().is_none_or(http),
            "base_url",
            "An address that begins with https:// or http://, without a user name.",
        );
        check(
            self.base_url.is_none() || !self.model.trim().is_empty(),
            "model",
            "Name the model to ask.",
        );
        check(
            self.instructions.len() <= 20_000,
            "instructions",
            "At most 20,000 bytes.",
        );
        check(self.tone.len() <= 500, "tone", "At most 500 bytes.");
        check(
            self.language.len() <= 16 && !self.language.trim().is_empty(),
            "language",
            "auto, or a language tag such as fr.",
        );
        let lists = [
            ("blocked_keywords", &self.blocked_keywords),
            ("blocked_phrases", &self.blocked_phrases),
            ("ignore_examples", &self.ignore_examples),
            ("fallback_models", &self.fallback_models),
            ("notify_emails", &self.notify_emails),
        ];
        for (field, list) in lists {
            let fits = list.len() <= 200 && list.iter().all(|text| text.len() <= 500);
            check(fits, field, "At most 200 entries of 500 bytes each.");
        }
        check(
            self.notify_emails.iter().all(|mail| mail.contains('@')),
            "notify_emails",
            "Each needs to be an e-mail address.",
        );
        check(
            self.business_hours.len() <= 50 && self.business_hours.iter().all(Hours::is_valid),
            "business_hours",
            "Days are 1 (Monday) to 7, times like 09:00.",
        );
        check(
            self.escalation_notice
                .values()
                .all(|text| text.len() <= 900),
            "escalation_notice",
            "At most 900 bytes a language.",
        );
        found
    }
}

/// The settings; the defaults when nothing was ever saved.
pub async fn load(tx: &mut TenantTx) -> DbResult<Stored> {
    store::settings::load(tx).await
}

/// Where the key is sealed to: it can't be opened in another workspace.
fn place(tx: &TenantTx) -> String {
    format!("{}/ai_settings/key", tx.workspace())
}

/// The model's key in the clear, for the moment of a call.
pub fn open_key(tx: &TenantTx, keys: &SecretKey, stored: &Stored) -> Secret {
    let place = place(tx);
    stored
        .key
        .as_ref()
        .map(|sealed| keys.open(sealed, &place))
        .transpose()
        .unwrap_or_else(|error| {
            tracing::warn!(%error, "the model's key can't be opened");
            None
        })
        .unwrap_or_default()
}

/// Saves the settings and gives them back as stored.
pub async fn save(
    tx: &mut TenantTx,
    clock: &Clock,
    keys: &SecretKey,
    settings: &Settings,
    key: KeyChange,
) -> Result<Stored, SaveError> {
    let problems = settings.problems();
    if !problems.is_empty() {
        return Err(SaveError::Invalid(problems));
    }
    let before = load(tx).await?;
    let moved = before.settings.base_url.as_ref().map(Url::origin)
        != settings.base_url.as_ref().map(Url::origin);
    let sealed = match key {
        KeyChange::Set(secret) if !secret.is_empty() => Some(keys.seal(&secret, &place(tx))?),
        KeyChange::Keep if !moved => before.key,
        KeyChange::Keep | KeyChange::Remove | KeyChange::Set(_) => None,
    };
    store::settings::save(tx, settings, sealed.as_ref(), clock.now()).await?;
    tx.signal("agent-settings-changed");
    Ok(load(tx).await?)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_defaults_are_valid_and_suggest() {
        let settings = Settings::default();
        assert!(settings.problems().is_empty());
        assert_eq!(settings.mode_on(AccountId::new()), Mode::Suggest);
        assert!(!settings.uses_model());
    }

    #[test]
    fn off_for_the_workspace_is_off_on_every_channel() {
        let account = AccountId::new();
        let mut settings = Settings {
            channel_modes: BTreeMap::from([(account, Mode::Auto)]),
            ..Settings::default()
        };
        assert_eq!(settings.mode_on(account), Mode::Auto);
        settings.mode = Mode::Off;
        assert_eq!(settings.mode_on(account), Mode::Off);
    }

    #[test]
    fn a_provider_without_a_model_and_a_wild_threshold_are_refused() {
        let settings = Settings {
            base_url: Some("https://openrouter.ai/api/v1".parse().unwrap()),
            confidence: 1.5,
            ..Settings::default()
        };
        let fields: Vec<_> = settings.problems().into_keys().collect();
        assert_eq!(fields, ["confidence", "model"]);
    }
}
