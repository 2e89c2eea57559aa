//! Text as people want to read it: composed letters, no control characters, single spaces.

use unicode_normalization::UnicodeNormalization;

/// One line: every run of white space is a space, none at the ends.
pub(crate) fn line(text: &str) -> String {
    let text = clean(text);
    let mut out = String::with_capacity(text.len());
    for word in text.split_whitespace() {
        if !out.is_empty() {
            out.push(' ');
        }
        out.push_str(word);
    }
    out
}

/// Lines, each tidied; empty lines at the ends go, several in a row become one.
pub(crate) fn lines(text: &str) -> String {
    let mut out = String::with_capacity(text.len());
    let mut empty = 0_usize;
    let text = text.replace("\r\n", "\n");
    for part in text.split(['\n', '\r', '\u{b}', '\u{c}', '\u{2028}', '\u{2029}']) {
        let part = line(part);
        if part.is_empty() {
            empty += 1;
            continue;
        }
        if !out.is_empty() {
            out.push_str(if empty > 0 { "\n\n" } else { "\n" });
        }
        out.push_str(&part);
        empty = 0;
    }
    out
}

/// The same text with composed letters, and without what nobody sees: control characters, soft
/// hyphens, and marks of direction and of joining that are no part of a word.
pub(crate) fn clean(text: &str) -> String {
    if text.is_ascii()
        && !text
            .bytes()
            .any(|byte| byte.is_ascii_control() && !space(byte))
    {
        return text.to_owned();
    }
    text.chars()
        .flat_map(Unfolded::new)
        .filter(|c| visible(*c))
        .nfc()
        .collect()
}

fn space(byte: u8) -> bool {
    matches!(byte, b'\t' | b'\n' | b'\r' | 0x0b | 0x0c)
}

fn visible(c: char) -> bool {
    match c {
        '\t' | '\n' | '\r' | '\u{b}' | '\u{c}' => true,
        '\u{ad}' | '\u{200b}' | '\u{2060}' | '\u{feff}' | '\u{fffd}'
        | '\u{200e}' | '\u{200f}' | '\u{202a}'..='\u{202e}' | '\u{2066}'..='\u{2069}'
        // Private use: letters that mean something in one font only.
        | '\u{e000}'..='\u{f8ff}' => false,
        c => !c.is_control(),
    }
}

/// A letter, with ligatures of typesetting taken apart.
struct Unfolded {
    first: Option<char>,
    rest: std::str::Chars<'static>,
}

impl Unfolded {
    fn new(c: char) -> Self {
        let rest = match c {
            '\u{fb00}' => "ff",
            '\u{fb01}' => "fi",
            '\u{fb02}' => "fl",
            '\u{fb03}' => "ffi",
            '\u{fb04}' => "ffl",
            '\u{fb05}' | '\u{fb06}' => "st",
            _ => "",
        };
        Self {
            first: rest.is_empty().then_some(c),
            rest: rest.chars(),
        }
    }
}

impl Iterator for Unfolded {
    type Item = char;

    fn next(&mut self) -> Option<char> {
        self.first.take().or_else(|| self.rest.next())
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn ligatures_are_taken_apart_and_accents_put_together() {
        assert_eq!(line("e\u{301}ffi\u{fb03} o\u{ad}ver\u{0}"), "éffiffi over");
    }

    #[test]
    fn a_line_has_single_spaces_and_lines_keep_one_empty_line() {
        assert_eq!(line("  a\t b\u{a0}c \n d "), "a b c d");
        assert_eq!(lines("\n a \r\nb\n\n\n\nc\n"), "a\nb\n\nc");
    }
}
