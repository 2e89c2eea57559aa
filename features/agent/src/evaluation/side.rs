//! What one side made of a question, held against what would be right.

use serde::{Deserialize, Serialize};
use serde_json::Value;

use super::Case;
use crate::decision::Outcome;
use crate::like;
use crate::playground::Told;
use crate::rehearse::Trace;

/// How much of the right answer has to stand in a passage for it to carry the answer.
const CARRIES: f32 = 0.6;
/// How many passages are kept that no answer rests on.
const KEPT: usize = 6;
/// What says that an answer goes beyond its sources.
const GROUNDLESS: &[&str] = &["unsourced", "not_grounded"];

/// What one side made of a question.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize, utoipa::ToSchema)]
#[schema(as = EvaluationSide)]
pub struct Side {
    /// What it came to.
    #[serde(flatten)]
    pub told: Told,
    /// Why the model failed, when it did: `timeout`, `rate_limited`, `auth`, ….
    pub error: Option<String>,
    /// What the answer is about: the title of the passage that it rests on.
    pub topic: Option<String>,
    /// Whether a passage that carries the right answer was found; absent when that is not known.
    pub retrieval_hit: Option<bool>,
    /// Whether the answer keeps to its sources; absent without an answer.
    pub grounded: Option<bool>,
    /// Whether a person was asked, for a question that nobody but a person should answer.
    pub abstained: Option<bool>,
    /// How like the right answer it is by its words, 0 to 1: how alike both are, or, where that is
    /// more, how much of the right one stands in it. A longer answer is no worse.
    pub likeness: Option<f32>,
    /// How near they are by meaning (the cosine of their vectors), where the embedder of this
    /// machine serves.
    pub closeness: Option<f32>,
}

impl Side {
    /// Holds what was found against what would be right.
    pub(crate) fn of(trace: &Trace, case: &Case) -> Self {
        let mut told = Told::from(trace);
        let mut others = 0;
        told.passages.retain(|passage| {
            others += usize::from(!passage.used);
            passage.used || others <= KEPT
        });
        let topic = told.passages.iter().find(|passage| passage.used);
        let right = case.expected.as_str();
        let known = !right.is_empty();
        let carries = |text: &str| like::covered(right, text) >= CARRIES;
        let found = trace.sources.iter();
        let hit = found.map(|source| carries(&source.content));
        let said = told.said();
        let measured = said.map(|text| like::likeness(text, right).max(like::covered(right, text)));
        Self {
            retrieval_hit: known.then(|| hit.into_iter().any(|hit| hit)),
            grounded: said.map(|_| is_grounded(&trace.explanation)),
            abstained: case.should_abstain.then(|| asks_a_person(told.outcome)),
            likeness: measured.filter(|_| known),
            closeness: None,
            topic: topic.map(|passage| passage.title.clone()),
            error: trace.error.clone().filter(|_| is_lost(trace)),
            told,
        }
    }

    /// Whether it could be played as it was meant.
    pub fn is_played(&self) -> bool {
        self.error.is_none() && self.told.outcome != Outcome::Failed
    }

    /// What the customer would have read, now or after a person's approval.
    pub fn said(&self) -> Option<&str> {
        self.told.said()
    }
}

/// Whether a person is asked and nothing is written for the customer.
fn asks_a_person(outcome: Outcome) -> bool {
    outcome == Outcome::Escalated
}

/// Whether the model failed and something else stands for its answer.
fn is_lost(trace: &Trace) -> bool {
    let calls = trace.explanation.get("calls").and_then(Value::as_array);
    let last = calls.and_then(|calls| calls.last());
    last.is_some_and(|call| call.get("error").is_some_and(|error| !error.is_null()))
}

fn is_grounded(explanation: &Value) -> bool {
    let doubts = explanation.get("doubts").and_then(Value::as_array);
    let mut reasons = doubts
        .into_iter()
        .flatten()
        .filter_map(|doubt| doubt.get("reason").and_then(Value::as_str));
    !reasons.any(|reason| GROUNDLESS.contains(&reason))
}

/// Whether no model may be asked any more, as the rules found.
pub(crate) fn found_budget_spent(trace: &Trace) -> bool {
    let gates = trace.explanation.get("gates").and_then(Value::as_array);
    let mut gates = gates.into_iter().flatten();
    gates.any(|gate| {
        gate.get("gate").and_then(Value::as_str) == Some("budget")
            && gate.get("found").is_some_and(|found| !found.is_null())
    })
}

#[cfg(test)]
mod tests {
    use super::*;
    use kernel::{ChunkId, EvaluationCaseId, EvaluationSetId};
    use serde_json::json;

