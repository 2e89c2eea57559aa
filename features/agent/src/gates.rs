//! The rules that are checked in code before anything is retrieved or a model is asked.

use serde::{Deserialize, Serialize};

use crate::settings::{Mode, OutsideHours, Settings, WhenSpent};
use crate::spend::Period;
use crate::words::{self, Courtesy};
use crate::{like, moderate, remark};

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
    /// Whether it is a public comment and no message.
    pub(crate) public: bool,
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
    /// The budget that is spent, when one is.
    pub(crate) spent: Option<Period>,
    /// Whether the model would be shown pictures.
    pub(crate) sees_pictures: bool,
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
type Said = (Option<Stop>, Option<String>);
/// A rule.
type Rule = fn(&Facts<'_>) -> Said;

fn when(stopped: bool, stop: Stop) -> Said {
    (stopped.then_some(stop), None)
}

fn on_finding(found: Option<String>, stop: Stop) -> Said {
    (found.is_some().then_some(stop), found)
}

/// The rules in their order, by their stable names.
const RULES: &[(&str, Rule)] = &[
    ("ai_control", |facts| {
        when(!facts.settings.ai_control_enabled, silent("ai_off"))
    }),
    ("chats", |facts| {
        when(!facts.settings.ai_enabled_for_chats, silent("chats_off"))
    }),
    ("comments", |facts| {
        when(
            !facts.settings.ai_enabled_for_comments,
            silent("comments_off"),
        )
    }),
    ("mode", |facts| {
        let off = (facts.mode == Mode::Off).then(|| silent("mode_off"));
        (off, Some(facts.mode.as_str().to_owned()))
    }),
    ("account", |facts| {
        when(!facts.account_on, silent("account_off"))
    }),
    ("conversation", |facts| {
        when(!facts.conversation_on, silent("conversation_off"))
    }),
    ("owner", |facts| {
        // What people answer is what a draft in shadow is compared with.
        let theirs = facts.owned_by_human && facts.mode != Mode::Shadow;
        when(theirs, silent("human_owns"))
    }),
    ("standby", |facts| when(facts.standby, silent("standby"))),
    ("reply_window", |facts| {
        when(!facts.window_open, silent("window_closed"))
    }),
    ("content", content),
    ("business_hours", |facts| {
        let quiet = facts.settings.outside_hours == OutsideHours::Silent;
        when(quiet && !facts.business_open, silent("outside_hours"))
    }),
    ("ignore_examples", |facts| {
        let found = like::like_one_of(facts.text, &facts.settings.ignore_examples);
        on_finding(found.map(str::to_owned), silent("ignored_example"))
    }),
    ("asks_for_human", |facts| {
        let asks = words::asks_for_human(facts.text);
        when(asks, escalate("customer_asked_for_human"))
    }),
    ("blocked_keywords", |facts| {
        let found = words::first_of(facts.text, &facts.settings.blocked_keywords);
        on_finding(found, escalate("blocked_keyword"))
    }),
    ("blocked_phrases", |facts| {
        let found = words::first_of(facts.text, &facts.settings.blocked_phrases);
        on_finding(found, escalate("blocked_phrase"))
    }),
    ("moderation", |facts| {
        let (reason, found) = moderate::incoming(facts.text);
        let found = found.map(|finding| finding.category.to_string());
        (reason.map(escalate), found)
    }),
    ("budget", |facts| {
        let silent_then = facts.settings.budget.when_spent == WhenSpent::Silent;
        let stop = facts.spent.filter(|_| silent_then);
        let found = facts.spent.map(|period| period.as_str().to_owned());
        (stop.map(|_| silent("budget_spent")), found)
    }),
    ("courtesy", |facts| match words::courtesy(facts.text) {
        // Nobody waits to be greeted back in public.
        _ if facts.public => when(
            remark::asks_nothing(facts.text),
            silent("nothing_to_answer"),
        ),
        Some(_) if facts.shows_picture() => (None, None),
        Some(Courtesy::Closing) => (Some(silent("nothing_to_answer")), None),
        Some(Courtesy::Greeting) => (Some(Stop::Greet), None),
        None => (None, None),
    }),
];

/// Rules about what only messages have: a switch of their own, a conversation with an owner, a window.
const OF_MESSAGES: &[&str] = &["chats", "conversation", "owner", "standby", "reply_window"];
/// Rules about what only comments have.
const OF_COMMENTS: &[&str] = &["comments"];

impl Facts<'_> {
    /// Whether a rule is about what is looked at.
    fn heeds(&self, gate: &str) -> bool {
        let others = if self.public {
            OF_MESSAGES
        } else {
            OF_COMMENTS
        };
        !others.contains(&gate)
    }

    /// Whether there is a picture that the model would see.
    fn shows_picture(&self) -> bool {
        self.sees_pictures && self.kinds.iter().any(|kind| kind == "image")
    }
}

/// Whether there is anything to answer.
fn content(facts: &Facts<'_>) -> Said {
    if !facts.text.trim().is_empty() || facts.shows_picture() {
        return (None, None);
    }
    let look = |kind: &String| WORTH_A_LOOK.contains(&kind.as_str());
    let stop = if facts.kinds.iter().any(look) {
        escalate("no_text")
    } else {
        silent("nothing_to_answer")
    };
    (Some(stop), None)
}

/// Tries the rules in their order up to the first that stops the run.
pub(crate) fn check(facts: &Facts<'_>) -> (Vec<Gate>, Option<Stop>) {
    let mut tried = Vec::with_capacity(RULES.len());
    for (gate, rule) in RULES.iter().filter(|(gate, _)| facts.heeds(gate)) {
        let (stop, found) = rule(facts);
        tried.push(Gate {
            gate: (*gate).to_owned(),
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
mod tests;
