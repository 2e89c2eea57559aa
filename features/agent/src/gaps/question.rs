//! Which questions show a gap.
//!
//! One counts when the agent had nothing to say because nothing known says it: no passage was
//! found, the best was not sure enough, the model named no source or said what stands in none, or
//! asked for a person. One counts, too, when a person marked its answer wrong without wanting a
//! person asked, or answered something else than the draft. What rules stopped, what the model's
//! provider broke, and who asked for a person show nothing about the knowledge.

use std::collections::{BTreeMap, HashSet};

use kernel::{MessageId, RunId};
use knowledge::language::Language;
use serde::{Deserialize, Serialize};
use serde_json::Value;
use uuid::Uuid;

use crate::like::likeness;
use crate::store::gaps::questions::{New, Seen};
use crate::words::{asks_for_human, courtesy};

/// Reasons of decisions that show that nothing known answers.
pub(crate) const REASONS: &[&str] = &[
    "no_answer_found",
    "low_confidence",
    "unsourced",
    "not_grounded",
    "agent_asked_for_human",
];

/// A person's answer that is less like the draft than this replaced it; more is an edit.
const REPLACED: f32 = 0.4;
/// The longest question that is shown and compared, in characters.
const LONGEST: usize = 600;

/// Why a question is looked at.
#[derive(
    Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize, sqlx::Type, utoipa::ToSchema,
)]
#[serde(rename_all = "snake_case")]
#[sqlx(type_name = "text", rename_all = "snake_case")]
#[schema(as = GapQuestionKind)]
pub enum Kind {
    /// Nothing known answered it.
    Unanswered,
    /// A person marked its answer wrong.
    Corrected,
    /// A person answered something else than the draft.
    Replaced,
    /// It was answered: it is no part of a gap, and only shows what a new answer would change.
    Answered,
}

impl Kind {
    /// The name in the database.
    pub(crate) const fn as_str(self) -> &'static str {
        match self {
            Self::Unanswered => "unanswered",
            Self::Corrected => "corrected",
            Self::Replaced => "replaced",
            Self::Answered => "answered",
        }
    }
}

/// The words of a question, without messages that are only courtesies.
pub(crate) fn cleaned(text: &str) -> String {
    let lines = text.lines().map(str::trim);
    let kept: Vec<&str> = lines
        .filter(|line| !line.is_empty() && courtesy(line).is_none())
        .collect();
    kept.join("\n").chars().take(LONGEST).collect()
}

/// Whether there is something to be answered in these words.
fn asks(text: &str) -> bool {
    text.chars().filter(|c| c.is_alphabetic()).count() > 2
        && !asks_for_human(text)
        && !knowledge::telling(Language::Other, text).is_empty()
}

fn kind(seen: &Seen) -> Option<Kind> {
    match seen.marked_wrong {
        // "A person should have been asked" and "that was right" are no gaps.
        Some(true) if seen.should_abstain == Some(true) => return None,
        Some(true) => return Some(Kind::Corrected),
        Some(false) if seen.outcome != "answered" => return None,
        _ => {}
    }
    if REASONS.contains(&seen.reason.as_str()) {
        return Some(Kind::Unanswered);
    }
    if let (Some(draft), Some(reply)) = (&seen.draft, &seen.reply) {
        return (likeness(draft, reply) < REPLACED).then_some(Kind::Replaced);
    }
    (seen.outcome == "answered").then_some(Kind::Answered)
}

/// The passages that an explanation says were used.
fn used(passages: Option<&Value>) -> Vec<Uuid> {
    let all = passages.and_then(Value::as_array).into_iter().flatten();
    all.filter(|passage| passage.get("used") == Some(&Value::Bool(true)))
        .filter_map(|passage| passage.get("chunk")?.as_str()?.parse().ok())
        .map(kernel::ChunkId::uuid)
        .collect()
}

