//! What moderation thinks of a text without a model: a few words, and a little noise.

use std::collections::BTreeMap;

use sha2::{Digest as _, Sha256};

const CATEGORIES: [&str; 13] = [
    "harassment",
    "harassment/threatening",
    "hate",
    "hate/threatening",
    "illicit",
    "illicit/violent",
    "self-harm",
    "self-harm/instructions",
    "self-harm/intent",
    "sexual",
    "sexual/minors",
    "violence",
    "violence/graphic",
];

/// What gives a text away, and the scores it gets for it.
type Sign = (&'static [&'static str], &'static [(&'static str, f32)]);

const SIGNS: [Sign; 6] = [
    (
        &[
            "idiot",
            "moron",
            "stupid",
            "imbécile",
            "connard",
            "estúpido",
            "gilipollas",
        ],
        &[("harassment", 0.87)],
    ),
    (
        &["subhuman", "vermin", "sous-hommes", "infrahumanos"],
        &[("hate", 0.91), ("harassment", 0.82)],
    ),
    (
        &[
            "kill you",
            "te tuer",
            "vous tuer",
            "matarte",
            "te voy a matar",
        ],
        &[
            ("violence", 0.95),
            ("harassment/threatening", 0.78),
            ("harassment", 0.61),
        ],
    ),
    (
        &[
            "kill myself",
            "me tuer",
            "me suicider",
            "matarme",
            "suicidarme",
        ],
        &[("self-harm", 0.94), ("self-harm/intent", 0.97)],
    ),
    (
        &["naked", "porn", "nudes", "à poil", "desnuda"],
        &[("sexual", 0.9)],
    ),
    (
        &["cocaine", "cocaïne", "cocaína", "stolen card"],
        &[("illicit", 0.83)],
    ),
];

/// The score of every category.
pub fn scores(text: &str) -> BTreeMap<&'static str, f32> {
    let lower = text.to_lowercase();
    let mut scores: BTreeMap<&'static str, f32> = CATEGORIES
        .into_iter()
        .map(|category| (category, noise(category, text)))
        .collect();
    for (words, signs) in SIGNS {
        if words.iter().any(|word| lower.contains(word)) {
            for (category, score) in signs {
                let entry = scores.entry(category).or_default();
                *entry = entry.max(score + noise(category, text) * 20.0);
            }
        }
    }
    scores
}

/// Between nothing and 0.001, always the same for a text.
fn noise(category: &str, text: &str) -> f32 {
    let digest = Sha256::new()
        .chain_update(category)
        .chain_update(text)
        .finalize();
    let byte = digest.first().copied().unwrap_or_default();
    f32::from(byte) / 255_000.0
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn bad_words_raise_their_categories_and_others_stay_low() {
        let threat = scores("I will kill you");
        assert!(threat["violence"] > 0.9 && threat["sexual"] < 0.01);
        assert!(scores("Je vais me tuer")["self-harm/intent"] > 0.9);
        let calm = scores("Do you ship to Belgium?");
        assert!(calm.values().all(|score| *score < 0.01));
        assert_eq!(calm.len(), 13);
    }
}
