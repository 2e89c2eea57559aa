//! Sentences whose words have nothing to do with the sources.

use crate::like::SMALL;
use crate::words::plain;

/// Sentences with fewer words of weight say too little to be compared.
const LEAST: usize = 4;
/// How many words of weight have to be known: one of these.
const ONE_OF: usize = 3;

/// The first sentence most of whose words are not known.
pub(super) fn foreign(text: &str, knows: impl Fn(&str) -> bool) -> Option<String> {
    text.split(['.', '!', '?', '\n', ';'])
        .find(|sentence| {
            let words = plain(sentence);
            let weighty: Vec<&str> = words
                .split_whitespace()
                .filter(|word| word.len() > 2 && !SMALL.contains(word))
                .collect();
            let known = weighty.iter().filter(|word| knows(word)).count();
            weighty.len() >= LEAST && known * ONE_OF < weighty.len()
        })
        .map(|sentence| sentence.trim().to_owned())
}
