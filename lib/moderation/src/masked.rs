//! Words with starred-out letters ("f**k"), and signs that may stand inside a word or between two.

use crate::lexicon::Lexicon;
use crate::words::Word;

/// A word that shorter is not recognised under its stars.
const SHORTEST: usize = 4;

/// The words with every doubt about signs inside them resolved: one word when the list knows it,
/// else several.
pub(crate) fn resolved(words: Vec<Word>, lexicon: &Lexicon) -> Vec<Word> {
    let mut out = Vec::with_capacity(words.len());
    for mut word in words {
        if word.is_masked {
            word.readings = unmasked(&word, lexicon);
        }
        let known = |reading: &String| {
            let mut singles = lexicon.singles().iter();
            singles.any(|(_, term)| term.is_in(reading))
        };
        if word.parts.is_empty() || word.readings.iter().any(known) {
            out.push(word);
            continue;
        }
        let ends_sentence = word.ends_sentence;
        let from = out.len();
        out.extend(resolved(word.parts, lexicon));
        if let Some(last) = out.get_mut(from..).and_then(<[Word]>::last_mut) {
            last.ends_sentence = ends_sentence;
        }
    }
    out
}

/// What the list knows that the word can be, of the mildest category: who stars letters out means
/// to be mild.
fn unmasked(word: &Word, lexicon: &Lexicon) -> Vec<String> {
    let fits = |masked: &str, letters: &[char]| {
        let shown = masked.chars().filter(|letter| *letter != '*').count();
        letters.len() >= SHORTEST
            && shown >= 2
            && masked.chars().count() == letters.len()
            && masked
                .chars()
                .zip(letters)
                .all(|(seen, letter)| seen == '*' || seen == *letter)
    };
    let mut found = lexicon.singles().iter().filter(|(_, term)| {
        word.readings
            .iter()
            .any(|masked| fits(masked, &term.letters))
    });
    let first = found.next();
    let Some((category, term)) = first else {
        return Vec::new();
    };
    let same = found
        .take_while(|(other, _)| other == category)
        .map(|(_, term)| term);
    std::iter::once(term)
        .chain(same)
        .map(|term| term.letters.iter().collect())
        .collect()
}
