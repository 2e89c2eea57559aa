//! Web pages: their text and their links.

mod dom;
mod links;
mod table;
mod walk;

use std::borrow::Cow;

use encoding_rs::{Encoding, UTF_8};
use serde::{Deserialize, Serialize};
use url::Url;

use crate::limits::Meter;
use crate::{Block, Document, Kind, Limits, Refusal, encoding, tidy};
use dom::Dom;

/// How far a page may go before it names its encoding, in bytes (HTML, 13.2.3.2).
const PRESCAN: usize = 4096;

/// A web page, or a file of another kind that stands in the web.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct Page {
    /// Its text: the main content, without navigation, scripts and forms.
    pub document: Document,
    /// Where its links lead over HTTP, each once and without its fragment, in order. Links that ask
    /// not to be followed are left out.
    pub links: Vec<Url>,
    /// The address that it wants to be known by.
    pub canonical: Option<Url>,
    /// Whether it lets search engines keep it (`<meta name="robots">`).
    pub index: bool,
}

impl From<Document> for Page {
    /// A file that is no HTML: it leads nowhere.
    fn from(document: Document) -> Self {
        Self {
            document,
            links: Vec::new(),
            canonical: None,
            index: true,
        }
    }
}

/// Decodes a page: by its byte order mark, by `charset` (as its `Content-Type` declares it), by its
/// own `<meta>`, else by a guess.
pub fn decode<'b>(bytes: &'b [u8], charset: Option<&str>) -> Cow<'b, str> {
    let declared = charset.and_then(|label| Encoding::for_label(label.as_bytes()));
    match declared.or_else(|| named(bytes)) {
        // What calls itself UTF-8 and is not is guessed.
        Some(encoding) if encoding != UTF_8 || std::str::from_utf8(bytes).is_ok() => {
            encoding.decode(bytes).0
        }
        _ => encoding::decode(bytes),
    }
}

/// The encoding that a page names in its first bytes. One of two bytes can't be: its name was read
/// as one of single bytes.
fn named(bytes: &[u8]) -> Option<&'static Encoding> {
    let start = bytes.get(..PRESCAN).unwrap_or(bytes).to_ascii_lowercase();
    let at = crate::kind::find(&start, b"charset=")? + b"charset=".len();
    let rest = start.get(at..)?;
    let quotes = rest
        .iter()
        .take_while(|byte| matches!(byte, b'"' | b'\'' | b' '))
        .count();
    let label: Vec<u8> = rest
        .iter()
        .skip(quotes)
        .take_while(|byte| byte.is_ascii_alphanumeric() || matches!(byte, b'-' | b'_' | b':'))
        .copied()
        .collect();
    Some(Encoding::for_label(&label)?.output_encoding())
}

/// Reads a page. `base` is its own address, from which relative links lead.
pub fn read(html: &str, base: Option<&Url>, limits: &Limits) -> Result<Page, Refusal> {
    let dom = Dom::parse(html, limits)?;
    let contents = walk::contents(&dom, limits)?;
    let mut meter = Meter::new(limits);
    for content in &contents {
        meter.take_all(content)?;
    }
    let title = dom.find("title").map(|title| tidy::line(&dom.text(title)));
    let head = links::head(&dom, base);
    Ok(Page {
        document: Document {
            kind: Kind::Html,
            title: title.filter(|title| !title.is_empty()),
            blocks: contents.into_iter().map(Block::from).collect(),
            pages: None,
        },
        links: links::all(&dom, &head),
        canonical: head.canonical,
        index: head.index,
    })
}

/// Whether a text begins like a web page.
pub(crate) fn looks_like(text: &str) -> bool {
    let mut rest = text.trim_start_matches('\u{feff}').trim_start();
    while let Some(comment) = rest.strip_prefix("<!--") {
        rest = comment
            .split_once("-->")
            .map_or("", |(_, rest)| rest.trim_start());
    }
    let start: String = rest
        .chars()
        .take(600)
        .collect::<String>()
        .to_ascii_lowercase();
    ["<!doctype html", "<html", "<head", "<body"]
        .iter()
        .any(|tag| start.starts_with(tag))
        || start.starts_with("<?xml") && start.contains("<html")
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_page_is_decoded_as_it_or_its_server_says() {
        let page = |charset: &str| format!("<meta charset='{charset}'><p>").into_bytes();
        let greek = [page("ISO-8859-7"), b"\xc3\xe5\xe9\xdc".to_vec()].concat();
        assert!(decode(&greek, None).ends_with("Γειά"));
        assert!(decode(b"<p>\xe9t\xe9", Some("iso-8859-1")).ends_with("été"));
        let wrong = [page("utf-8"), "C’est l’été à l’atelier".as_bytes().to_vec()].concat();
        assert!(decode(&wrong, None).ends_with("atelier"));
    }

    #[test]
    fn a_page_is_known_by_how_it_begins() {
        assert!(looks_like("\u{feff} <!-- x --> <!DOCTYPE HTML>"));
        assert!(looks_like(
            "<?xml version='1.0'?>\n<html xmlns='http://www.w3.org/1999/xhtml'>"
        ));
        assert!(!looks_like("Write <html> at the start."));
    }

    #[test]
    fn a_page_says_what_it_is_called_and_whether_it_may_be_kept() {
        let html = "<head><title> Our \n shop </title><meta name=Robots content='noindex'>\
             <link rel=canonical href=/shop></head><p>Hello";
        let base = Url::parse("https://example.org/a/b").unwrap();
        let page = read(html, Some(&base), &Limits::default()).unwrap();
        assert_eq!(page.document.title.as_deref(), Some("Our shop"));
        assert_eq!(page.canonical.unwrap().as_str(), "https://example.org/shop");
        assert!(!page.index);
    }

    #[test]
    fn a_million_open_elements_are_too_complex() {
        for tag in ["<div>", "<b a=1>", "<table><td>", "<svg>"] {
            let html = tag.repeat(300_000);
            assert_eq!(
                read(&html, None, &Limits::default()),
                Err(Refusal::TooComplex),
                "{tag}"
            );
        }
    }
}
