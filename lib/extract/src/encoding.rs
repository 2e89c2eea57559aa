//! From bytes of an unknown encoding to text.

use std::borrow::Cow;

use chardetng::{EncodingDetector, Iso2022JpDetection, Utf8Detection};
use encoding_rs::{Encoding, UTF_8, UTF_16BE, UTF_16LE};

/// How much is looked at to tell the encoding, in bytes.
const LOOK: usize = 64 * 1024;

/// Decodes a text: by its byte order mark, as UTF-8 when it is that, else by a guess from its
/// letters.
pub fn decode(bytes: &[u8]) -> Cow<'_, str> {
    // A mark in front is honoured, and left out, by the decoder itself.
    let encoding = wide(bytes).unwrap_or_else(|| narrow(bytes));
    encoding.decode(bytes).0
}

/// UTF-16, by its mark or by its many zero bytes.
fn wide(bytes: &[u8]) -> Option<&'static Encoding> {
    if let Some((encoding, _)) = Encoding::for_bom(bytes) {
        return Some(encoding);
    }
    let start = bytes.get(..LOOK).unwrap_or(bytes);
    let (mut even, mut odd, mut pairs) = (0_usize, 0_usize, 0_usize);
    for pair in start.chunks_exact(2) {
        if let [first, second] = pair {
            pairs += 1;
            even += usize::from(*first == 0);
            odd += usize::from(*second == 0);
        }
    }
    if odd * 3 > pairs && even * 20 < pairs {
        Some(UTF_16LE)
    } else if even * 3 > pairs && odd * 20 < pairs {
        Some(UTF_16BE)
    } else {
        None
    }
}

fn narrow(bytes: &[u8]) -> &'static Encoding {
    if std::str::from_utf8(bytes).is_ok() {
        return UTF_8;
    }
    let start = bytes.get(..LOOK).unwrap_or(bytes);
    let cut = bytes.len() > LOOK;
    // Cut inside a letter, UTF-8 is still UTF-8.
    if let Err(error) = std::str::from_utf8(start)
        && cut
        && error.error_len().is_none()
    {
        return UTF_8;
    }
    let mut detector = EncodingDetector::new(Iso2022JpDetection::Deny);
    detector.feed(start, !cut);
    detector.guess(None, Utf8Detection::Allow)
}

/// Whether this is data and no text in any encoding: it has zero bytes or many control characters.
pub(crate) fn is_binary(bytes: &[u8]) -> bool {
    if wide(bytes).is_some() {
        return false;
    }
    let start = bytes.get(..LOOK).unwrap_or(bytes);
    let odd = start
        .iter()
        .filter(|byte| matches!(byte, 1..=8 | 14..=26 | 28..=31 | 127));
    start.contains(&0) || odd.count() * 50 > start.len()
}

#[cfg(test)]
mod tests {
    use super::*;

    const WORDS: &str = "Les fauteuils réparés à l’atelier coûtent 30 € de plus, même en été.";

    #[test]
    fn the_same_words_are_read_from_every_usual_encoding() {
        let encoded = |encoding: &'static Encoding| encoding.encode(WORDS).0.into_owned();
        let wide = |big: bool, mark: bool| -> Vec<u8> {
            let mark = if mark { "\u{feff}" } else { "" };
            let units: Vec<u16> = mark.encode_utf16().chain(WORDS.encode_utf16()).collect();
            let bytes = |unit: u16| {
                if big {
                    unit.to_be_bytes()
                } else {
                    unit.to_le_bytes()
                }
            };
            units.into_iter().flat_map(bytes).collect()
        };
        let all = [
            WORDS.as_bytes().to_vec(),
            [b"\xef\xbb\xbf", WORDS.as_bytes()].concat(),
            encoded(encoding_rs::WINDOWS_1252),
            wide(false, true),
            wide(true, true),
            wide(false, false),
            wide(true, false),
        ];
        for bytes in all {
            assert!(!is_binary(&bytes));
            assert_eq!(decode(&bytes), WORDS);
        }
    }

    #[test]
    fn greek_and_russian_of_older_programs_are_told_by_their_letters() {
        for (encoding, words) in [
            (
                encoding_rs::WINDOWS_1253,
                "Η αποστολή είναι δωρεάν για παραγγελίες άνω των πενήντα ευρώ.",
            ),
            (
                encoding_rs::WINDOWS_1251,
                "Доставка по городу занимает два рабочих дня.",
            ),
        ] {
            assert_eq!(decode(&encoding.encode(words).0), words);
        }
    }

    #[test]
    fn data_is_no_text() {
        assert!(is_binary(b"\x01\x02\x03\0\0\xff\xfe\xfd"));
        assert!(!is_binary(b"tab\tand\r\nlines\x0c"));
    }
}
