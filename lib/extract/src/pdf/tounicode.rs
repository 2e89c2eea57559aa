//! What the codes of a font mean, as the font's own map says (ISO 32000-2, 9.10.3). Maps with faults
//! are common: whatever can be read of one is taken.

use std::collections::BTreeMap;

/// The most entries of a map.
const MOST: usize = 200_000;
/// The longest text of a code, in bytes (Adobe's technical note 5014).
const LONGEST: usize = 512;

/// The map of a font.
#[derive(Debug, Default)]
pub(super) struct ToUnicode {
    /// The last code of a range and what its first one means, by the first.
    ranges: BTreeMap<u32, (u32, Vec<u16>)>,
}

/// A part of a map.
#[derive(Debug, PartialEq, Eq)]
enum Token<'d> {
    Bytes(Vec<u8>),
    Open,
    Close,
    Word(&'d [u8]),
}

impl ToUnicode {
    pub(super) fn parse(data: &[u8]) -> Self {
        let mut map = Self::default();
        let mut tokens = Tokens(data);
        while let Some(token) = tokens.next() {
            match token {
                _ if map.ranges.len() >= MOST => break,
                Token::Word(b"beginbfchar") => map.chars(&mut tokens),
                Token::Word(b"beginbfrange") => map.ranges(&mut tokens),
                _ => {}
            }
        }
        map
    }

    /// What a code means: nothing known, or a text that may be empty.
    pub(super) fn get(&self, code: u32) -> Option<String> {
        let (first, (last, units)) = self.ranges.range(..=code).next_back()?;
        if code > *last {
            return None;
        }
        let mut units = units.clone();
        if let Some(unit) = units.last_mut() {
            *unit = unit.checked_add(u16::try_from(code - first).ok()?)?;
        }
        let text = String::from_utf16(&swapped(units)).ok()?;
        let known = text.chars().all(|c| c != '\0' && c != '\u{fffd}');
        known.then_some(text)
    }

    fn chars(&mut self, tokens: &mut Tokens<'_>) {
        while let Some(Token::Bytes(code)) = tokens.next() {
            let Some(Token::Bytes(text)) = tokens.next() else {
                return;
            };
            if let Some(code) = number(&code) {
                self.put(code, code, &text);
            }
        }
    }

    fn ranges(&mut self, tokens: &mut Tokens<'_>) {
        while let Some(Token::Bytes(first)) = tokens.next() {
            let Some(Token::Bytes(last)) = tokens.next() else {
                return;
            };
            let (Some(first), Some(last)) = (number(&first), number(&last)) else {
                return;
            };
            match tokens.next() {
                Some(Token::Bytes(text)) => self.put(first, last, &text),
                Some(Token::Open) => {
                    let mut code = first;
                    while let Some(Token::Bytes(text)) = tokens.next() {
                        if code <= last {
                            self.put(code, code, &text);
                        }
                        code = code.saturating_add(1);
                    }
                }
                _ => return,
            }
        }
    }

    fn put(&mut self, first: u32, last: u32, text: &[u8]) {
        if first > last || self.ranges.len() >= MOST || text.len() > LONGEST {
            return;
        }
        // A single byte is a letter all the same.
        let units = match text {
            [unit] => vec![u16::from(*unit)],
            text => text
                .chunks_exact(2)
                .filter_map(|unit| Some(u16::from_be_bytes(unit.try_into().ok()?)))
                .collect(),
        };
        self.ranges.insert(first, (last, units));
    }
}

/// Ghostscript 10.0 writes ligatures with their bytes in the wrong order.
fn swapped(mut units: Vec<u16>) -> Vec<u16> {
    let wrong = |unit: &u16| {
        let [high, low] = unit.to_be_bytes();
        low == 0 && high.is_ascii_alphabetic()
    };
    if units.len() > 1 && units.iter().all(wrong) {
        for unit in &mut units {
            *unit = unit.swap_bytes();
        }
    }
    units
}

fn number(bytes: &[u8]) -> Option<u32> {
    let mut whole = [0; 4];
    let start = whole.len().checked_sub(bytes.len())?;
    whole.get_mut(start..)?.copy_from_slice(bytes);
    Some(u32::from_be_bytes(whole))
}

