//! Which side does better, by rules that people can check.
//!
//! 1. A side that could not be played: failed.
//! 2. A person should be asked: asking one is best, offering a draft or saying nothing is next,
//!    sending an answer is last.
//! 3. The right answer is known: of two answers the one that is clearly more like it is better, else
//!    the one that keeps to its sources. An answer beside none is better when it is close to the
//!    right one, worse when it is sent and goes beyond its sources, else different. Asking a person
//!    is better than saying nothing.
//! 4. Nobody knows what is right: of two answers the one that keeps to its sources is better; else
//!    they are the same, or different.

use super::Case;
use super::result::Verdict;
use super::side::Side;
use crate::decision::Outcome;
use crate::like;

/// Two answers that are at least this alike, with the same numbers, say the same.
const SAME: f32 = 0.85;
/// An answer that is at least this like the right one is close to it.
const CLOSE: f32 = 0.5;
/// A difference of likeness that counts.
const CLEARLY: f32 = 0.15;

/// How the candidate did beside the baseline.
pub(crate) fn verdict(case: &Case, baseline: &Side, candidate: &Side) -> Verdict {
    if !baseline.is_played() || !candidate.is_played() {
        return Verdict::Failed;
    }
    if case.should_abstain {
        let (before, after) = (restraint(baseline), restraint(candidate));
        if before != after {
            return better_if(after > before);
        }
        return alike(baseline, candidate);
    }
    if alike(baseline, candidate) == Verdict::Same {
        return Verdict::Same;
    }
    if case.expected.is_empty() {
        return of_sources(baseline, candidate);
    }
    match (baseline.said(), candidate.said()) {
        (Some(_), Some(_)) => of_answers(baseline, candidate),
        (None, Some(_)) => of_one(candidate).map_or(Verdict::Different, better_if),
        (Some(_), None) => of_one(baseline).map_or(Verdict::Different, |good| better_if(!good)),
        (None, None) => better_if(candidate.told.outcome == Outcome::Escalated),
    }
}

fn better_if(better: bool) -> Verdict {
    if better {
        Verdict::Better
    } else {
        Verdict::Worse
    }
}

/// How far a side leaves it to people.
fn restraint(side: &Side) -> u8 {
    match side.told.outcome {
        Outcome::Escalated => 2,
        Outcome::Answered => 0,
        _ => 1,
    }
}

/// Whether both do and say the same.
fn alike(one: &Side, other: &Side) -> Verdict {
    let words = match (one.said(), other.said()) {
        (Some(one), Some(other)) => says_the_same(one, other),
        (None, None) => true,
        _ => false,
    };
    if words && one.told.outcome == other.told.outcome {
        Verdict::Same
    } else {
        Verdict::Different
    }
}

fn says_the_same(one: &str, other: &str) -> bool {
    like::likeness(one, other) >= SAME && numbers(one) == numbers(other)
}

fn numbers(text: &str) -> Vec<&str> {
    let mut found: Vec<&str> = text
        .split(|c: char| !c.is_ascii_digit())
        .filter(|digits| !digits.is_empty())
        .collect();
    found.sort_unstable();
    found
}

/// Of two answers.
fn of_answers(baseline: &Side, candidate: &Side) -> Verdict {
    let gain = candidate.likeness.unwrap_or_default() - baseline.likeness.unwrap_or_default();
    if gain.abs() >= CLEARLY {
        return better_if(gain > 0.0);
    }
    of_sources(baseline, candidate)
}

/// Of two answers, by whether they keep to their sources.
fn of_sources(baseline: &Side, candidate: &Side) -> Verdict {
    match (baseline.grounded, candidate.grounded) {
        (Some(before), Some(after)) if before != after => better_if(after),
        _ => Verdict::Different,
    }
}

