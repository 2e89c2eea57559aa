//! A text as words, each with the ways in which it can be read.

use std::ops::Range;

use unicode_normalization::UnicodeNormalization as _;

use crate::fold::is_unseen;
use crate::glyph::{self, Glyph};
use crate::readings;

/// A word of a text.
#[derive(Debug, Clone, Default)]
pub(crate) struct Word {
    /// Where it stands, in bytes.
    pub(crate) span: Range<usize>,
    /// As written, in small letters.
    pub(crate) plain: String,
    /// What it can be read as. Starred-out letters are `*`.
    pub(crate) readings: Vec<String>,
    /// Whether letters of it are starred out.
    pub(crate) is_masked: bool,
    /// The words it is, if a sign inside it only stands between words.
    pub(crate) parts: Vec<Word>,
    /// Whether a sentence or a line ends behind it.
    pub(crate) ends_sentence: bool,
}

/// The words of a text.
pub(crate) fn of(text: &str) -> Vec<Word> {
    let glyphs = glyph::all(text);
    let mut words = Vec::new();
    let mut rest = glyphs.as_slice();
    let mut before: Option<Glyph> = None;
    while let Some(first) = rest.first() {
        let length = length_of_word(before, rest);
        let (taken, left) = rest.split_at(length.max(1));
        if length > 0 {
            words.push(word(text, taken));
        }
        before = Some(taken.last().copied().unwrap_or(*first));
        rest = left;
    }
    for at in 0..words.len() {
        let next = words.get(at + 1).map_or(text.len(), |next| next.span.start);
        if let Some(word) = words.get_mut(at) {
            let between = text.get(word.span.end..next).unwrap_or_default();
            word.ends_sentence = ends_sentence(between);
        }
    }
    words
}

/// How many glyphs belong to the word that begins here; none when none does.
fn length_of_word(before: Option<Glyph>, glyphs: &[Glyph]) -> usize {
    let is_letter = |at: usize| glyphs.get(at).is_some_and(|g| g.letter.is_alphanumeric());
    let signs = |from: usize| {
        let rest = glyphs.get(from..).unwrap_or_default();
        rest.iter().take_while(|glyph| glyph.is_sign()).count()
    };
    let mut length = 0;
    if !is_letter(0) {
        // A sign that stands for the first letter: "$hit", "@ss". In an address it does not.
        let edge = glyphs
            .iter()
            .take(3)
            .take_while(|glyph| glyph.is_edge_sign())
            .count();
        let begins = glyphs.get(edge).is_some_and(|g| g.letter.is_alphabetic());
        let fresh = before.is_none_or(|glyph| !glyph.is_sign());
        if edge == 0 || edge > 2 || !begins || !fresh {
            return 0;
        }
        length = edge;
    }
    loop {
        while is_letter(length) {
            length += 1;
        }
        let inside = signs(length);
        if inside > 0 && is_letter(length + inside) {
            length += inside;
            continue;
        }
        // "a$$": signs for the last letters, unless it is a price.
        let rest = glyphs.get(length..).unwrap_or_default();
        let edge = rest
            .iter()
            .take(3)
            .take_while(|g| matches!(g.letter, '$' | '€'))
            .count();
        let last = length.checked_sub(1).and_then(|at| glyphs.get(at));
        let follows = last.is_some_and(|glyph| glyph.letter.is_alphabetic());
        return if follows && edge <= 2 {
            length + edge
        } else {
            length
        };
    }
}

fn word(text: &str, glyphs: &[Glyph]) -> Word {
    let span = glyphs.first().map_or(0, |g| g.start)..glyphs.last().map_or(0, |g| g.end);
    let written = text.get(span.clone()).unwrap_or_default();
    let is_masked = glyphs.iter().any(|glyph| glyph.is_mask());
    let parts: Vec<Word> = if glyphs.iter().any(|glyph| glyph.is_doubtful()) {
        let between = glyphs.split(|glyph| glyph.is_doubtful());
        between
            .filter(|part| !part.is_empty())
            .map(|part| word(text, part))
            .collect()
    } else {
        Vec::new()
    };
    Word {
        plain: plain(written),
        readings: if is_masked {
            vec![readings::masked(glyphs)]
        } else {
            readings::of(glyphs)
        },
        is_masked,
        parts,
        ends_sentence: false,
        span,
    }
}

/// A text in small letters, without what nobody sees.
fn plain(text: &str) -> String {
    text.nfc()
        .flat_map(char::to_lowercase)
        .filter(|letter| !is_unseen(*letter))
        .collect()
}

/// Whether what stands between two words ends a sentence. Dots in a row only make one wait.
fn ends_sentence(between: &str) -> bool {
    if between.contains('\n') {
        return true;
    }
    let mut letters = between.char_indices();
    letters.any(|(at, letter)| {
        let next = between.get(at + letter.len_utf8()..).unwrap_or_default();
        let before = between.get(..at).unwrap_or_default();
        let alone = !before.ends_with('.') && !next.starts_with('.');
        matches!(letter, '.' | '!' | '?')
            && alone
            && next.starts_with(|next: char| next.is_whitespace() || matches!(next, '!' | '?'))
    })
}

#[cfg(test)]
mod tests {
    use super::*;

    fn readings_of(text: &str) -> Vec<Vec<String>> {
        of(text).into_iter().map(|word| word.readings).collect()
    }

    #[test]
    fn words_are_seen_with_the_letters_that_signs_stand_for() {
        assert_eq!(readings_of("Hé, l'été!"), [["he"], ["l"], ["ete"]]);
        assert_eq!(readings_of("sh1t")[0], ["sh1t", "shit", "shlt"]);
        assert_eq!(
            readings_of("$hit @ss a$$"),
            [["$hit", "shit"], ["@ss", "ass"], ["a$$", "ass"]]
        );
        assert_eq!(readings_of("f**k f@#k"), [["f**k"], ["f**k"]]);
    }

    #[test]
    fn prices_types_and_names_are_no_disguise() {
        assert_eq!(readings_of("$100 100$ 20€"), [["100"], ["100"], ["20"]]);
        assert_eq!(readings_of("Galaxy A55"), [["galaxy"], ["a55"]]);
        assert_eq!(
            readings_of("F4G5 5h1t"),
            [vec!["f4g5"], vec!["5h1t", "shit", "shlt"]]
        );
        assert_eq!(
            readings_of("#sale *bold* wow!"),
            [["sale"], ["bold"], ["wow"]]
        );
    }

    #[test]
    fn a_sign_inside_may_also_stand_between_words() {
        let words = of("merde!quoi");
        assert_eq!(words.len(), 1);
        let parts: Vec<&str> = words[0]
            .parts
            .iter()
            .map(|part| part.plain.as_str())
            .collect();
        assert_eq!(parts, ["merde", "quoi"]);
    }

    #[test]
    fn the_place_of_a_word_holds_what_is_invisible_in_it() {
        let text = "a fu\u{200b}ck\u{301} b";
        let word = &of(text)[1];
        assert_eq!(&text[word.span.clone()], "fu\u{200b}ck\u{301}");
        assert_eq!(word.readings, ["fuck"]);
    }

    #[test]
    fn sentences_end_behind_a_word() {
        let ends = |text| of(text)[0].ends_sentence;
        assert!(ends("One. Two") && ends("One\nTwo") && ends("One?! Two"));
        assert!(!ends("One, two") && !ends("One... two") && !ends("one.two"));
    }
}
