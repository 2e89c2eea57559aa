//! What is held against a text: by the filter of this machine always, by a provider's moderation
//! where there is a key for one.

use db::TenantTx;
use kernel::Secret;
use llm::{Endpoint, ModerationCategory};
use moderation::{Category, Filter, Finding};
use serde::{Deserialize, Serialize};
use url::Url;

use crate::Agent;
use crate::settings::{self, Stored};

/// Where the moderation of OpenAI is reached.
#[derive(Clone, Debug)]
pub struct Moderation {
    /// Up to and including the version.
    pub base_url: Url,
    /// The installation's key; empty when there is none.
    pub key: Secret,
}

impl Agent {
    /// The moderation in force for a workspace: with its own key, else with the key of its own
    /// provider when that is OpenAI, else with the installation's.
    pub(crate) fn moderation_of(&self, tx: &TenantTx, stored: &Stored) -> Option<Endpoint> {
        let installed = &self.moderation;
        let own = settings::open_moderation_key(tx, &self.key, stored);
        let at_openai = stored.settings.base_url.as_ref();
        let at_openai = at_openai.filter(|url| url.origin() == installed.base_url.origin());
        let providers = || at_openai.map(|_| settings::open_key(tx, &self.key, stored));
        let key = Some(own)
            .filter(|key| !key.is_empty())
            .or_else(|| providers().filter(|key| !key.is_empty()))
            .unwrap_or_else(|| installed.key.clone());
        (!key.is_empty()).then(|| Endpoint {
            base_url: installed.base_url.clone(),
            key,
            public_only: false,
        })
    }
}

/// Which way a text goes.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum Side {
    /// From the customer.
    Incoming,
    /// To the customer.
    Outgoing,
}

/// What a provider's moderation holds against a text.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct Judged {
    /// The model that judged.
    pub model: String,
    /// The categories for which it would hold the text back.
    pub flagged: Vec<String>,
}

impl Judged {
    /// What follows from an answer about one text; none when it is not about one.
    pub(crate) fn of(moderation: &llm::Moderation) -> Option<Self> {
        let [verdict] = moderation.verdicts.as_slice() else {
            return None;
        };
        let flagged = verdict
            .categories
            .iter()
            .filter(|(_, judged)| judged.flagged);
        let mut flagged: Vec<String> = flagged.map(|(category, _)| category.to_string()).collect();
        if flagged.is_empty() && verdict.flagged {
            flagged.push("flagged".to_owned());
        }
        Some(Self {
            model: moderation.model.clone(),
            flagged,
        })
    }

    /// Whether it holds anything against the text.
    pub(crate) fn flags(&self) -> bool {
        !self.flagged.is_empty()
    }

    /// Whether the writer may be in danger.
    pub(crate) fn in_danger(&self) -> bool {
        let named = |category: &ModerationCategory| self.flagged.contains(&category.to_string());
        named(&ModerationCategory::SelfHarm)
            || named(&ModerationCategory::SelfHarmIntent)
            || named(&ModerationCategory::SelfHarmInstructions)
    }
}

/// The reason for which a person looks at what a customer wrote, and what was found.
pub(crate) fn incoming(text: &str) -> (Option<&'static str>, Option<Finding>) {
    let found = Filter::builtin().check(text);
    let reason = found.as_ref().and_then(|finding| match finding.category {
        // Coarse words of somebody who has a question are no offence.
        Category::Profanity => None,
        Category::SelfHarm => Some("person_in_danger"),
        _ => Some("offensive_message"),
    });
    (reason, found)
}

/// What keeps an answer from being sent: in the words of the business nothing but an offence, in
/// those of a model also a coarse word or one that goes to a person.
pub(crate) fn outgoing(text: &str, quoted: bool, blocked: &[String]) -> Option<String> {
    let found = Filter::builtin().check(text);
    let grave = |finding: &Finding| !quoted || finding.category > Category::Profanity;
    if let Some(finding) = found.filter(grave) {
        return Some(finding.category.to_string());
    }
    if quoted {
        return None;
    }
    crate::words::first_of(text, blocked)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn an_offence_and_a_call_for_help_reach_a_person_and_coarse_words_an_answer() {
        assert_eq!(
            incoming("I want to kill myself").0,
            Some("person_in_danger")
        );
        assert_eq!(
            incoming("you are a f.u.c.k.i.n.g idiot").0,
            Some("offensive_message")
        );
        let (reason, found) = incoming("where the hell is my damn parcel, shit");
        assert_eq!(reason, None, "{found:?}");
        assert_eq!(incoming("Do you deliver to Belgium?"), (None, None));
    }

    #[test]
    fn an_answer_with_an_offence_is_held_back_whoever_wrote_it() {
        for quoted in [false, true] {
            assert!(outgoing("You idiot.", quoted, &[]).is_some());
            assert!(outgoing("Two to four days.", quoted, &[]).is_none());
        }
        let blocked = ["lawyer".to_owned()];
        assert!(outgoing("Ask a lawyer.", false, &blocked).is_some());
        assert!(outgoing("Ask a lawyer.", true, &blocked).is_none());
    }

    #[test]
    fn a_providers_judgement_is_kept_by_its_categories() {
        let body = serde_json::json!({
            "model": "omni", "verdicts": [{"flagged": true, "categories": {
                "self-harm/intent": {"flagged": true, "score": 0.9},
                "hate": {"flagged": false, "score": 0.1},
            }}],
        });
        let judged = Judged::of(&serde_json::from_value(body).unwrap()).unwrap();
        assert_eq!(judged.flagged, ["self-harm/intent"]);
        assert!(judged.in_danger());
    }
}
