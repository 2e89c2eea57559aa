//! How much of the words of one text is in another.

use std::collections::HashMap;

use serde::Serialize;
use unicode_segmentation::UnicodeSegmentation as _;

/// How well found words match expected ones, each as often as it occurs and in any order.
#[derive(Clone, Copy, Debug, PartialEq, Serialize)]
pub struct Score {
    /// The share of the found words that are expected.
    pub precision: f64,
    /// The share of the expected words that are found.
    pub recall: f64,
    /// The harmonic mean of both.
    pub f1: f64,
}

impl Score {
    /// Nothing was found.
    pub const NONE: Self = Self {
        precision: 0.0,
        recall: 0.0,
        f1: 0.0,
    };

    /// Compares words: Unicode's (UAX 29), in small letters.
    pub fn of(found: &str, expected: &str) -> Self {
        let (found, expected) = (bag(found), bag(expected));
        let shared: u32 = found
            .iter()
            .map(|(word, count)| (*count).min(expected.get(word).copied().unwrap_or(0)))
            .sum();
        let share = |of: u32| {
            if of == 0 {
                0.0
            } else {
                f64::from(shared) / f64::from(of)
            }
        };
        let (precision, recall) = (share(found.values().sum()), share(expected.values().sum()));
        let both = precision + recall;
        Self {
            precision,
            recall,
            f1: if both > 0.0 {
                2.0 * precision * recall / both
            } else {
                0.0
            },
        }
    }
}

fn bag(text: &str) -> HashMap<String, u32> {
    let mut bag = HashMap::new();
    for word in text.to_lowercase().replace('’', "'").unicode_words() {
        *bag.entry(word.to_owned()).or_insert(0) += 1;
    }
    bag
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn words_count_as_often_as_they_occur_in_any_order() {
        let score = Score::of("The lamp, the rug!", "rug the lamp");
        assert!((score.precision - 0.75).abs() < 1e-9);
        assert!((score.recall - 1.0).abs() < 1e-9);
        assert!((score.f1 - 6.0 / 7.0).abs() < 1e-9);
    }

    #[test]
    fn nothing_found_scores_nothing() {
        assert_eq!(Score::of("", "some words"), Score::NONE);
    }
}