/// The questions among decisions, each once: messages that were decided about together are one.
pub(crate) fn sorted(seen: Vec<Seen>) -> Vec<New> {
    let mut runs: HashSet<RunId> = HashSet::new();
    let mut found: BTreeMap<MessageId, New> = BTreeMap::new();
    for one in seen {
        // The newest of a run comes first.
        if one.run.is_some_and(|run| !runs.insert(run)) {
            continue;
        }
        let text = cleaned(&one.text);
        let Some(kind) = kind(&one).filter(|_| asks(&text)) else {
            continue;
        };
        let language = match one.language.as_deref() {
            Some(tag) if !tag.is_empty() && tag != "simple" => Language::from_tag(tag),
            _ => Language::of(&text),
        };
        let blamed = match kind {
            Kind::Corrected | Kind::Replaced => used(one.passages.as_ref()),
            Kind::Unanswered | Kind::Answered => Vec::new(),
        };
        found.insert(
            one.message,
            New {
                id: one.message,
                kind,
                asked_at: one.asked_at,
                language: language.as_str().to_owned(),
                blamed,
            },
        );
    }
    found.into_values().collect()
}

#[cfg(test)]
mod tests {
    use super::*;
    use chrono::DateTime;
    use serde_json::json;

    fn seen(outcome: &str, reason: &str, text: &str) -> Seen {
        Seen {
            message: MessageId::new(),
            run: Some(RunId::new()),
            asked_at: DateTime::UNIX_EPOCH,
            outcome: outcome.to_owned(),
            reason: reason.to_owned(),
            language: Some("en".to_owned()),
            passages: None,
            marked_wrong: None,
            should_abstain: None,
            draft: None,
            reply: None,
            text: text.to_owned(),
        }
    }

    fn kinds(seen: Vec<Seen>) -> Vec<Kind> {
        sorted(seen).into_iter().map(|new| new.kind).collect()
    }

    const ASKED: &str = "Do you wrap gifts?";

    #[test]
    fn what_nothing_answered_counts_and_what_rules_stopped_does_not() {
        for reason in REASONS {
            assert_eq!(
                kinds(vec![seen("escalated", reason, ASKED)]),
                [Kind::Unanswered]
            );
        }
        for reason in [
            "blocked_keyword",
            "outside_hours",
            "human_owns",
            "offensive_message",
            "customer_asked_for_human",
            "model_unavailable",
            "no_text",
            "superseded",
        ] {
            let found = kinds(vec![seen("escalated", reason, ASKED)]);
            assert_eq!(found, [], "{reason}");
        }
    }

    #[test]
    fn greetings_thanks_and_pictures_ask_nothing() {
        for text in [
            "",
            "Hello!",
            "Merci beaucoup",
            "👍",
            "??",
            "I want a human please",
        ] {
            let found = kinds(vec![seen("escalated", "no_answer_found", text)]);
            assert_eq!(found, [], "{text:?}");
        }
        assert_eq!(
            cleaned("Bonjour !\nVous emballez ?\nMerci"),
            "Vous emballez ?"
        );
    }

    #[test]
    fn a_persons_word_goes_before_the_reason() {
        let marked = |outcome, reason, wrong, abstain| Seen {
            marked_wrong: Some(wrong),
            should_abstain: Some(abstain),
            ..seen(outcome, reason, ASKED)
        };
        let found = |one| kinds(vec![one]);
        let right = marked("escalated", "no_answer_found", false, false);
        assert_eq!(found(right), [], "it was right to ask a person");
        let abstain = marked("answered", "passage_found", true, true);
        assert_eq!(found(abstain), []);
        let wrong = Seen {
            passages: Some(json!([
                {"chunk": kernel::ChunkId::new(), "used": true},
                {"chunk": kernel::ChunkId::new(), "used": false},
            ])),
            ..marked("answered", "passage_found", true, false)
        };
        let [new] = sorted(vec![wrong]).try_into().unwrap();
        assert_eq!((new.kind, new.blamed.len()), (Kind::Corrected, 1));
    }

    #[test]
    fn a_draft_that_was_replaced_counts_and_one_that_was_edited_does_not() {
        let with = |reply: &str| Seen {
            draft: Some("We deliver to Belgium in three days.".to_owned()),
            reply: Some(reply.to_owned()),
            ..seen("suggested", "passage_found", ASKED)
        };
        let found = |reply| kinds(vec![with(reply)]);
        assert_eq!(found("Yes, we wrap gifts for two euros."), [Kind::Replaced]);
        assert_eq!(found("We deliver to Belgium in three or four days."), []);
    }

    #[test]
    fn messages_that_were_decided_about_together_are_one_question() {
        let (one, mut other) = (
            seen("escalated", "no_answer_found", "Hi\nDo you wrap?"),
            seen("escalated", "no_answer_found", "Hi\nDo you wrap?"),
        );
        other.run = one.run;
        assert_eq!(kinds(vec![one, other]).len(), 1);
    }
}
