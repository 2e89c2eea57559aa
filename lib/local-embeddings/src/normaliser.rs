//! What a text is turned into before it is cut: compatibility forms become ordinary ones, control
//! characters vanish, and runs of spaces become one.

use std::collections::HashMap;

use unicode_normalization::UnicodeNormalization;

use crate::LoadError;
use crate::file::ModelFile;

/// The sign that stands for a space inside pieces.
pub(crate) const SPACE: char = '\u{2581}';

/// What becomes of the characters that do not stay as they are.
#[derive(Debug)]
pub(crate) struct Normaliser(HashMap<char, Vec<char>>);

impl Normaliser {
    /// Reads the table, which is next in the file.
    pub(crate) fn read(file: &mut ModelFile) -> Result<Self, LoadError> {
        let count = file.u32()?;
        let length = file.u32()?;
        let length = usize::try_from(length).unwrap_or(usize::MAX);
        let bytes = file.bytes(length)?;
        let mut rest = bytes.as_slice();
        let table = (0..count).map(|_| entry(&mut rest)).collect::<Option<_>>();
        let table = table.ok_or_else(|| file.damaged("its table of characters is not whole"))?;
        Ok(Self(table))
    }

    /// The text as it is cut, beginning with the sign of a space.
    pub(crate) fn normalise<'a>(&'a self, text: &'a str) -> impl Iterator<Item = char> + 'a {
        let mut after_space = true;
        // The table has single characters only, so accents are put onto their letters first.
        let plain = text
            .nfc()
            .flat_map(move |character| self.becomes(character));
        std::iter::once(SPACE).chain(plain.filter_map(move |character| {
            let space = character == ' ';
            let again = space && after_space;
            after_space = space;
            (!again).then_some(if space { SPACE } else { character })
        }))
    }

    fn becomes(&self, character: char) -> impl Iterator<Item = char> + '_ {
        let other = self.0.get(&character);
        let same = other.is_none().then_some(character);
        other.into_iter().flatten().copied().chain(same)
    }
}

/// One row of the table: the character, how many it becomes, and these.
fn entry(rest: &mut &[u8]) -> Option<(char, Vec<char>)> {
    let from = character(rest)?;
    let (count, after) = rest.split_first()?;
    *rest = after;
    let into = (0..*count)
        .map(|_| character(rest))
        .collect::<Option<_>>()?;
    Some((from, into))
}

fn character(rest: &mut &[u8]) -> Option<char> {
    let (bytes, after) = rest.split_first_chunk()?;
    *rest = after;
    char::from_u32(u32::from_le_bytes(*bytes))
}

#[cfg(test)]
pub(crate) mod tests {
    use super::*;

    /// A normaliser that knows three characters.
    pub(crate) fn normaliser() -> Normaliser {
        let table = [('\n', vec![' ']), ('\u{1}', vec![]), ('ﬁ', vec!['f', 'i'])];
        Normaliser(table.into_iter().collect())
    }

    fn normalised(text: &str) -> String {
        normaliser().normalise(text).collect()
    }

    #[test]
    fn characters_become_what_the_table_says() {
        assert_eq!(normalised("ﬁn\u{1}e"), "▁fine");
    }

    #[test]
    fn spaces_become_one_sign_also_at_the_front() {
        assert_eq!(normalised("  a \n b "), "▁a▁b▁");
        assert_eq!(normalised(""), "▁");
    }

    #[test]
    fn accents_are_put_onto_their_letters() {
        assert_eq!(normalised("e\u{301}te\u{301}"), "▁été");
    }
}
