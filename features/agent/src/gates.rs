//! The rules that are checked in code before anything is retrieved or a model is asked.

use serde::{Deserialize, Serialize};

use crate::settings::{Mode, OutsideHours, Settings};
use crate::words::{self, Courtesy};

/// One rule that was tried.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize, utoipa::ToSchema)]
pub struct Gate {
    /// The rule's stable name.
    pub gate: String,
    /// Whether the run went on behind it.
    pub passed: bool,
    /// What it found, such as the word that matched.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub found: Option<String>,
}

/// What follows from a rule that stopped the run.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(tag = "do", rename_all = "snake_case")]
pub enum Stop {
    /// Nothing is said.
    Silent {
        /// The stable reason.
        reason: String,
    },
    /// A person is asked.
    Escalate {
        /// The stable reason.
        reason: String,
    },
    /// The customer is greeted back.
    Greet,
}

/// What the rules look at.
#[derive(Clone, Debug)]
pub(crate) struct Facts<'a> {
    pub(crate) settings: &'a Settings,
    /// The mode on this account.
    pub(crate) mode: Mode,
    /// The account's automation switch.
    pub(crate) account_on: bool,
    /// The conversation's switch.
    pub(crate) conversation_on: bool,
    pub(crate) owned_by_human: bool,
    pub(crate) standby: bool,
    pub(crate) window_open: bool,
    pub(crate) business_open: bool,
    /// What the customer wrote and nobody has decided about yet.
    pub(crate) text: &'a str,
    /// The kinds of those messages.
    pub(crate) kinds: &'a [String],
}

/// Kinds of messages without words that a person should look at.
const WORTH_A_LOOK: &[&str] = &[
    "image",
    "video",
    "audio",
    "file",
    "document",
    "location",
    "contacts",
    "order",
    "share",
    "story_reply",
    "unsupported",
];

fn silent(reason: &str) -> Stop {
    Stop::Silent {
        reason: reason.to_owned(),
    }
}

fn escalate(reason: &str) -> Stop {
    Stop::Escalate {
        reason: reason.to_owned(),
    }
}

/// What a rule says: whether the run stops, and what was found.
type Rule<'a> = &'a dyn Fn() -> (Option<Stop>, Option<String>);

