//! Text that is written from right to left (UAX 9). A page shows its glyphs where they are seen,
//! from left to right; the text is wanted in the order in which it is read.
//!
//! Putting a line in the order of reading and in that of seeing are the same turn: what is written
//! from right to left changes its direction, and numbers and words in other scripts within it keep
//! theirs.

use std::borrow::Cow;

use unicode_normalization::UnicodeNormalization as _;

/// Whether this is a letter that is written from right to left, or a sign over one.
pub(super) fn is_rtl(c: char) -> bool {
    matches!(c, '\u{590}'..='\u{60b}' | '\u{60d}'..='\u{65f}' | '\u{66d}'..='\u{6ef}'
        | '\u{6fa}'..='\u{8ff}' | '\u{fb1d}'..='\u{fdff}' | '\u{fe70}'..='\u{fefc}'
        | '\u{10800}'..='\u{10fff}' | '\u{1e800}'..='\u{1efff}')
}

/// Whether most letters are written from right to left.
pub(super) fn mostly_rtl<'t>(texts: impl Iterator<Item = &'t str>) -> bool {
    let (mut rtl, mut ltr) = (0_usize, 0_usize);
    for c in texts.flat_map(str::chars) {
        rtl += usize::from(is_rtl(c));
        ltr += usize::from(is_ltr(c));
    }
    rtl > ltr
}

/// What a glyph means, as it is seen: a ligature from left to right, and letters themselves instead
/// of the forms that they have within words.
pub(super) fn seen(text: &str) -> Cow<'_, str> {
    if !text.contains(is_rtl) {
        return Cow::Borrowed(text);
    }
    let letters: String = text
        .chars()
        .map(|c| match c {
            '\u{fb1d}'..='\u{fdff}' | '\u{fe70}'..='\u{fefc}' => c.nfkc().collect(),
            c => c.to_string(),
        })
        .collect();
    let rtl = mostly_rtl(std::iter::once(letters.as_str()));
    Cow::Owned(turned(&letters, rtl).into_owned())
}

/// A line as it is read, of a page that is written from right to left or not.
pub(super) fn read(line: &str, rtl_page: bool) -> Cow<'_, str> {
    let rtl = if rtl_page {
        line.contains(is_rtl) || !line.contains(is_ltr)
    } else {
        mostly_rtl(std::iter::once(line))
    };
    turned(line, rtl)
}

/// Turns a line whose main direction is from right to left, or the parts of another that are.
fn turned(line: &str, rtl: bool) -> Cow<'_, str> {
    if !rtl && !line.contains(is_rtl) {
        return Cow::Borrowed(line);
    }
    let chars: Vec<char> = line.chars().collect();
    let mut out = String::with_capacity(line.len());
    if rtl {
        turn(&chars, &mut out);
        return Cow::Owned(out);
    }
    let mut rest = chars.as_slice();
    while let Some((first, after)) = rest.split_first() {
        if !is_rtl(*first) {
            out.push(*first);
            rest = after;
            continue;
        }
        let end = rest.iter().position(|c| is_ltr(*c)).unwrap_or(rest.len());
        let last = rest.iter().take(end).rposition(|c| is_rtl(*c));
        let (part, after) = rest.split_at(last.map_or(1, |last| last + 1));
        turn(part, &mut out);
        rest = after;
    }
    Cow::Owned(out)
}

/// Writes a text from its end to its start, but for what is written from left to right in it.
fn turn(chars: &[char], out: &mut String) {
    let mut rest = chars;
    while let Some((last, before)) = rest.split_last() {
        if !is_ltr(*last) && !is_digit(*last) && !is_unit(rest) {
            out.push(mirrored(*last));
            rest = before;
            continue;
        }
        let (before, kept) = rest.split_at(start_of_kept(rest));
        out.extend(kept);
        rest = before;
    }
}

/// Where a stretch begins that is written from left to right and ends with these letters: words with
/// what stands between them, or one number.
fn start_of_kept(chars: &[char]) -> usize {
    let mut start = chars.len() - 1;
    let mut words = chars.get(start).is_some_and(|c| is_ltr(*c));
    let mut gap = 0_usize;
    for (at, c) in chars.iter().enumerate().take(start).rev() {
        if is_rtl(*c) {
            break;
        }
        let letter = is_ltr(*c);
        if !letter && !is_digit(*c) {
            gap += 1;
            continue;
        }
        let separator = gap == 1 && chars.get(at + 1).is_some_and(|c| ".,:/-+'".contains(*c));
        let unit = gap == 1 && is_unit(chars.get(..at + 2).unwrap_or_default());
        if gap > 0 && !words && !letter && !separator && !unit {
            break;
        }
        words |= letter;
        (start, gap) = (at, 0);
    }
    start
}

/// Whether a text ends with a sign that goes with the number before it.
fn is_unit(chars: &[char]) -> bool {
    matches!(chars, [.., number, sign] if is_digit(*number) && "%‰€$£¥°".contains(*sign))
}

fn is_ltr(c: char) -> bool {
    c.is_alphabetic() && !is_rtl(c)
}

fn is_digit(c: char) -> bool {
    c.is_ascii_digit() || matches!(c, '\u{660}'..='\u{669}' | '\u{6f0}'..='\u{6f9}')
}

/// Brackets look the other way in text from right to left.
fn mirrored(c: char) -> char {
    match c {
        '(' => ')',
        ')' => '(',
        '[' => ']',
        ']' => '[',
        '{' => '}',
        '}' => '{',
        '«' => '»',
        '»' => '«',
        '<' => '>',
        '>' => '<',
        c => c,
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_line_is_read_from_right_to_left_with_its_numbers_and_names_as_they_are() {
        let cases = [
            ("םולש", "שלום"),
            (".ריחמ € 12.50", "12.50 € מחיר."),
            ("sales@example.org לא ובתכ", "כתבו אל sales@example.org"),
            ("18:00 - 9:30 תועש", "שעות 9:30 - 18:00"),
            ("iPhone 15 Pro שדח", "חדש iPhone 15 Pro"),
            ("(םולש) 50% החנה", "הנחה 50% (שלום)"),
        ];
        for (seen, expected) in cases {
            assert_eq!(read(seen, true), expected);
            assert_eq!(read(expected, true), seen, "the other way round");
        }
    }

    #[test]
    fn words_from_right_to_left_within_another_line_are_turned_where_they_stand() {
        assert_eq!(
            read("The word םלוע םולש means hello", false),
            "The word שלום עולם means hello"
        );
        assert_eq!(read("Only English, 50 %", false), "Only English, 50 %");
        assert_eq!(read("Only English, 50 %", true), "Only English, 50 %");
    }

    #[test]
    fn forms_of_letters_become_letters_and_ligatures_lie_as_they_are_seen() {
        assert_eq!(seen("\u{fefb}"), "ال");
        assert_eq!(seen("\u{fe91}"), "ب");
        assert_eq!(seen("ffi"), "ffi");
    }
}
