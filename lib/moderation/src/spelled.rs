//! Letters with something between them: "f u c k", "m.e.r.d.e".

use std::ops::Range;

use crate::Category;
use crate::lexicon::Lexicon;
use crate::term::Term;
use crate::words::Word;

/// A word this long counts only when the letters are nothing else.
const SHORT: usize = 3;
/// Nobody spells out a longer one, in letters.
const LONG: usize = 40;
/// How far apart two letters of a word can stand, in bytes.
const APART: usize = 4;

/// A word that was spelled out.
pub(crate) struct Spelled {
    pub(crate) category: Category,
    pub(crate) term: String,
    pub(crate) position: Range<usize>,
}

/// The words that are spelled out in a text.
pub(crate) fn found(words: &[Word], lexicon: &Lexicon) -> Vec<Spelled> {
    runs(words)
        .into_iter()
        .filter_map(|run| in_run(run, lexicon))
        .collect()
}

/// Every row of at least three letters that stand near each other.
fn runs(words: &[Word]) -> Vec<&[Word]> {
    let is_near = |one: &Word, next: &Word| {
        let gap = next.span.start.saturating_sub(one.span.end);
        is_letter(one) && is_letter(next) && gap <= APART
    };
    let near = words.chunk_by(is_near);
    near.filter(|run| (SHORT..=LONG).contains(&run.len()) && run.first().is_some_and(is_letter))
        .collect()
}

fn is_letter(word: &Word) -> bool {
    let reading = word.readings.last().map(String::as_str).unwrap_or_default();
    let mut letters = reading.chars();
    letters.next().is_some_and(char::is_alphabetic) && letters.next().is_none()
}

/// The word that all the letters make, or all but a word of one letter before or behind them: "I",
/// "à", "y", "u".
fn in_run(run: &[Word], lexicon: &Lexicon) -> Option<Spelled> {
    let letter = |word: &Word| word.readings.last()?.chars().next();
    let small = |word: &Word| letter(word).is_some_and(|l| "aeiouy".contains(l));
    let mut tries = vec![run];
    if let [first, rest @ ..] = run
        && small(first)
    {
        tries.push(rest);
    }
    if let [rest @ .., last] = run
        && small(last)
    {
        tries.push(rest);
    }
    tries.into_iter().find_map(|letters| {
        let spelled: String = letters.iter().filter_map(letter).collect();
        let least = if letters.len() == run.len() {
            SHORT
        } else {
            SHORT + 1
        };
        let mut singles = lexicon.singles().iter();
        let known = |term: &Term| term.letters.len() >= least && term.is_in(&spelled);
        let (category, term) = singles.rfind(|(_, term)| known(term))?;
        Some(Spelled {
            category: *category,
            term: term.plain.clone(),
            position: letters.first()?.span.start..letters.last()?.span.end,
        })
    })
}
