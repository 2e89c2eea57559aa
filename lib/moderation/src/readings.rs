//! What a word can be read as.

use crate::fold::push_seen;
use crate::glyph::Glyph;

/// The word with a star for each letter that was starred out.
pub(crate) fn masked(glyphs: &[Glyph]) -> String {
    let mut out = String::new();
    for glyph in glyphs {
        if glyph.is_sign() {
            out.push('*');
        } else {
            push_seen(glyph.letter, &mut out);
        }
    }
    out
}

/// The word as it is seen and, when it is letters rather than digits, with the letters that its
/// digits and signs stand for.
pub(crate) fn of(glyphs: &[Glyph]) -> Vec<String> {
    let mut seen = String::new();
    for glyph in glyphs {
        push_seen(glyph.letter, &mut seen);
    }
    let count = |is: fn(char) -> bool| seen.chars().filter(|letter| is(*letter)).count();
    let (letters, digits) = (count(char::is_alphabetic), count(char::is_numeric));
    let mut readings = Vec::new();
    // "A55" is a telephone, "F4G5" an article.
    let is_code = letters < digits || (letters == digits && !seen.ends_with(char::is_alphabetic));
    if letters > 0 && letters < seen.chars().count() && !is_code {
        readings.push(meant(&seen, 'i'));
        if seen.contains(['1', '|']) {
            readings.push(meant(&seen, 'l'));
        }
    }
    readings.insert(0, seen);
    readings
}

fn meant(seen: &str, one: char) -> String {
    let letter = |sign| match sign {
        '0' => 'o',
        '1' | '|' => one,
        '!' => 'i',
        '3' | '€' => 'e',
        '4' | '@' => 'a',
        '5' | '$' => 's',
        '7' => 't',
        '8' => 'b',
        '9' => 'g',
        other => other,
    };
    seen.chars().map(letter).collect()
}
