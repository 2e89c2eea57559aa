//! Links in a text, as the platforms make them out of it, and whether they may be sent.
//!
//! Everything that a customer could tap counts: addresses with a scheme, `www.…`, bare host names
//! and addresses of mail boxes. In doubt something is a link: a person then has a look.

use url::Url;

/// Endings of bare host names that are no words of a language after a full stop without a space.
const ENDINGS: &[&str] = &[
    "com", "net", "org", "info", "biz", "io", "co", "app", "dev", "shop", "store", "online",
    "site", "website", "xyz", "top", "club", "live", "link", "page", "click", "example", "test",
    "fr", "es", "de", "uk", "eu", "ch", "nl", "pt", "ca", "br", "mx", "ru", "cn", "jp", "pl", "ly",
    "gl", "me", "tv", "cc", "ai", "gg", "to", "us", "at", "it", "in", "is", "id", "no", "so", "be",
    "do", "my", "am", "fm", "la", "se", "si", "sh", "st", "ws", "tk", "ml", "ga", "cf", "gq", "pw",
];

/// Endings that are words, too: after a full stop with a capital letter they begin a sentence.
const WORDS: &[&str] = &[
    "me", "to", "us", "at", "it", "in", "is", "no", "so", "be", "do", "my", "am", "la", "se", "si",
    "de", "es", "co", "live", "top", "page", "link", "store", "shop", "site", "online", "info",
    "example", "test", "club", "click", "id",
];

/// A link as it stands in a text.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(crate) struct Link {
    /// As it is written.
    pub(crate) written: String,
    /// Where it leads, a mail box as `mailto:`; absent for what is neither.
    url: Option<Url>,
}

impl Link {
    /// Whether it is the address of a mail box.
    pub(crate) fn is_mail_box(&self) -> bool {
        self.url.as_ref().is_some_and(|url| url.scheme() == MAIL)
    }

    /// Whether it leads to the same place, to the letter.
    fn is_same(&self, other: &Self) -> bool {
        let end = |url: &Url| url.as_str().trim_end_matches('/').to_owned();
        match (&self.url, &other.url) {
            (Some(own), Some(other)) => end(own) == end(other),
            _ => self.written == other.written,
        }
    }
}

/// The scheme of addresses of mail boxes.
const MAIL: &str = "mailto";

/// Characters that are not seen and would tear an address apart.
fn is_unseen(c: char) -> bool {
    matches!(c, '\u{ad}' | '\u{200b}'..='\u{200f}' | '\u{2028}'..='\u{202e}' | '\u{2060}'..='\u{2064}' | '\u{feff}')
}

/// A full stop as people write it who don't want it to be seen as one.
fn undressed(mut text: String) -> String {
    const DRESSED: [&str; 8] = [
        "[.]", "(.)", "{.}", "[dot]", "(dot)", "{dot}", " dot ", " DOT ",
    ];
    for dressed in DRESSED {
        if text.contains(dressed) {
            text = text.replace(dressed, ".");
        }
    }
    text
}

/// The links of a text, in their order.
pub(crate) fn find(text: &str) -> Vec<Link> {
    let text: String = text
        .chars()
        .filter(|c| !is_unseen(*c))
        .map(|c| match c {
            // Full stops of other scripts, which browsers read as ours.
            '\u{3002}' | '\u{ff0e}' | '\u{ff61}' => '.',
            other => other,
        })
        .collect();
    let text = undressed(text);
    let ends = |c: char| {
        c.is_whitespace()
            || matches!(
                c,
                '<' | '>'
                    | '"'
                    | '['
                    | ']'
                    | '|'
                    | '`'
                    | '{'
                    | '}'
                    | '('
                    | ')'
                    | '«'
                    | '»'
                    | '“'
                    | '”'
                    | ','
                    | ';'
            )
    };
    text.split(ends).filter_map(link).collect()
}

