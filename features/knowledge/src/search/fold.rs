//! Passages that say nearly the same are shown once.

use std::collections::BTreeSet;

use retrieval::analyze::words;

use super::Hit;

/// From this share of common words on, two passages say the same.
const SAME: f32 = 0.8;

/// Keeps the first of each group of near duplicates, and no more than `limit` hits.
pub(super) fn near_duplicates(hits: &mut Vec<Hit>, limit: usize) {
    let mut kept: Vec<BTreeSet<String>> = Vec::new();
    hits.retain(|hit| {
        if kept.len() >= limit {
            return false;
        }
        let said: BTreeSet<String> = words(&hit.content).into_iter().collect();
        let new = !kept.iter().any(|other| alike(&said, other) >= SAME);
        if new {
            kept.push(said);
        }
        new
    });
}

/// The share of common words among all words of both.
fn alike(a: &BTreeSet<String>, b: &BTreeSet<String>) -> f32 {
    let count = |number: usize| f32::from(u16::try_from(number).unwrap_or(u16::MAX));
    let common = a.intersection(b).count();
    let all = a.len() + b.len() - common;
    if all == 0 {
        1.0
    } else {
        count(common) / count(all)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_same_words_are_alike_and_others_are_not() {
        let set = |text: &str| words(text).into_iter().collect();
        assert!(alike(&set("We ship on Monday."), &set("we ship on monday")) >= SAME);
        assert!(alike(&set("We ship on Monday."), &set("Open until six.")) < SAME);
    }
}
