//! Cutting a text into messages that the platform takes.

use kernel::Platform;
use unicode_segmentation::UnicodeSegmentation;

/// How long one message may be.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Limit {
    /// Bytes of UTF-8, as Instagram counts.
    InstagramBytes(usize),
    /// Characters (Unicode scalar values), as WhatsApp counts.
    Chars(usize),
}

impl Limit {
    /// Instagram: at most 1000 bytes of UTF-8. WhatsApp: at most 4096 characters.
    pub const fn of(platform: Platform) -> Self {
        match platform {
            Platform::Instagram => Self::InstagramBytes(1000),
            Platform::Whatsapp => Self::Chars(4096),
        }
    }

    /// The length of a text in this limit's unit.
    pub fn measure(self, text: &str) -> usize {
        match self {
            Self::InstagramBytes(_) => text.len(),
            Self::Chars(_) => text.chars().count(),
        }
    }

    /// Whether a text fits into one message.
    pub fn fits(self, text: &str) -> bool {
        self.measure(text) <= self.max()
    }

    const fn max(self) -> usize {
        match self {
            Self::InstagramBytes(max) | Self::Chars(max) => max,
        }
    }
}

/// Cuts a text into parts that fit: after a sentence where one ends in time, else between words,
/// else between graphemes. White space at a cut is dropped, nothing else is. A text of white space
/// has no parts.
///
/// Only a single grapheme longer than the whole limit is cut inside, between characters: the
/// platform would refuse it otherwise.
pub fn split(text: &str, limit: Limit) -> Vec<String> {
    let pieces = pieces(text, limit);
    let mut parts = Vec::new();
    let mut rest = pieces.as_slice();
    loop {
        rest = trim_start(rest);
        if rest.is_empty() {
            return parts;
        }
        let (part, left) = rest.split_at(cut(rest, limit));
        parts.push(trim_end(part).iter().map(|piece| piece.text).collect());
        rest = left;
    }
}

/// A grapheme, the smallest thing that is not cut.
struct Piece<'a> {
    text: &'a str,
    length: usize,
    is_space: bool,
    ends_sentence: bool,
}

fn pieces(text: &str, limit: Limit) -> Vec<Piece<'_>> {
    let mut sentence_ends = text
        .split_sentence_bound_indices()
        .map(|(start, sentence)| start + sentence.len())
        .peekable();
    let mut pieces = Vec::new();
    for (start, grapheme) in text.grapheme_indices(true) {
        let end = start + grapheme.len();
        while sentence_ends.next_if(|bound| *bound < end).is_some() {}
        let ends_sentence = sentence_ends.next_if_eq(&end).is_some();
        let whole = limit.fits(grapheme);
        let parts: Vec<&str> = if whole {
            vec![grapheme]
        } else {
            grapheme.split_inclusive(|_| true).collect()
        };
        let last = parts.len().saturating_sub(1);
        for (index, part) in parts.into_iter().enumerate() {
            pieces.push(Piece {
                text: part,
                length: limit.measure(part),
                is_space: whole && part.chars().all(char::is_whitespace),
                ends_sentence: ends_sentence && index == last,
            });
        }
    }
    pieces
}

/// How many pieces the next part takes; at least one.
fn cut(pieces: &[Piece<'_>], limit: Limit) -> usize {
    let mut room = limit.max();
    let mut count: usize = 0;
    let mut after_sentence = None;
    let mut after_word = None;
    for piece in pieces {
        // White space at the end of a part is dropped, so it may stick out.
        if !piece.is_space && piece.length > room {
            return after_sentence.or(after_word).unwrap_or(count.max(1));
        }
        room = room.saturating_sub(piece.length);
        count += 1;
        if piece.is_space {
            after_word = Some(count);
        }
        if piece.ends_sentence {
            after_sentence = Some(count);
        }
    }
    pieces.len()
}

fn trim_start<'a, 'b>(pieces: &'b [Piece<'a>]) -> &'b [Piece<'a>] {
    let start = pieces
        .iter()
        .position(|piece| !piece.is_space)
        .unwrap_or(pieces.len());
    pieces.get(start..).unwrap_or_default()
}

