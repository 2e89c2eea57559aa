//! One word that is looked for, and whether a word of a text is it.

use crate::stretch::{collapsed, end_of};
use crate::words::Word;

/// How much of a word has to be the term.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum Reach {
    /// All of it.
    Whole,
    /// Its beginning.
    Start,
    /// Any part.
    Anywhere,
}

/// A word that is looked for.
#[derive(Debug, Clone)]
pub(crate) struct Term {
    /// As it stands in the list.
    pub(crate) plain: String,
    /// As it is seen.
    pub(crate) letters: Vec<char>,
    reach: Reach,
}

impl Term {
    /// The word of a list, of which this much has to be met.
    pub(crate) fn new(word: Word, reach: Reach) -> Self {
        // Languages without spaces have no whole words.
        let reach = if word.plain.chars().any(is_unspaced) {
            Reach::Anywhere
        } else {
            reach
        };
        let seen = word.readings.into_iter().next().unwrap_or_default();
        Self {
            plain: word.plain,
            letters: seen.chars().collect(),
            reach,
        }
    }

    /// Whether the word is this term: exactly as written, or as it can be read.
    pub(crate) fn is(&self, word: &Word, exact: bool) -> bool {
        if exact {
            return match self.reach {
                Reach::Whole => word.plain == self.plain,
                Reach::Start => word.plain.starts_with(&self.plain),
                Reach::Anywhere => word.plain.contains(&self.plain),
            };
        }
        word.readings.iter().any(|reading| self.is_in(reading))
    }

    /// Whether a word that is seen so is this term, stretched or not.
    pub(crate) fn is_in(&self, reading: &str) -> bool {
        // Most words end here, before anything is counted.
        let begins = self.letters.first().is_some_and(|first| match self.reach {
            Reach::Anywhere => reading.contains(*first),
            Reach::Whole | Reach::Start => reading.starts_with(*first),
        });
        if !begins {
            return false;
        }
        let letters: Vec<char> = reading.chars().collect();
        let end = |from: usize| {
            let rest = letters.get(from..).unwrap_or_default();
            end_of(rest, &self.letters)
        };
        match self.reach {
            Reach::Whole => end(0) == Some(letters.len()),
            Reach::Start => end(0).is_some(),
            Reach::Anywhere => (0..letters.len()).any(|from| end(from).is_some()),
        }
    }

    /// What all words have in common that are this term; `None` when it can be a part of any.
    pub(crate) fn key(&self) -> Option<String> {
        let letters: String = self.letters.iter().collect();
        (self.reach == Reach::Whole).then(|| collapsed(&letters))
    }
}

fn is_unspaced(letter: char) -> bool {
    matches!(letter, '\u{e00}'..='\u{eff}' | '\u{1780}'..='\u{17ff}' | '\u{2e80}'..='\u{9fff}'
        | '\u{ac00}'..='\u{d7af}' | '\u{f900}'..='\u{faff}' | '\u{20000}'..='\u{3ffff}')
}
