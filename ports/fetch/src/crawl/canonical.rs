//! One form for the many spellings of a URL.

use url::{Position, Url};

/// Parameters that say where a visitor came from and change nothing on the page.
const TRACKING: [&str; 8] = [
    "fbclid", "gclid", "igshid", "mc_cid", "mc_eid", "msclkid", "srsltid", "yclid",
];

/// The URL without its fragment and tracking parameters, its escapes in one form (RFC 3986,
/// section 6.2.2). What a parser of URLs does by itself (the host in lower case, no default port,
/// no dots in the path) has happened.
pub fn canonical(url: &Url) -> Url {
    let mut plain = url.clone();
    plain.set_fragment(None);
    plain.set_path(&escapes(url.path()));
    let query: Vec<String> = url
        .query()
        .unwrap_or_default()
        .split('&')
        .filter(|pair| !pair.is_empty() && !tracks(pair))
        .map(escapes)
        .collect();
    let query = (!query.is_empty()).then(|| query.join("&"));
    plain.set_query(query.as_deref());
    plain
}

/// Path and query as rules of `robots.txt` are held against them.
pub(super) fn path(url: &Url) -> String {
    escapes(&url[Position::BeforePath..Position::AfterQuery])
}

/// Escapes in capitals, none for letters that need none, and one for each byte beyond ASCII. A letter
/// that would make an escape of a bare percent sign before it keeps its own.
pub(super) fn escapes(text: &str) -> String {
    let mut plain = String::with_capacity(text.len());
    let mut rest = text.as_bytes();
    while let Some((&first, after)) = rest.split_first() {
        rest = after;
        let escaped = match (first, after) {
            (b'%', [high, low, after @ ..]) => hex(*high)
                .zip(hex(*low))
                .map(|(high, low)| (high << 4 | low, after)),
            _ => None,
        };
        match escaped {
            Some((byte, after)) => {
                rest = after;
                let needs_none = byte.is_ascii_alphanumeric() || b"-._~".contains(&byte);
                if needs_none && !(byte.is_ascii_hexdigit() && ends_in_half(&plain)) {
                    plain.push(char::from(byte));
                } else {
                    escape(&mut plain, byte);
                }
            }
            None if first.is_ascii() => plain.push(char::from(first)),
            None => escape(&mut plain, first),
        }
    }
    plain
}

/// Whether a digit more could make an escape of the end.
fn ends_in_half(text: &str) -> bool {
    text.bytes().rev().take(2).any(|byte| byte == b'%')
}

fn escape(text: &mut String, byte: u8) {
    text.push('%');
    for digit in [byte >> 4, byte & 15] {
        let digit = char::from_digit(digit.into(), 16).unwrap_or('0');
        text.push(digit.to_ascii_uppercase());
    }
}

fn hex(byte: u8) -> Option<u8> {
    let digit = char::from(byte).to_digit(16)?;
    u8::try_from(digit).ok()
}

fn tracks(pair: &str) -> bool {
    let name = pair.split('=').next().unwrap_or_default();
    let name = name.to_ascii_lowercase();
    name.starts_with("utm_") || TRACKING.contains(&name.as_str())
}

#[cfg(test)]
mod tests {
    use proptest::prelude::*;

    use super::*;

    fn plain(url: &str) -> String {
        canonical(&url.parse().unwrap()).into()
    }

    #[test]
    fn spellings_of_one_page_become_one() {
        for (spelled, meant) in [
            ("HTTP://Shop.Test:80/a/../b#c", "http://shop.test/b"),
            (
                "http://shop.test/%7eme/%c3%a9",
                "http://shop.test/~me/%C3%A9",
            ),
            ("http://shop.test/é", "http://shop.test/%C3%A9"),
            ("http://shop.test/a%2Fb%20c", "http://shop.test/a%2Fb%20c"),
            ("http://shop.test/?", "http://shop.test/"),
            ("http://shop.test/?b=2&a=1", "http://shop.test/?b=2&a=1"),
            (
                "http://shop.test/?utm_source=x&page=2&fbclid=y",
                "http://shop.test/?page=2",
            ),
            ("http://shop.test/?UTM_Medium=x", "http://shop.test/"),
            ("http://shop.test/100%", "http://shop.test/100%"),
            ("http://shop.test/%%341", "http://shop.test/%%341"),
            ("http://shop.test/%4%31%32", "http://shop.test/%4%312"),
        ] {
            assert_eq!(plain(spelled), meant);
        }
    }

    proptest! {
        #[test]
        fn one_form_is_one_form(path in "[ -~é%]{0,40}", query in "[ -~é%]{0,40}") {
            let url = Url::parse(&format!("http://shop.test/{path}?{query}")).unwrap();
            let once = canonical(&url);
            prop_assert_eq!(canonical(&once), once);
        }
    }
}
