//! A comparison in numbers.

use std::collections::BTreeMap;

use db::{DbResult, TenantTx};
use kernel::EvaluationId;
use serde::{Deserialize, Serialize};

use super::result::Verdict;
use crate::decision::Outcome;
use crate::store;

/// The most topics that are listed.
const TOPICS: usize = 30;

/// How many of how many.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Serialize, utoipa::ToSchema)]
#[schema(as = EvaluationShare)]
pub struct Share {
    /// How many were so.
    pub met: u32,
    /// Of how many for which it is known.
    pub of: u32,
}

impl Share {
    fn count(&mut self, met: Option<bool>) {
        self.of += u32::from(met.is_some());
        self.met += u32::from(met == Some(true));
    }

    /// From 0 to 1; absent of none.
    pub fn value(self) -> Option<f64> {
        (self.of > 0).then(|| f64::from(self.met) / f64::from(self.of))
    }
}

/// One side in numbers.
#[derive(Clone, Debug, Default, PartialEq, Serialize, utoipa::ToSchema)]
#[schema(as = EvaluationNumbers)]
pub struct Numbers {
    /// Answered without a person.
    pub answered: Share,
    /// Offered to a person.
    pub suggested: Share,
    /// Given to a person.
    pub escalated: Share,
    /// A person was asked where one should be.
    pub abstained: Share,
    /// A passage that carries the right answer was found.
    pub retrieval_hit: Share,
    /// Answers that keep to their sources.
    pub grounded: Share,
    /// How alike answers and right answers are by their words on average, 0 to 1.
    pub likeness: Option<f64>,
    /// The same by meaning.
    pub closeness: Option<f64>,
    /// What it cost, in millionths of a US dollar, as far as that is known.
    pub micro_usd: i64,
    /// Questions whose cost nobody knows.
    pub unpriced: u32,
    /// Tokens that were read.
    pub prompt_tokens: i64,
    /// Tokens that were written.
    pub completion_tokens: i64,
    /// How long an answer took on average, in milliseconds.
    pub took_ms: u64,
}

/// What was found about one topic.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, utoipa::ToSchema)]
#[schema(as = EvaluationTopic)]
pub struct Topic {
    /// The title of the passage that the answers rest on.
    pub topic: String,
    /// How many questions.
    pub cases: u32,
    /// How many of them the candidate does better.
    pub better: u32,
    /// How many it does worse.
    pub worse: u32,
    /// How many it does in another way.
    pub different: u32,
}

/// A comparison in numbers.
#[derive(Clone, Debug, Default, PartialEq, Serialize, utoipa::ToSchema)]
#[schema(as = EvaluationSummary)]
pub struct Summary {
    /// Both come to the same.
    pub same: u32,
    /// The candidate does better.
    pub better: u32,
    /// The candidate does worse.
    pub worse: u32,
    /// They differ, and nobody can tell which is better.
    pub different: u32,
    /// One side could not be played.
    pub failed: u32,
    /// What is compared with.
    pub baseline: Numbers,
    /// What is tried.
    pub candidate: Numbers,
    /// What the judge cost, in millionths of a US dollar.
    pub judge_micro_usd: i64,
    /// By topic, those with the most questions first; at most 30.
    pub topics: Vec<Topic>,
}

impl Summary {
    /// How many questions have this verdict.
    pub fn count(&self, verdict: Verdict) -> u32 {
        match verdict {
            Verdict::Same => self.same,
            Verdict::Better => self.better,
            Verdict::Worse => self.worse,
            Verdict::Different => self.different,
            Verdict::Failed => self.failed,
        }
    }
}

/// What is summed of a side, as it was kept.
#[derive(Clone, Debug, Deserialize)]
pub(crate) struct Measured {
    outcome: Outcome,
    #[serde(default)]
    error: Option<String>,
    topic: Option<String>,
    retrieval_hit: Option<bool>,
    grounded: Option<bool>,
    abstained: Option<bool>,
    likeness: Option<f64>,
    closeness: Option<f64>,
    model: Option<String>,
    micro_usd: Option<i64>,
    prompt_tokens: i64,
    completion_tokens: i64,
    took_ms: u64,
}

/// What is summed of a result.
#[derive(Clone, Debug)]
pub(crate) struct Row {
    pub(crate) verdict: Verdict,
    pub(crate) baseline: Option<Measured>,
    pub(crate) candidate: Option<Measured>,
    pub(crate) judge_micro_usd: i64,
}

#[derive(Default)]
struct Mean {
    sum: f64,
    of: f64,
}

impl Mean {
    fn add(&mut self, value: Option<f64>) {
        if let Some(value) = value {
            self.sum += value;
            self.of += 1.0;
        }
    }

    fn value(&self) -> Option<f64> {
        (self.of > 0.0).then(|| self.sum / self.of)
    }
}

/// The numbers of a side; what could not be played counts for its cost only.
fn numbers<'a>(sides: impl Iterator<Item = &'a Measured>) -> Numbers {
    let mut all = Numbers::default();
    let (mut likeness, mut closeness) = (Mean::default(), Mean::default());
    let (mut took, mut played) = (0_u64, 0_u64);
    for side in sides {
        all.micro_usd += side.micro_usd.unwrap_or_default();
        all.unpriced += u32::from(side.model.is_some() && side.micro_usd.is_none());
        all.prompt_tokens += side.prompt_tokens;
        all.completion_tokens += side.completion_tokens;
        if side.error.is_some() || side.outcome == Outcome::Failed {
            continue;
        }
        played += 1;
        took += side.took_ms;
        let is = |outcome| Some(side.outcome == outcome);
        all.answered.count(is(Outcome::Answered));
        all.suggested.count(is(Outcome::Suggested));
        all.escalated.count(is(Outcome::Escalated));
        all.abstained.count(side.abstained);
        all.retrieval_hit.count(side.retrieval_hit);
        all.grounded.count(side.grounded);
        likeness.add(side.likeness);
        closeness.add(side.closeness);
    }
    all.likeness = likeness.value();
    all.closeness = closeness.value();
    all.took_ms = took.checked_div(played).unwrap_or_default();
    all
}

