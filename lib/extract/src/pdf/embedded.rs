//! What the glyphs of an embedded font mean, by the font's own table of characters. It helps where a
//! file says nothing better.

use std::collections::HashMap;

use skrifa::{FontRef, MetadataProvider as _};
use unicode_normalization::char::is_combining_mark;
use unicode_normalization::is_nfkc;

/// The most characters of a font that are looked at.
const MOST: usize = 200_000;

/// The characters of a font, by the numbers of their glyphs.
pub(super) fn characters(font: &[u8]) -> HashMap<u32, char> {
    let mut found: HashMap<u32, char> = HashMap::new();
    let Ok(font) = FontRef::new(font) else {
        return found;
    };
    for (code, glyph) in font.charmap().mappings().take(MOST) {
        let Some(new) = char::from_u32(code).filter(|c| is_meant(*c)) else {
            continue;
        };
        found
            .entry(glyph.to_u32())
            .and_modify(|old| {
                // A glyph may stand for several: `µ` is also a Greek letter, a space one that does
                // not break.
                if (!is_usual(*old), *old) > (!is_usual(new), new) {
                    *old = new;
                }
            })
            .or_insert(new);
    }
    found
}

/// Whether a character means the same in every font.
fn is_meant(c: char) -> bool {
    !c.is_control() && !matches!(c, '\u{e000}'..='\u{f8ff}' | '\u{f0000}'..)
}

/// Whether it is what people type, and no form of another.
fn is_usual(c: char) -> bool {
    is_combining_mark(c) || is_nfkc(c.encode_utf8(&mut [0; 4]))
}