fn trim_end<'a, 'b>(pieces: &'b [Piece<'a>]) -> &'b [Piece<'a>] {
    let end = pieces
        .iter()
        .rposition(|piece| !piece.is_space)
        .map_or(0, |last| last + 1);
    pieces.get(..end).unwrap_or_default()
}

#[cfg(test)]
mod tests {
    use super::*;
    use proptest::prelude::*;

    const TEN: Limit = Limit::Chars(10);

    #[test]
    fn a_text_that_fits_stays_whole() {
        assert_eq!(split("Hello. You.", Limit::Chars(11)), ["Hello. You."]);
        assert!(split(" \n ", TEN).is_empty());
    }

    #[test]
    fn cuts_fall_on_sentence_ends_then_words_then_graphemes() {
        assert_eq!(split("Yes. No way there", TEN), ["Yes.", "No way", "there"]);
        assert_eq!(split("one two three", TEN), ["one two", "three"]);
        assert_eq!(split("abcdefghijklm", TEN), ["abcdefghij", "klm"]);
        assert_eq!(
            split("first line\nsecond", Limit::Chars(12)),
            ["first line", "second"]
        );
        assert_eq!(split("abcdefghij klm", TEN), ["abcdefghij", "klm"]);
        assert_eq!(split("abcdefghi. Next", TEN), ["abcdefghi.", "Next"]);
    }

    #[test]
    fn instagram_counts_bytes_and_emoji_stay_whole() {
        let family = "👨‍👩‍👧‍👦";
        assert_eq!(family.len(), 25);
        assert_eq!(
            split(&family.repeat(3), Limit::InstagramBytes(60)),
            [family.repeat(2), family.to_owned()]
        );
        assert_eq!(
            split("éééééé", Limit::InstagramBytes(5)),
            ["éé", "éé", "éé"]
        );
    }

    #[test]
    fn the_limits_are_those_of_the_platforms() {
        assert!(Limit::of(Platform::Instagram).fits(&"é".repeat(500)));
        assert!(!Limit::of(Platform::Instagram).fits(&"é".repeat(501)));
        assert!(Limit::of(Platform::Whatsapp).fits(&"é".repeat(4096)));
        assert!(!Limit::of(Platform::Whatsapp).fits(&"é".repeat(4097)));
    }

    fn squeezed(text: &str) -> String {
        text.chars()
            .filter(|letter| !letter.is_whitespace())
            .collect()
    }

    proptest! {
        #[test]
        fn nothing_is_lost_and_everything_fits(text in "([a-zé👩‍👧🇫🇷.!? \n\r\u{301}]|\\PC){0,400}", max in 1_usize..60) {
            for limit in [Limit::InstagramBytes(max.max(4)), Limit::Chars(max)] {
                let parts = split(&text, limit);
                prop_assert!(parts.iter().all(|part| limit.fits(part) && !part.is_empty()));
                prop_assert_eq!(squeezed(&parts.concat()), squeezed(&text));
            }
        }

        #[test]
        fn no_grapheme_is_cut(text in "([a-z 👩‍👧🇫🇷é.\u{301}]|\\PC){0,300}") {
            let limit = Limit::InstagramBytes(80);
            prop_assume!(text.graphemes(true).all(|grapheme| limit.fits(grapheme)));
            let borders: Vec<usize> = text.grapheme_indices(true).map(|(at, _)| at).collect();
            let mut from = 0;
            for part in split(&text, limit) {
                let start = from + text[from..].find(&part).unwrap();
                let end = start + part.len();
                prop_assert!(borders.contains(&start));
                prop_assert!(end == text.len() || borders.contains(&end));
                from = end;
            }
        }
    }
}