fn topics(rows: &[Row]) -> Vec<Topic> {
    let mut found: BTreeMap<&str, Topic> = BTreeMap::new();
    for row in rows {
        let sides = [row.candidate.as_ref(), row.baseline.as_ref()];
        let named = |side: &Measured| side.topic.is_some();
        let side = sides.into_iter().flatten().find(|side| named(side));
        let Some(name) = side.and_then(|side| side.topic.as_deref()) else {
            continue;
        };
        let topic = found.entry(name).or_insert_with(|| Topic {
            topic: name.to_owned(),
            cases: 0,
            better: 0,
            worse: 0,
            different: 0,
        });
        topic.cases += 1;
        topic.better += u32::from(row.verdict == Verdict::Better);
        topic.worse += u32::from(row.verdict == Verdict::Worse);
        topic.different += u32::from(row.verdict == Verdict::Different);
    }
    let mut all: Vec<Topic> = found.into_values().collect();
    all.sort_by_key(|topic| std::cmp::Reverse(topic.cases));
    all.truncate(TOPICS);
    all
}

pub(crate) fn of(rows: &[Row]) -> Summary {
    let mut summary = Summary {
        baseline: numbers(rows.iter().filter_map(|row| row.baseline.as_ref())),
        candidate: numbers(rows.iter().filter_map(|row| row.candidate.as_ref())),
        judge_micro_usd: rows.iter().map(|row| row.judge_micro_usd).sum(),
        topics: topics(rows),
        ..Summary::default()
    };
    for row in rows {
        *match row.verdict {
            Verdict::Same => &mut summary.same,
            Verdict::Better => &mut summary.better,
            Verdict::Worse => &mut summary.worse,
            Verdict::Different => &mut summary.different,
            Verdict::Failed => &mut summary.failed,
        } += 1;
    }
    summary
}

/// A comparison in numbers, as far as it is.
pub async fn summary(tx: &mut TenantTx, evaluation: EvaluationId) -> DbResult<Summary> {
    Ok(of(&store::results::measured(tx, evaluation).await?))
}

#[cfg(test)]
mod tests {
    use super::*;

    fn measured(outcome: Outcome, likeness: Option<f64>) -> Measured {
        Measured {
            outcome,
            error: None,
            topic: Some("Delivery".to_owned()),
            retrieval_hit: Some(outcome == Outcome::Answered),
            grounded: None,
            abstained: None,
            likeness,
            closeness: None,
            model: Some("m".to_owned()),
            micro_usd: Some(10),
            prompt_tokens: 100,
            completion_tokens: 20,
            took_ms: 40,
        }
    }

    fn row(verdict: Verdict, baseline: Measured, candidate: Measured) -> Row {
        Row {
            verdict,
            baseline: Some(baseline),
            candidate: Some(candidate),
            judge_micro_usd: 3,
        }
    }

    #[test]
    fn shares_count_only_what_is_known_and_means_only_what_was_measured() {
        let broken = Measured {
            error: Some("auth".to_owned()),
            micro_usd: None,
            ..measured(Outcome::Answered, Some(0.0))
        };
        let rows = [
            row(
                Verdict::Better,
                measured(Outcome::Escalated, None),
                measured(Outcome::Answered, Some(0.5)),
            ),
            row(
                Verdict::Same,
                measured(Outcome::Answered, Some(1.0)),
                measured(Outcome::Answered, Some(1.0)),
            ),
            row(Verdict::Failed, measured(Outcome::Answered, None), broken),
        ];
        let all = of(&rows);
        assert_eq!((all.better, all.same, all.failed), (1, 1, 1));
        assert_eq!(all.count(Verdict::Worse), 0);
        assert_eq!(all.candidate.answered, Share { met: 2, of: 2 });
        assert_eq!(all.baseline.answered, Share { met: 2, of: 3 });
        assert_eq!(all.candidate.grounded.value(), None);
        assert_eq!(all.candidate.likeness, Some(0.75));
        assert_eq!(all.baseline.likeness, Some(1.0));
        assert_eq!((all.candidate.micro_usd, all.candidate.unpriced), (20, 1));
        assert_eq!(all.baseline.took_ms, 40);
        assert_eq!(all.judge_micro_usd, 9);
    }

    #[test]
    fn questions_are_gathered_by_what_their_answers_rest_on() {
        let other = Measured {
            topic: None,
            ..measured(Outcome::Escalated, None)
        };
        let delivery = || measured(Outcome::Answered, None);
        let rows = [
            row(Verdict::Worse, delivery(), other.clone()),
            row(Verdict::Better, other.clone(), delivery()),
            row(Verdict::Same, other.clone(), other),
        ];
        let topics = of(&rows).topics;
        assert_eq!(topics.len(), 1);
        assert_eq!(topics[0].topic, "Delivery");
        let counts = (topics[0].cases, topics[0].better, topics[0].worse);
        assert_eq!(counts, (2, 1, 1));
    }
}
