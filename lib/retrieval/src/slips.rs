//! Words that a slip of the finger makes of one another.

use std::collections::BTreeMap;

/// At most so many words are taken for what was meant.
const MOST: usize = 3;

/// The words of a language, by length, so that only those of about the same length are compared.
#[derive(Clone, Debug, Default)]
pub(crate) struct Vocabulary(BTreeMap<usize, Vec<Word>>);

#[derive(Clone, Debug)]
struct Word {
    text: Box<str>,
    letters: u64,
}

/// Which letters a word has, as bits: words that differ in many are not compared further.
fn letters(word: &str) -> u64 {
    word.chars()
        .fold(0, |bits, letter| bits | 1 << (u32::from(letter) % 64))
}

/// How many slips a word of this length may have. Short words and numbers are what they are.
fn slips(word: &str) -> usize {
    if word.chars().any(|letter| letter.is_ascii_digit()) {
        return 0;
    }
    match word.chars().count() {
        0..=4 => 0,
        5..=7 => 1,
        _ => 2,
    }
}

impl Vocabulary {
    pub(crate) fn add(&mut self, word: &str) {
        if slips(word) == 0 && word.chars().count() != 4 {
            return;
        }
        let words = self.0.entry(word.chars().count()).or_default();
        words.push(Word {
            text: word.into(),
            letters: letters(word),
        });
    }

    /// The words that this unknown one was probably meant to be, the likeliest first.
    pub(crate) fn near(&self, word: &str) -> Vec<&str> {
        let allowed = slips(word);
        if allowed == 0 {
            return Vec::new();
        }
        let length = word.chars().count();
        let mine = letters(word);
        let mut found: Vec<(usize, &str)> = Vec::new();
        for words in self
            .0
            .range(length.saturating_sub(allowed)..=length + allowed)
        {
            for other in words.1 {
                let apart = usize::try_from((mine ^ other.letters).count_ones()).unwrap_or(64);
                if apart > 2 * allowed {
                    continue;
                }
                let distance = strsim::osa_distance(word, &other.text);
                if distance <= allowed {
                    found.push((distance, &other.text));
                }
            }
        }
        found.sort_unstable();
        let least = found.first().map_or(0, |(distance, _)| *distance);
        found
            .into_iter()
            .take_while(|(distance, _)| *distance == least)
            .take(MOST)
            .map(|(_, word)| word)
            .collect()
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_slip_finds_the_word_that_was_meant() {
        let mut vocabulary = Vocabulary::default();
        for word in ["belgium", "belgian", "delivery", "mug", "2024"] {
            vocabulary.add(word);
        }
        assert_eq!(vocabulary.near("belgum"), ["belgium"]);
        assert_eq!(vocabulary.near("delviery"), ["delivery"]);
        assert!(vocabulary.near("mgu").is_empty(), "too short to guess");
        assert!(vocabulary.near("2023").is_empty(), "a number is what it is");
        assert!(vocabulary.near("sandwich").is_empty());
    }
}
