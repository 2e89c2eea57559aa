//! Making a body readable whose strings hold escapes that Rust or PostgreSQL can not hold.
//!
//! Meta escapes everything outside ASCII as `\uXXXX`. A text that was cut inside an emoji leaves half
//! of a surrogate pair, and a customer can write U+0000. Both become U+FFFD, so that one strange
//! message does not cost its siblings in the batch.

use std::borrow::Cow;

const REPLACEMENT: &[u8] = br"\ufffd";

/// The body with impossible escapes replaced; borrowed when there were none.
pub(super) fn mend(body: &[u8]) -> Cow<'_, [u8]> {
    let mut mended: Vec<u8> = Vec::new();
    let mut copied = 0;
    let mut cursor = 0;
    while let Some(offset) = rest(body, cursor).iter().position(|byte| *byte == b'\\') {
        let start = cursor + offset;
        let Some(unit) = escape_at(body, start) else {
            // Any other escape is two bytes long; the second may itself be a backslash.
            cursor = start + 2;
            continue;
        };
        if is_high(unit) && escape_at(body, start + 6).is_some_and(is_low) {
            cursor = start + 12;
            continue;
        }
        if unit == 0 || is_high(unit) || is_low(unit) {
            mended.extend_from_slice(body.get(copied..start).unwrap_or_default());
            mended.extend_from_slice(REPLACEMENT);
            copied = start + 6;
        }
        cursor = start + 6;
    }
    if copied == 0 {
        return Cow::Borrowed(body);
    }
    mended.extend_from_slice(rest(body, copied));
    Cow::Owned(mended)
}

fn rest(body: &[u8], from: usize) -> &[u8] {
    body.get(from..).unwrap_or_default()
}

/// The UTF-16 unit of a `\uXXXX` escape that starts here.
fn escape_at(body: &[u8], start: usize) -> Option<u16> {
    let digits = body.get(start..start + 6)?.strip_prefix(br"\u")?;
    let digits = std::str::from_utf8(digits).ok()?;
    u16::from_str_radix(digits, 16).ok()
}

const fn is_high(unit: u16) -> bool {
    unit >= 0xD800 && unit <= 0xDBFF
}

const fn is_low(unit: u16) -> bool {
    unit >= 0xDC00 && unit <= 0xDFFF
}

#[cfg(test)]
mod tests {
    use super::*;

    fn mended(body: &str) -> String {
        String::from_utf8(mend(body.as_bytes()).into_owned()).unwrap()
    }

    #[test]
    fn a_whole_pair_and_ordinary_escapes_stay_as_they_are() {
        let body = r#"{"a":"\ud83d\ude00 \u00e9 \\u0000 \" \n"}"#;
        assert!(matches!(mend(body.as_bytes()), Cow::Borrowed(_)));
    }

    #[test]
    fn half_a_pair_and_nul_become_the_replacement_character() {
        assert_eq!(mended(r#""\ud83d!""#), r#""\ufffd!""#);
        assert_eq!(
            mended(r#""\ude00\ud83d\ud83d\ude00""#),
            r#""\ufffd\ufffd\ud83d\ude00""#
        );
        assert_eq!(mended(r#""a\u0000b""#), r#""a\ufffdb""#);
        assert_eq!(mended(r#""\\\u0000""#), r#""\\\ufffd""#);
    }

    #[test]
    fn a_body_that_ends_inside_an_escape_is_left_alone() {
        for body in ["\"\\", "\"\\u", "\"\\u00", "\"\\ud83d\\u"] {
            let _ = mend(body.as_bytes());
        }
    }
}