/// Tries the rules in their order up to the first that stops the run.
pub(crate) fn check(facts: &Facts<'_>) -> (Vec<Gate>, Option<Stop>) {
    let settings = facts.settings;
    let text = facts.text.trim();
    let matched = |found: Option<&str>| found.map(str::to_owned);
    let when = |stopped: bool, stop: Stop| (stopped.then_some(stop), None);
    let rules: [(&str, Rule<'_>); 13] = [
        ("mode", &|| {
            (
                (facts.mode == Mode::Off).then(|| silent("mode_off")),
                Some(facts.mode.as_str().to_owned()),
            )
        }),
        ("account", &|| {
            when(!facts.account_on, silent("account_off"))
        }),
        ("conversation", &|| {
            when(!facts.conversation_on, silent("conversation_off"))
        }),
        ("owner", &|| {
            when(facts.owned_by_human, silent("human_owns"))
        }),
        ("standby", &|| when(facts.standby, silent("standby"))),
        ("reply_window", &|| {
            when(!facts.window_open, silent("window_closed"))
        }),
        ("content", &|| {
            let look = facts
                .kinds
                .iter()
                .any(|kind| WORTH_A_LOOK.contains(&kind.as_str()));
            let stop = if look {
                escalate("no_text")
            } else {
                silent("nothing_to_answer")
            };
            when(text.is_empty(), stop)
        }),
        ("business_hours", &|| {
            let quiet = !facts.business_open && settings.outside_hours == OutsideHours::Silent;
            when(quiet, silent("outside_hours"))
        }),
        ("ignore_examples", &|| {
            let found = matched(words::like_one_of(text, &settings.ignore_examples));
            (found.as_ref().map(|_| silent("ignored_example")), found)
        }),
        ("asks_for_human", &|| {
            when(
                words::asks_for_human(text),
                escalate("customer_asked_for_human"),
            )
        }),
        ("blocked_keywords", &|| {
            let found = matched(words::first_of(text, &settings.blocked_keywords));
            (found.as_ref().map(|_| escalate("blocked_keyword")), found)
        }),
        ("blocked_phrases", &|| {
            let found = matched(words::first_of(text, &settings.blocked_phrases));
            (found.as_ref().map(|_| escalate("blocked_phrase")), found)
        }),
        ("courtesy", &|| match words::courtesy(text) {
            Some(Courtesy::Closing) => (Some(silent("nothing_to_answer")), None),
            Some(Courtesy::Greeting) => (Some(Stop::Greet), None),
            None => (None, None),
        }),
    ];
    let mut tried = Vec::with_capacity(rules.len());
    for (gate, rule) in rules {
        let (stop, found) = rule();
        tried.push(Gate {
            gate: gate.to_owned(),
            passed: stop.is_none(),
            found,
        });
        if stop.is_some() {
            return (tried, stop);
        }
    }
    (tried, None)
}

#[cfg(test)]
mod tests {
    use super::*;

    fn facts<'a>(settings: &'a Settings, text: &'a str) -> Facts<'a> {
        Facts {
            settings,
            mode: Mode::Auto,
            account_on: true,
            conversation_on: true,
            owned_by_human: false,
            standby: false,
            window_open: true,
            business_open: true,
            text,
            kinds: &[],
        }
    }

    fn reason(facts: &Facts<'_>) -> String {
        match check(facts).1 {
            None => "passed".to_owned(),
            Some(Stop::Greet) => "greet".to_owned(),
            Some(Stop::Silent { reason }) => format!("silent {reason}"),
            Some(Stop::Escalate { reason }) => format!("escalate {reason}"),
        }
    }

    #[test]
    fn a_question_passes_all_rules_and_each_is_recorded() {
        let settings = Settings::default();
        let (tried, stop) = check(&facts(&settings, "Do you ship to Belgium?"));
        assert_eq!(stop, None);
        assert_eq!(tried.len(), 13);
        assert!(tried.iter().all(|gate| gate.passed));
    }

    #[test]
    fn every_switch_silences() {
        let settings = Settings::default();
        let base = facts(&settings, "Do you ship to Belgium?");
        let cases = [
            (
                Facts {
                    mode: Mode::Off,
                    ..base.clone()
                },
                "silent mode_off",
            ),
            (
                Facts {
                    account_on: false,
                    ..base.clone()
                },
                "silent account_off",
            ),
            (
                Facts {
                    conversation_on: false,
                    ..base.clone()
                },
                "silent conversation_off",
            ),
            (
                Facts {
                    owned_by_human: true,
                    ..base.clone()
                },
                "silent human_owns",
            ),
            (
                Facts {
                    standby: true,
                    ..base.clone()
                },
                "silent standby",
            ),
            (
                Facts {
                    window_open: false,
                    ..base.clone()
                },
                "silent window_closed",
            ),
        ];
        for (facts, expected) in cases {
            assert_eq!(reason(&facts), expected);
            let (tried, _) = check(&facts);
            assert!(!tried.last().unwrap().passed);
        }
    }

    #[test]
    fn a_person_looks_at_a_photo_and_nobody_at_a_sticker() {
        let settings = Settings::default();
        let (photo, sticker) = (["image".to_owned()], ["sticker".to_owned()]);
        assert_eq!(
            reason(&Facts {
                kinds: &photo,
                ..facts(&settings, "")
            }),
            "escalate no_text"
        );
        assert_eq!(
            reason(&Facts {
                kinds: &sticker,
                ..facts(&settings, " ")
            }),
            "silent nothing_to_answer"
        );
    }

    #[test]
    fn the_settings_decide_about_words_and_hours() {
        let settings = Settings {
            blocked_keywords: vec!["lawyer".to_owned()],
            blocked_phrases: vec!["money back".to_owned()],
            ignore_examples: vec!["Follow me back!".to_owned()],
            outside_hours: OutsideHours::Silent,
            ..Settings::default()
        };
        assert_eq!(
            reason(&facts(&settings, "My LAWYER will write")),
            "escalate blocked_keyword"
        );
        assert_eq!(
            reason(&facts(&settings, "I want my money back")),
            "escalate blocked_phrase"
        );
        assert_eq!(
            reason(&facts(&settings, "follow me back")),
            "silent ignored_example"
        );
        assert_eq!(
            reason(&facts(&settings, "Can I talk to a human?")),
            "escalate customer_asked_for_human"
        );
        let night = Facts {
            business_open: false,
            ..facts(&settings, "Do you ship?")
        };
        assert_eq!(reason(&night), "silent outside_hours");
        assert_eq!(
            reason(&facts(&settings, "Merci !")),
            "silent nothing_to_answer"
        );
        assert_eq!(reason(&facts(&settings, "Hello")), "greet");
    }
}
