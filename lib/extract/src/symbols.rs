//! Signs of symbol fonts, which have codes of their own: in DOCX by themselves, in PDF in the private
//! area of Unicode.

/// What a sign of a symbol font means (17.3.3.30); none when it says nothing in words.
pub(crate) fn letter(font: &str, code: u32) -> Option<char> {
    // Codes of symbol fonts are moved into the private area.
    let code = if (0xf000..0xf100).contains(&code) {
        code - 0xf000
    } else {
        code
    };
    let font = font.to_ascii_lowercase();
    if is_greek(&font) {
        return greek(code);
    }
    if code >= 0x100 {
        return char::from_u32(code);
    }
    let wingdings = font.starts_with("wingdings");
    match code {
        0xfc if wingdings => Some('✓'),
        0xfb if wingdings => Some('✗'),
        0xfe if wingdings => Some('☑'),
        0xa8 | 0x6f if wingdings => Some('☐'),
        0xe0 if wingdings => Some('→'),
        _ if wingdings => Some('•'),
        _ => char::from_u32(code).filter(|letter| !letter.is_control()),
    }
}

/// Whether a font, named in small letters, has signs with codes of their own.
pub(crate) fn is_of_signs(font: &str) -> bool {
    is_greek(font) || font.starts_with("wingdings")
}

fn is_greek(font: &str) -> bool {
    matches!(font, "symbol" | "symbolmt" | "opensymbol")
}

/// Adobe's Symbol encoding (ISO 32000-2, annex D.5), as far as it has letters and signs in use.
fn greek(code: u32) -> Option<char> {
    const CAPITALS: &str = "ΑΒΧΔΕΦΓΗΙϑΚΛΜΝΟΠΘΡΣΤΥςΩΞΨΖ";
    const SMALL: &str = "αβχδεφγηιϕκλμνοπθρστυϖωξψζ";
    let at = |letters: &str, from: u32| letters.chars().nth(usize::try_from(code - from).ok()?);
    match code {
        0x41..=0x5a => at(CAPITALS, 0x41),
        0x61..=0x7a => at(SMALL, 0x61),
        0xa3 => Some('≤'),
        0xb3 => Some('≥'),
        0xb0 => Some('°'),
        0xb1 => Some('±'),
        0xb4 => Some('×'),
        0xb7 => Some('•'),
        0xb8 => Some('÷'),
        0xb9 => Some('≠'),
        0xbb => Some('≈'),
        0xae => Some('→'),
        0xa5 => Some('∞'),
        0xa0 => Some('€'),
        _ => char::from_u32(code).filter(|letter| !letter.is_control() && letter.is_ascii()),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn signs_of_symbol_fonts_are_read() {
        assert_eq!(letter("Symbol", 0xf061), Some('α'));
        assert_eq!(letter("Symbol", 0xf0b3), Some('≥'));
        assert_eq!(letter("Wingdings", 0xf0fc), Some('✓'));
        assert_eq!(letter("MS Gothic", 0x2612), Some('☒'));
    }
}