fn link(word: &str) -> Option<Link> {
    let word = word.trim_matches(|c: char| {
        matches!(
            c,
            '.' | ':' | '!' | '?' | '\'' | '’' | '*' | '_' | '~' | '…'
        )
    });
    let made = |written: &str, url: Option<Url>| Link {
        written: written.to_owned(),
        url,
    };
    if let Some((scheme, rest)) = word.split_once("://") {
        let scheme: String = scheme
            .chars()
            .rev()
            .take_while(char::is_ascii_alphanumeric)
            .collect();
        let scheme: String = scheme.chars().rev().collect();
        let written = format!("{scheme}://{rest}");
        let url = written.parse().ok();
        return Some(made(&written, url));
    }
    let opens = |scheme: &str| {
        word.get(..scheme.len())
            .is_some_and(|head| head.eq_ignore_ascii_case(scheme))
    };
    if opens("javascript:") || opens("data:") || opens("tel:") || opens("sms:") {
        return Some(made(word, None));
    }
    let host_ends = word.find(['/', '?', '#']).unwrap_or(word.len());
    let host = word.get(..host_ends)?;
    if let Some((name, domain)) = host.rsplit_once('@') {
        // A name alone, such as @lumen, is an account of the platform.
        let name = name.rsplit(':').next().unwrap_or_default();
        let written = format!("{name}@{domain}");
        let url = format!("{MAIL}:{}", written.to_lowercase()).parse().ok();
        return (!name.is_empty() && domain.contains('.')).then(|| made(&written, url));
    }
    let name = host.split(':').next().unwrap_or_default();
    (opens("www.") || is_host(name)).then(|| made(word, format!("https://{word}").parse().ok()))
}

/// Whether a word is a host name that could be tapped.
fn is_host(name: &str) -> bool {
    if name.split('.').count() == 4 && name.parse::<std::net::Ipv4Addr>().is_ok() {
        return true;
    }
    let Some((before, ending)) = name.rsplit_once('.') else {
        return false;
    };
    let lower = ending.to_ascii_lowercase();
    let capital = ending.chars().next().is_some_and(char::is_uppercase)
        && ending.chars().skip(1).all(char::is_lowercase);
    let labels =
        |label: &str| !label.is_empty() && label.chars().all(|c| c.is_alphanumeric() || c == '-');
    before.split('.').all(labels)
        && before.chars().any(char::is_alphabetic)
        && (lower.starts_with("xn--")
            || (ENDINGS.contains(&lower.as_str()) && !(capital && WORDS.contains(&lower.as_str()))))
}

/// Whether a link leads to a place on the list: a host with everything below it, the beginning of an
/// address, or a mail box.
fn is_allowed(link: &Link, list: &[String]) -> bool {
    let Some(url) = &link.url else {
        return false;
    };
    if link.is_mail_box() {
        return list.iter().any(|entry| holds_mail_box(entry, url.path()));
    }
    let plain = url.username().is_empty() && url.password().is_none();
    if !plain || !matches!(url.scheme(), "http" | "https") {
        return false;
    }
    let Some(host) = url.host_str().map(|host| host.trim_end_matches('.')) else {
        return false;
    };
    list.iter().any(|entry| {
        let Some(allowed) = entry_url(entry) else {
            return false;
        };
        let allowed_host = allowed.host_str().unwrap_or_default();
        let inside = |path: &str| {
            let (path, under) = (path.trim_end_matches('/'), url.path());
            under
                .strip_prefix(path)
                .is_some_and(|rest| rest.is_empty() || rest.starts_with('/'))
        };
        is_below(host, allowed_host)
            && url.port() == allowed.port()
            && inside(allowed.path())
            && (entry.contains("://") <= (url.scheme() == allowed.scheme()))
    })
}

/// Whether a host is this one or one of its.
fn is_below(host: &str, allowed: &str) -> bool {
    let before = host.strip_suffix(allowed);
    !allowed.is_empty() && before.is_some_and(|before| before.is_empty() || before.ends_with('.'))
}

/// Whether an entry of the list is this mail box, or a whole host that it is of.
fn holds_mail_box(entry: &str, address: &str) -> bool {
    if entry.contains('@') {
        return entry.trim().eq_ignore_ascii_case(address);
    }
    let Some((_, domain)) = address.rsplit_once('@') else {
        return false;
    };
    let host = entry_url(entry).filter(|url| url.path() == "/");
    let host = host.as_ref().and_then(Url::host_str).unwrap_or_default();
    is_below(domain, host.strip_prefix("www.").unwrap_or(host))
}

