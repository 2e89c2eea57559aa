//! The words of a document, to tell whether a hyphen at the end of a line belongs to a word.

use std::collections::HashSet;

use super::Sheet;

/// The words of a document.
#[derive(Debug, Default)]
pub(crate) struct Words {
    /// Those that occur inside of lines, in small letters.
    known: HashSet<String>,
    /// Whether words are divided by a hyphen that nobody types, so that typed ones are their own.
    pub(crate) own_hyphen: bool,
}

impl Words {
    pub(crate) fn of(sheets: &[Sheet]) -> Self {
        let mut words = Self::default();
        for piece in sheets.iter().flat_map(|sheet| &sheet.pieces).flatten() {
            words.own_hyphen |= piece.text.trim_end().ends_with('\u{2010}');
            for word in piece.text.split_whitespace() {
                let word = bare(word).to_lowercase();
                if !word.is_empty() {
                    words.known.insert(word);
                }
            }
        }
        words
    }

    pub(crate) fn knows(&self, word: &str) -> bool {
        self.known.contains(word)
    }
}

/// A word without the signs around it.
pub(crate) fn bare(word: &str) -> &str {
    word.trim_matches(|c: char| !c.is_alphanumeric())
}

#[cfg(test)]
impl Words {
    /// A document of these words.
    pub(crate) fn known(words: &[&str]) -> Self {
        Self {
            known: words.iter().map(|word| (*word).to_owned()).collect(),
            ..Self::default()
        }
    }

    /// A document whose lines end in a hyphen that nobody types.
    pub(crate) fn with_own_hyphen() -> Self {
        Self {
            own_hyphen: true,
            ..Self::default()
        }
    }
}
