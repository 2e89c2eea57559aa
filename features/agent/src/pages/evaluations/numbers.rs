//! Both sides in numbers, line by line.

use std::time::Duration;

use web::ui::Frame;

use crate::evaluation::summary::{Numbers, Share, Summary};
use crate::playground::dollars;

/// A line of the table.
pub(super) struct Line {
    /// The key of its name.
    pub(super) key: &'static str,
    pub(super) baseline: String,
    pub(super) candidate: String,
    /// Whether the candidate gained, where more or less of it is good.
    pub(super) gained: Option<bool>,
}

const NOTHING: &str = "–";

/// What is good.
#[derive(Clone, Copy)]
enum Good {
    More,
    Less,
    Neither,
}

fn gained(good: Good, before: f64, after: f64) -> Option<bool> {
    // What is shown as the same is the same.
    if (after - before).abs() < 0.005 {
        return None;
    }
    match good {
        Good::More => Some(after > before),
        Good::Less => Some(after < before),
        Good::Neither => None,
    }
}

fn share(frame: &Frame, share: Share) -> String {
    let value = share.value();
    value.map_or_else(
        || NOTHING.to_owned(),
        |value| format!("{} ({}/{})", frame.percent(value), share.met, share.of),
    )
}

fn cost(numbers: &Numbers) -> String {
    let sum = dollars(numbers.micro_usd);
    match (numbers.micro_usd, numbers.unpriced) {
        (0, 1..) => "?".to_owned(),
        (_, 0) => sum,
        (_, _) => format!("≥ {sum}"),
    }
}

fn seconds(frame: &Frame, ms: u64) -> String {
    let seconds = Duration::from_millis(ms).as_secs_f64();
    format!("{} s", frame.hundredths(seconds))
}

/// The lines for which something is known.
pub(super) fn lines(frame: &Frame, summary: &Summary) -> Vec<Line> {
    let (before, after) = (&summary.baseline, &summary.candidate);
    let shares = [
        (
            "evaluations.n.answered",
            before.answered,
            after.answered,
            Good::Neither,
        ),
        (
            "evaluations.n.suggested",
            before.suggested,
            after.suggested,
            Good::Neither,
        ),
        (
            "evaluations.n.escalated",
            before.escalated,
            after.escalated,
            Good::Neither,
        ),
        (
            "evaluations.n.abstained",
            before.abstained,
            after.abstained,
            Good::More,
        ),
        (
            "evaluations.n.hit",
            before.retrieval_hit,
            after.retrieval_hit,
            Good::More,
        ),
        (
            "evaluations.n.grounded",
            before.grounded,
            after.grounded,
            Good::More,
        ),
    ];
    let mut lines: Vec<Line> = shares
        .into_iter()
        .filter(|(_, before, after, _)| before.of + after.of > 0)
        .map(|(key, before, after, good)| Line {
            key,
            baseline: share(frame, before),
            candidate: share(frame, after),
            gained: before
                .value()
                .zip(after.value())
                .and_then(|(before, after)| gained(good, before, after)),
        })
        .collect();
    let means = [
        ("evaluations.n.likeness", before.likeness, after.likeness),
        ("evaluations.n.closeness", before.closeness, after.closeness),
    ];
    for (key, before, after) in means {
        if before.is_none() && after.is_none() {
            continue;
        }
        let shown =
            |mean: Option<f64>| mean.map_or_else(|| NOTHING.to_owned(), |mean| frame.percent(mean));
        lines.push(Line {
            key,
            baseline: shown(before),
            candidate: shown(after),
            gained: before
                .zip(after)
                .and_then(|(before, after)| gained(Good::More, before, after)),
        });
    }
    let (was, is) = (before.micro_usd, after.micro_usd);
    let priced = before.unpriced + after.unpriced == 0;
    let cheaper = (priced && was != is).then_some(is < was);
    lines.push(Line {
        key: "evaluations.n.cost",
        baseline: cost(before),
        candidate: cost(after),
        gained: cheaper,
    });
    let tokens = |numbers: &Numbers| {
        frame.number(
            numbers
                .prompt_tokens
                .saturating_add(numbers.completion_tokens),
        )
    };
    lines.push(Line {
        key: "evaluations.n.tokens",
        baseline: tokens(before),
        candidate: tokens(after),
        gained: None,
    });
    let in_tenths = |ms: u64| f64::from(u32::try_from(ms / 100).unwrap_or(u32::MAX));
    lines.push(Line {
        key: "evaluations.n.time",
        baseline: seconds(frame, before.took_ms),
        candidate: seconds(frame, after.took_ms),
        gained: gained(
            Good::Less,
            in_tenths(before.took_ms),
            in_tenths(after.took_ms),
        ),
    });
    lines
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn only_what_is_known_is_shown_and_only_what_is_good_or_bad_gains() {
        let frame = Frame::sample();
        let mut summary = Summary::default();
        summary.baseline.answered = Share { met: 1, of: 4 };
        summary.candidate.answered = Share { met: 3, of: 4 };
        summary.baseline.grounded = Share { met: 4, of: 4 };
        summary.candidate.grounded = Share { met: 1, of: 4 };
        summary.baseline.micro_usd = 2_000;
        summary.candidate.micro_usd = 1_000;
        summary.candidate.took_ms = 1_500;
        let lines = lines(&frame, &summary);
        let of = |key: &str| lines.iter().find(|line| line.key == key);
        let answered = of("evaluations.n.answered").unwrap();
        assert_eq!(answered.candidate, "75% (3/4)");
        assert_eq!(answered.gained, None);
        assert_eq!(of("evaluations.n.grounded").unwrap().gained, Some(false));
        assert_eq!(of("evaluations.n.cost").unwrap().gained, Some(true));
        assert_eq!(of("evaluations.n.time").unwrap().gained, Some(false));
        assert!(of("evaluations.n.abstained").is_none());
        assert!(of("evaluations.n.likeness").is_none());
    }

    #[test]
    fn a_cost_that_is_known_in_part_says_so() {
        let of = |micro_usd, unpriced| {
            cost(&Numbers {
                micro_usd,
                unpriced,
                ..Numbers::default()
            })
        };
        assert_eq!(of(1_200, 0), "$0.0012");
        assert_eq!(of(1_200, 1), "≥ $0.0012");
        assert_eq!(of(0, 3), "?");
        assert_eq!(of(0, 0), "$0.00");
    }
}