/// Whether an entry of the list is a mail box.
pub(crate) fn is_mail_box(entry: &str) -> bool {
    link(entry.trim()).is_some_and(|link| link.is_mail_box() && link.written == entry.trim())
}

/// An entry of the list as an address; none when it is none.
pub(crate) fn entry_url(entry: &str) -> Option<Url> {
    let entry = entry.trim();
    let url: Url = if entry.contains("://") {
        entry.parse().ok()?
    } else {
        format!("https://{entry}").parse().ok()?
    };
    let fits = matches!(url.scheme(), "http" | "https")
        && url.username().is_empty()
        && url.query().is_none()
        && url.fragment().is_none()
        && url
            .host_str()
            .is_some_and(|host| host.contains('.') || host == "localhost");
    fits.then_some(url)
}

/// The first link of a text that leads elsewhere than to the places on the list or to one of the
/// known links.
pub(crate) fn foreign(text: &str, list: &[String], known: &[Link]) -> Option<String> {
    let links = find(text).into_iter();
    let is_known = |link: &Link| known.iter().any(|other| link.is_same(other));
    let mut foreign = links.filter(|link| !is_allowed(link, list) && !is_known(link));
    foreign.next().map(|link| link.written)
}

#[cfg(test)]
mod tests {
    use super::*;

    fn list() -> Vec<String> {
        [
            "shop.example",
            "https://docs.example.org/help",
            "lumen@mail.example",
        ]
        .map(str::to_owned)
        .to_vec()
    }

    #[test]
    fn a_place_on_the_list_and_what_stands_below_it_may_be_sent() {
        for text in [
            "See https://shop.example/lamps?id=1.",
            "See www.shop.example!",
            "See [our shop](https://shop.example), please",
            "shop.example/lamps",
            "HTTPS://SHOP.EXAMPLE/",
            "https://docs.example.org/help/returns",
            "No link at all. It is free, e.g. for you.",
            "Open 9.30 to 18.00, from 4.90 €",
            "We ship tomorrow.It takes a day",
            "Write to hello@shop.example, or to Help@Mail.Shop.example!",
            "Write to lumen@mail.example",
            "Follow @lumen or @lumen.paris",
        ] {
            assert_eq!(foreign(text, &list(), &[]), None, "{text}");
        }
    }

    #[test]
    fn every_other_link_is_found_however_it_is_written() {
        for text in [
            "https://evil.example/",
            "see(https://evil.example)",
            "evil.com",
            "Evil.COM/path",
            "evil.Com",
            "http://shop.example@evil.com/",
            "https://shop.example.evil.com",
            "https://evilshop.example",
            "https://shop.example:8443/",
            "https://docs.example.org/helpers",
            "https://docs.example.org/",
            "http://docs.example.org/help",
            "ftp://shop.example",
            "javascript:alert(1)",
            "http://127.0.0.1/x",
            "10.0.0.1:8000/admin",
            "evil\u{200b}.com",
            "evil。com",
            "evil[.]com/x",
            "evil dot com",
            "https://sh\u{43e}p.example",
            "wa.me/33612345678",
            "bit.ly/x",
            "whatsapp://send?text=x",
            "Write to hello@elsewhere.example",
            "other@mail.example",
            "hello@evilshop.example",
            "help@docs.example.org",
            "mailto:hello@elsewhere.example",
            "hello@elsewhere\u{200b}.example",
            "![pixel](https://evil.example/p.png?d=secret)",
        ] {
            assert!(foreign(text, &list(), &[]).is_some(), "{text}");
        }
        assert!(foreign("https://shop.example", &[], &[]).is_some());
    }

    #[test]
    fn an_entry_is_a_host_or_the_beginning_of_an_address() {
        for entry in [
            "shop.example",
            "https://shop.example/a",
            "shop.example/a",
            "http://localhost:8100",
        ] {
            assert!(entry_url(entry).is_some(), "{entry}");
        }
        for entry in [
            "",
            "shop",
            "ftp://shop.example",
            "https://a@shop.example",
            "shop.example?x=1",
        ] {
            assert!(entry_url(entry).is_none(), "{entry}");
        }
    }
}