    use crate::rehearse::Source;

    fn case(expected: &str, should_abstain: bool) -> Case {
        Case {
            id: EvaluationCaseId::new(),
            set_id: EvaluationSetId::new(),
            question: "Do you deliver to Belgium?".to_owned(),
            thread: Vec::new(),
            expected: expected.to_owned(),
            should_abstain,
            language: None,
            message_id: None,
            asked_at: None,
        }
    }

    fn trace(outcome: Outcome, text: &str, explanation: Value) -> Trace {
        Trace {
            outcome,
            reason: "answer_found".to_owned(),
            text: Some(text.to_owned()),
            language: None,
            confidence: Some(0.9),
            sources: vec![Source {
                chunk: ChunkId::new(),
                title: "Delivery".to_owned(),
                heading: String::new(),
                content: "We deliver to Belgium within three days, from 60 euros free.".to_owned(),
                faq: false,
                language: "en".to_owned(),
                score: 0.8,
                used: true,
            }],
            model: None,
            model_calls: 1,
            error: None,
            prompt_tokens: 0,
            completion_tokens: 0,
            micro_usd: None,
            took_ms: 1,
            explanation,
        }
    }

    #[test]
    fn a_passage_that_carries_most_of_the_right_answer_is_a_hit() {
        let played = trace(Outcome::Answered, "Yes.", json!({}));
        let hit = |expected| Side::of(&played, &case(expected, false)).retrieval_hit;
        assert_eq!(hit("Yes, we deliver to Belgium in three days."), Some(true));
        assert_eq!(hit("Our shop opens at nine on Mondays."), Some(false));
        assert_eq!(hit("Belgium costs 12 euros more."), Some(false));
        assert_eq!(hit(""), None);
    }

    #[test]
    fn an_answer_is_grounded_unless_it_was_doubted_for_its_sources() {
        let of = |doubt: &str| {
            let told = json!({ "doubts": [{ "reason": doubt }] });
            Side::of(&trace(Outcome::Suggested, "Yes.", told), &case("", false)).grounded
        };
        assert_eq!(of("too_long"), Some(true));
        assert_eq!(of("not_grounded"), Some(false));
        assert_eq!(of("unsourced"), Some(false));
        let silent = trace(Outcome::Escalated, "Yes.", json!({}));
        assert_eq!(Side::of(&silent, &case("", false)).grounded, None);
    }

    #[test]
    fn only_who_asks_a_person_abstains() {
        for (outcome, abstained) in [
            (Outcome::Escalated, true),
            (Outcome::Suggested, false),
            (Outcome::Silent, false),
            (Outcome::Answered, false),
        ] {
            let side = Side::of(&trace(outcome, "", json!({})), &case("", true));
            assert_eq!(side.abstained, Some(abstained), "{outcome:?}");
        }
        let other = trace(Outcome::Escalated, "", json!({}));
        assert_eq!(Side::of(&other, &case("Yes.", false)).abstained, None);
    }

    #[test]
    fn likeness_is_measured_where_something_was_said_and_is_known() {
        let side = |outcome, expected| {
            Side::of(
                &trace(outcome, "Two days.", json!({})),
                &case(expected, false),
            )
            .likeness
        };
        assert_eq!(side(Outcome::Answered, "two days"), Some(1.0));
        assert_eq!(side(Outcome::Answered, "Two"), Some(1.0));
        assert_eq!(side(Outcome::Answered, "Five weeks"), Some(0.0));
        assert_eq!(side(Outcome::Answered, ""), None);
        assert_eq!(side(Outcome::Escalated, "two days"), None);
    }

    #[test]
    fn a_side_whose_model_failed_was_not_played_and_is_about_what_it_rests_on() {
        let mut failed = trace(
            Outcome::Answered,
            "A passage.",
            json!({ "calls": [{ "error": "auth" }] }),
        );
        failed.error = Some("auth".to_owned());
        let side = Side::of(&failed, &case("", false));
        assert!(!side.is_played());
        assert_eq!(side.topic.as_deref(), Some("Delivery"));
        let kept: Side = serde_json::from_value(serde_json::to_value(&side).unwrap()).unwrap();
        assert_eq!(kept, side);
    }

    #[test]
    fn a_spent_budget_is_seen_in_the_rules() {
        let gate = json!({ "gates": [{ "gate": "budget", "passed": true, "found": "day" }] });
        assert!(found_budget_spent(&trace(Outcome::Suggested, "", gate)));
        let gate = json!({ "gates": [{ "gate": "budget", "passed": true }] });
        assert!(!found_budget_spent(&trace(Outcome::Suggested, "", gate)));
    }
}
