//! The words of a document, to tell whether a hyphen at the end of a line belongs to a word.

use std::collections::HashSet;

use super::Sheet;

/// The words that occur inside of lines, in small letters.
pub(crate) fn of(sheets: &[Sheet]) -> HashSet<String> {
    let mut known = HashSet::new();
    for piece in sheets.iter().flat_map(|sheet| &sheet.pieces).flatten() {
        for word in piece.text.split_whitespace() {
            let word = bare(word).to_lowercase();
            if !word.is_empty() {
                known.insert(word);
            }
        }
    }
    known
}

/// A word without the signs around it.
pub(crate) fn bare(word: &str) -> &str {
    word.trim_matches(|c: char| !c.is_alphanumeric())
}