/// The parts of a map that is still to be read.
struct Tokens<'d>(&'d [u8]);

impl<'d> Iterator for Tokens<'d> {
    type Item = Token<'d>;

    fn next(&mut self) -> Option<Token<'d>> {
        loop {
            let (first, rest) = self.0.split_first()?;
            match first {
                b'<' if rest.first() != Some(&b'<') => {
                    let end = rest.iter().position(|byte| *byte == b'>')?;
                    let (digits, after) = rest.split_at(end);
                    self.0 = after.get(1..).unwrap_or_default();
                    return Some(Token::Bytes(hexadecimal(digits)));
                }
                b'[' | b']' => {
                    self.0 = rest;
                    return Some(if *first == b'[' {
                        Token::Open
                    } else {
                        Token::Close
                    });
                }
                b'%' => {
                    let end = rest.iter().position(|byte| matches!(byte, b'\n' | b'\r'));
                    self.0 = end.and_then(|end| rest.get(end..)).unwrap_or_default();
                }
                first if first.is_ascii_alphanumeric() => {
                    let word = |byte: &u8| !byte.is_ascii_alphanumeric();
                    let end = self.0.iter().position(word).unwrap_or(self.0.len());
                    let (word, after) = self.0.split_at(end);
                    self.0 = after;
                    return Some(Token::Word(word));
                }
                _ => self.0 = rest,
            }
        }
    }
}

/// The bytes of hexadecimal digits; a last one that stands alone is followed by a zero.
fn hexadecimal(digits: &[u8]) -> Vec<u8> {
    let values: Vec<u8> = digits
        .iter()
        .filter_map(|digit| char::from(*digit).to_digit(16))
        .filter_map(|value| u8::try_from(value).ok())
        .collect();
    values
        .chunks(2)
        .map(|pair| match pair {
            [high, low] => high * 16 + low,
            pair => pair.iter().sum::<u8>() * 16,
        })
        .collect()
}

#[cfg(test)]
mod tests {
    use super::*;

    fn said(map: &str, code: u32) -> Option<String> {
        ToUnicode::parse(map.as_bytes()).get(code)
    }

    #[test]
    fn single_codes_ranges_and_lists_are_read() {
        let map = "1 begincodespacerange <0000> <ffff> endcodespacerange\n\
            2 beginbfchar <0001><0066 0069> <02> <D83DDE00> endbfchar\n\
            2 beginbfrange <10> <1f> <0041> <20> <22> [<0061> <0062>] endbfrange";
        assert_eq!(said(map, 1).as_deref(), Some("fi"));
        assert_eq!(said(map, 2).as_deref(), Some("😀"));
        assert_eq!(said(map, 0x12).as_deref(), Some("C"));
        assert_eq!(said(map, 0x21).as_deref(), Some("b"));
        assert_eq!(said(map, 0x22), None);
    }

    #[test]
    fn a_map_with_faults_is_read_where_it_can_be() {
        let map = "beginbfchar <01> <> <02> <0041> <03> <0000> <04> <42> <05 garbage";
        assert_eq!(said(map, 1).as_deref(), Some(""));
        assert_eq!(said(map, 2).as_deref(), Some("A"));
        assert_eq!(said(map, 3), None);
        assert_eq!(said(map, 4).as_deref(), Some("B"));
        assert_eq!(
            said("beginbfrange <00> <ffffffff> <0041> <", 2).as_deref(),
            Some("C")
        );
    }

    #[test]
    fn a_code_does_not_stand_for_a_book() {
        let map = format!("beginbfchar <01> <{}> <02> <0042>", "0041".repeat(1000));
        assert_eq!(said(&map, 1), None);
        assert_eq!(said(&map, 2).as_deref(), Some("B"));
    }

    #[test]
    fn ligatures_with_their_bytes_swapped_are_put_right() {
        assert_eq!(
            said("beginbfchar <01> <66006900>", 1).as_deref(),
            Some("fi")
        );
        assert_eq!(said("beginbfchar <01> <6600>", 1).as_deref(), Some("昀"));
    }
}
