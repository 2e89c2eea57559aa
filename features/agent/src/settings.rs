//! What the agent of a workspace may do, and how.

mod bounds;
mod keep;

use std::collections::BTreeMap;

use kernel::AccountId;
use serde::{Deserialize, Serialize};
use url::Url;

use crate::hours::Hours;
pub use keep::{KeyChange, SaveError, Stored, chosen, load, open_key, save};

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
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_defaults_are_valid_and_suggest() {
        let settings = Settings::default();
        assert!(settings.problems().is_empty());
        assert_eq!(settings.mode_on(AccountId::new()), Mode::Suggest);
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
}
