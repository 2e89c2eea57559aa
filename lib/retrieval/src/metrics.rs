//! How good a ranked list is, as BEIR and TREC measure it.

use std::collections::BTreeMap;

use crate::real;

/// Normalised discounted cumulative gain of the first `k` (Järvelin and Kekäläinen 2002, with the
/// gain `2^grade - 1`), 0 to 1.
pub fn ndcg<T: Ord>(ranked: &[T], grades: &BTreeMap<T, u32>, k: usize) -> f32 {
    let gain = |grade: u32| 2.0_f32.powf(real(usize::try_from(grade).unwrap_or(0))) - 1.0;
    let discounted = |grades: &mut dyn Iterator<Item = u32>| -> f32 {
        grades
            .take(k)
            .enumerate()
            .map(|(at, grade)| gain(grade) / real(at + 2).log2())
            .sum()
    };
    let mut wanted: Vec<u32> = grades.values().copied().collect();
    wanted.sort_unstable_by(|a, b| b.cmp(a));
    let ideal = discounted(&mut wanted.into_iter());
    if ideal <= 0.0 {
        return 0.0;
    }
    let got = ranked
        .iter()
        .map(|one| grades.get(one).copied().unwrap_or(0));
    discounted(&mut got.into_iter()) / ideal
}

/// One over the place of the first relevant one among the first `k`; 0 when there is none.
pub fn reciprocal_rank<T: Ord>(ranked: &[T], grades: &BTreeMap<T, u32>, k: usize) -> f32 {
    let relevant = |one: &T| grades.get(one).is_some_and(|grade| *grade > 0);
    let first = ranked.iter().take(k).position(relevant);
    first.map_or(0.0, |at| 1.0 / real(at + 1))
}

/// The share of the relevant ones that are among the first `k`.
pub fn recall<T: Ord>(ranked: &[T], grades: &BTreeMap<T, u32>, k: usize) -> f32 {
    let relevant = |one: &&T| grades.get(*one).is_some_and(|grade| *grade > 0);
    let wanted = grades.values().filter(|grade| **grade > 0).count();
    if wanted == 0 {
        return 0.0;
    }
    real(ranked.iter().take(k).filter(relevant).count()) / real(wanted)
}

/// The area under the ROC curve: how probable it is that one of `positive` scores above one of
/// `negative` (equal ones count half), 0 to 1.
pub fn auroc(positive: &[f32], negative: &[f32]) -> f32 {
    if positive.is_empty() || negative.is_empty() {
        return 0.5;
    }
    let mut sorted = negative.to_vec();
    sorted.sort_unstable_by(f32::total_cmp);
    let won: f64 = positive
        .iter()
        .map(|score| {
            let below = sorted.partition_point(|other| other < score);
            let up_to = sorted.partition_point(|other| other <= score);
            f64::from(real(below)) + f64::from(real(up_to - below)) / 2.0
        })
        .sum();
    let pairs = f64::from(real(positive.len())) * f64::from(real(negative.len()));
    #[expect(
        clippy::cast_possible_truncation,
        clippy::as_conversions,
        reason = "a share needs no more than the precision of f32"
    )]
    let area = (won / pairs) as f32;
    area
}

/// The score from which on this share of `scores` is kept, 0 to 1.
pub fn threshold_keeping(scores: &[f32], share: f32) -> f32 {
    let mut sorted = scores.to_vec();
    sorted.sort_unstable_by(|a, b| b.total_cmp(a));
    let mut at = 0;
    while at + 1 < sorted.len() && real(at + 1) < share * real(sorted.len()) {
        at += 1;
    }
    sorted.get(at).copied().unwrap_or_default()
}

#[cfg(test)]
mod tests {
    use super::*;

    fn grades() -> BTreeMap<&'static str, u32> {
        BTreeMap::from([("a", 2), ("b", 1), ("c", 0)])
    }

    #[test]
    fn a_perfect_list_scores_one_and_an_empty_one_nothing() {
        let grades = grades();
        assert!((ndcg(&["a", "b"], &grades, 10) - 1.0).abs() < 1e-6);
        assert!(ndcg(&["b", "a"], &grades, 10) < 1.0);
        assert!(ndcg(&["x"], &grades, 10).abs() < 1e-6);
        assert!(ndcg(&["x", "a", "b"], &grades, 1).abs() < 1e-6);
    }

    #[test]
    fn places_and_shares() {
        let grades = grades();
        assert!((reciprocal_rank(&["x", "b"], &grades, 10) - 0.5).abs() < 1e-6);
        assert!((recall(&["b", "c"], &grades, 10) - 0.5).abs() < 1e-6);
        assert!(recall(&["x", "a"], &grades, 1).abs() < 1e-6);
    }

    #[test]
    fn the_area_tells_how_well_two_kinds_are_told_apart() {
        assert!((auroc(&[0.9, 0.8], &[0.1, 0.2]) - 1.0).abs() < 1e-6);
        assert!((auroc(&[0.5], &[0.5]) - 0.5).abs() < 1e-6);
        assert!((auroc(&[0.1], &[0.9]) - 0.0).abs() < 1e-6);
    }

    #[test]
    fn a_threshold_keeps_the_share_that_was_asked_for() {
        let scores = [0.1, 0.9, 0.8, 0.7, 0.6, 0.5, 0.4, 0.3, 0.2, 0.95];
        let kept = |at: f32| scores.iter().filter(|score| **score >= at).count();
        assert_eq!(kept(threshold_keeping(&scores, 0.9)), 9);
        assert_eq!(kept(threshold_keeping(&scores, 1.0)), 10);
    }
}
