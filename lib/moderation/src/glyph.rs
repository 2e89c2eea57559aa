//! The characters of a text that are seen.

use crate::fold::is_unseen;

/// A character that is seen.
#[derive(Clone, Copy)]
pub(crate) struct Glyph {
    pub(crate) letter: char,
    /// Where it begins and ends, in bytes.
    pub(crate) start: usize,
    pub(crate) end: usize,
}

impl Glyph {
    /// A sign that can stand for a letter.
    pub(crate) fn is_sign(self) -> bool {
        matches!(self.letter, '@' | '$' | '€' | '!' | '|' | '*' | '#')
    }

    /// A sign that stands for a letter also at the edge of a word.
    pub(crate) fn is_edge_sign(self) -> bool {
        matches!(self.letter, '@' | '$' | '€')
    }

    /// A sign with which a letter is starred out.
    pub(crate) fn is_mask(self) -> bool {
        matches!(self.letter, '*' | '#')
    }

    /// A sign that more often stands between words.
    pub(crate) fn is_doubtful(self) -> bool {
        self.is_mask() || matches!(self.letter, '!' | '|')
    }
}

/// The characters of a text that are seen, each with what is unseen behind it.
pub(crate) fn all(text: &str) -> Vec<Glyph> {
    let mut glyphs: Vec<Glyph> = Vec::with_capacity(text.len());
    for (start, letter) in text.char_indices() {
        let end = start + letter.len_utf8();
        if !is_unseen(letter) {
            glyphs.push(Glyph { letter, start, end });
        } else if let Some(last) = glyphs.last_mut() {
            // Belongs to the letter before it.
            last.end = end;
        }
    }
    glyphs
}