/// Whether an answer does better than none; nobody can tell when absent.
fn of_one(side: &Side) -> Option<bool> {
    if side.likeness.is_some_and(|likeness| likeness >= CLOSE) {
        return Some(true);
    }
    let sent = side.told.outcome == Outcome::Answered;
    (sent && side.grounded == Some(false)).then_some(false)
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::playground::Told;
    use kernel::{EvaluationCaseId, EvaluationSetId};

    const RIGHT: &str = "Delivery to Belgium takes three days and costs 5 euros.";

    fn case(expected: &str, should_abstain: bool) -> Case {
        Case {
            id: EvaluationCaseId::new(),
            set_id: EvaluationSetId::new(),
            question: "How long?".to_owned(),
            thread: Vec::new(),
            expected: expected.to_owned(),
            should_abstain,
            language: None,
            message_id: None,
            asked_at: None,
        }
    }

    fn side(outcome: Outcome, text: &str, grounded: bool) -> Side {
        let told = Told {
            outcome,
            text: Some(text.to_owned()),
            ..Told::sample()
        };
        let said = told.said().is_some();
        Side {
            likeness: said.then(|| like::likeness(text, RIGHT)),
            grounded: said.then_some(grounded),
            error: None,
            topic: None,
            retrieval_hit: None,
            abstained: None,
            closeness: None,
            told,
        }
    }

    fn says(outcome: Outcome, text: &str) -> Side {
        side(outcome, text, true)
    }

    fn known(baseline: &Side, candidate: &Side) -> Verdict {
        verdict(&case(RIGHT, false), baseline, candidate)
    }

    #[test]
    fn of_two_answers_the_one_nearer_to_the_right_one_is_better() {
        let near = says(
            Outcome::Answered,
            "To Belgium delivery takes three days, 5 euros.",
        );
        let far = says(Outcome::Answered, "We are a shop for ceramics.");
        assert_eq!(known(&far, &near), Verdict::Better);
        assert_eq!(known(&near, &far), Verdict::Worse);
        assert_eq!(known(&near, &near.clone()), Verdict::Same);
        let other = says(Outcome::Answered, "Ask us about cups and plates.");
        assert_eq!(known(&far, &other), Verdict::Different);
        let loose = side(Outcome::Answered, "Ask us about cups and plates.", false);
        assert_eq!(known(&far, &loose), Verdict::Worse);
        assert_eq!(known(&loose, &far), Verdict::Better);
    }

    #[test]
    fn another_number_is_another_answer_however_alike_the_words_are() {
        let five = says(Outcome::Answered, RIGHT);
        let nine = says(Outcome::Answered, &RIGHT.replace('5', "9"));
        assert_ne!(known(&five, &nine), Verdict::Same);
        let nobody_knows = verdict(&case("", false), &five, &nine);
        assert_eq!(nobody_knows, Verdict::Different);
    }

    #[test]
    fn an_answer_beside_none_is_better_when_it_is_right_and_worse_when_it_is_made_up() {
        let none = says(Outcome::Escalated, "");
        let right = says(Outcome::Answered, RIGHT);
        let made_up = side(Outcome::Answered, "We are a shop for ceramics.", false);
        let unlike = says(Outcome::Answered, "We are a shop for ceramics.");
        assert_eq!(known(&none, &right), Verdict::Better);
        assert_eq!(known(&right, &none), Verdict::Worse);
        assert_eq!(known(&none, &made_up), Verdict::Worse);
        assert_eq!(known(&made_up, &none), Verdict::Better);
        assert_eq!(known(&none, &unlike), Verdict::Different);
        let silent = says(Outcome::Silent, "");
        assert_eq!(known(&silent, &none), Verdict::Better);
        assert_eq!(known(&none, &silent), Verdict::Worse);
        assert_eq!(known(&none, &none.clone()), Verdict::Same);
    }

    #[test]
    fn where_a_person_should_be_asked_asking_one_is_best() {
        let of = |before, after| {
            let (before, after) = (says(before, "A draft."), says(after, "A draft."));
            verdict(&case("", true), &before, &after)
        };
        assert_eq!(of(Outcome::Answered, Outcome::Escalated), Verdict::Better);
        assert_eq!(of(Outcome::Answered, Outcome::Suggested), Verdict::Better);
        assert_eq!(of(Outcome::Escalated, Outcome::Answered), Verdict::Worse);
        assert_eq!(of(Outcome::Escalated, Outcome::Silent), Verdict::Worse);
        assert_eq!(of(Outcome::Escalated, Outcome::Escalated), Verdict::Same);
    }

    #[test]
    fn what_could_not_be_played_has_failed_and_what_nobody_knows_is_the_same_or_not() {
        let fine = says(Outcome::Answered, RIGHT);
        let broken = Side {
            error: Some("auth".to_owned()),
            ..fine.clone()
        };
        assert_eq!(known(&fine, &broken), Verdict::Failed);
        assert_eq!(known(&broken, &fine), Verdict::Failed);
        let unknown = |one: &Side, other: &Side| verdict(&case("", false), one, other);
        assert_eq!(unknown(&fine, &fine.clone()), Verdict::Same);
        let asks = says(Outcome::Escalated, "");
        assert_eq!(unknown(&fine, &asks), Verdict::Different);
        let loose = side(Outcome::Suggested, "Everything is free.", false);
        assert_eq!(unknown(&fine, &loose), Verdict::Worse);
        assert_eq!(unknown(&loose, &fine), Verdict::Better);
        let offered = says(Outcome::Suggested, RIGHT);
        assert_eq!(unknown(&fine, &offered), Verdict::Different);
    }
}
