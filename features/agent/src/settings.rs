//! What the agent of a workspace may do, and how.

mod bounds;
mod budget;
mod choices;
mod document;
mod keep;
mod patch;
mod price;
mod restore;
pub mod versions;

use std::collections::BTreeMap;

use kernel::AccountId;
use serde::{Deserialize, Serialize};
use url::Url;

use crate::hours::Hours;
pub use budget::{Budget, WhenSpent};
pub use choices::{Length, Mode, OutsideHours, Pictures};
pub use keep::{
    KeyChange, Keys, Save, SaveError, Stored, chosen, hold, load, open_key, open_moderation_key,
    save,
};
pub use patch::patched;
pub use price::ModelPrice;
pub use restore::{RestoreError, restore};

/// The settings of a workspace. Keys are not among them: they are only ever written.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize, utoipa::ToSchema)]
#[serde(default, deny_unknown_fields)]
pub struct Settings {
    /// The master switch: without it nothing is drafted and nothing is sent, whatever the modes say.
    #[serde(alias = "is_active")]
    pub ai_control_enabled: bool,
    /// Whether direct messages are looked at.
    #[serde(alias = "ai_enabled_for_conversations")]
    pub ai_enabled_for_chats: bool,
    /// Whether comments are looked at.
    pub ai_enabled_for_comments: bool,
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
    #[serde(alias = "ai_model")]
    pub model: String,
    /// Tried in this order when the model is busy, broken or unknown.
    pub fallback_models: Vec<String>,
    /// Sampling temperature, 0 to 2.
    pub temperature: f32,
    /// Nucleus sampling, 0 to 1.
    pub top_p: f32,
    /// The most tokens of one answer of the model, 16 to 8000.
    pub max_output_tokens: i32,
    /// Whether the model is shown the pictures that customers send.
    pub pictures: Pictures,
    /// Who the agent is: the first words that the model reads. Empty for ours. May hold variables
    /// such as `{{business_name}}`.
    pub system_prompt: String,
    /// What the agent has to know and heed. May hold variables, too.
    pub instructions: String,
    /// How it speaks, in a word or a sentence.
    pub tone: String,
    /// How long its answers are.
    pub answer_length: Length,
    /// `auto` for the customer's language, else `en`, `fr`, `es` or another tag.
    #[serde(alias = "lang")]
    pub language: String,
    /// An answer is sent from this confidence on, 0 to 1.
    pub confidence: f32,
    /// Links that answers may hold: hosts (with what stands below them) or beginnings of addresses.
    /// An answer with another link is not sent without a person.
    pub allowed_links: Vec<String>,
    /// Words that hand a message to a person.
    #[serde(alias = "flagged_keywords")]
    pub blocked_keywords: Vec<String>,
    /// Phrases that hand a message to a person.
    #[serde(alias = "flagged_phrases")]
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
    /// What models may cost.
    pub budget: Budget,
    /// Prices of models whose provider does not say what a call cost, by the model's name.
    pub prices: BTreeMap<String, ModelPrice>,
}

impl Default for Settings {
    fn default() -> Self {
        Self {
            ai_control_enabled: true,
            ai_enabled_for_chats: true,
            ai_enabled_for_comments: true,
            mode: Mode::Suggest,
            channel_modes: BTreeMap::new(),
            base_url: None,
            model: String::new(),
            fallback_models: Vec::new(),
            temperature: 0.3,
            top_p: 1.0,
            max_output_tokens: 600,
            pictures: Pictures::Auto,
            system_prompt: String::new(),
            instructions: String::new(),
            tone: "friendly".to_owned(),
            answer_length: Length::Short,
            language: "auto".to_owned(),
            confidence: 0.7,
            allowed_links: Vec::new(),
            blocked_keywords: Vec::new(),
            blocked_phrases: Vec::new(),
            ignore_examples: Vec::new(),
            business_hours: Vec::new(),
            outside_hours: OutsideHours::Answer,
            escalation_notice: BTreeMap::new(),
            notify_emails: Vec::new(),
            budget: Budget::default(),
            prices: BTreeMap::new(),
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
