//! From bytes to a document.

use std::panic::{AssertUnwindSafe, catch_unwind};

use crate::kind::{self, Found};
use url::Url;

use crate::html::Page;
use crate::{Document, Kind, Limits, Refusal, csv, docx, encoding, html, pdf, text};

/// Reads a file. `name` is what it is called or the media type that was declared for it; it only
/// tells kinds of plain text from each other. A parser that panics is a [`Refusal::Crashed`].
///
/// Time is not bounded here, nor the memory that a PDF asks for: [`crate::Extractor`] does that.
pub fn read(bytes: &[u8], name: &str, limits: &Limits) -> Result<Document, Refusal> {
    Ok(read_page(bytes, name, None, limits)?.document)
}

/// Reads a file of the web with its links. `name` is its `Content-Type`, `base` its own address.
pub(crate) fn read_page(
    bytes: &[u8],
    name: &str,
    base: Option<&Url>,
    limits: &Limits,
) -> Result<Page, Refusal> {
    if bytes.len() > limits.file {
        return Err(Refusal::TooLarge {
            limit: u64::try_from(limits.file).unwrap_or(u64::MAX),
        });
    }
    let read = catch_unwind(AssertUnwindSafe(|| read_kind(bytes, name, base, limits)));
    let page = read.unwrap_or(Err(Refusal::Crashed))?;
    if page.document.has_words() {
        Ok(page)
    } else {
        Err(Refusal::NoText)
    }
}

/// What a file is, told from its first bytes alone; what only a whole look can tell is not refused
/// yet. `name` as for [`read`].
pub fn kind(bytes: &[u8], name: &str) -> Result<Kind, Refusal> {
    Ok(match kind::tell(bytes, name)? {
        Found::Pdf => Kind::Pdf,
        Found::Zip => Kind::Docx,
        Found::Text(kind) => kind,
    })
}

fn read_kind(
    bytes: &[u8],
    name: &str,
    base: Option<&Url>,
    limits: &Limits,
) -> Result<Page, Refusal> {
    let document = match kind::tell(bytes, name)? {
        Found::Pdf => pdf::read(bytes, limits),
        Found::Zip => docx::read(bytes, limits),
        Found::Text(Kind::Html) => {
            let text = html::decode(bytes, charset(name));
            return html::read(&text, base, limits);
        }
        Found::Text(Kind::Csv) => csv::read(&encoding::decode(bytes), limits),
        Found::Text(Kind::Markdown) => text::markdown(&encoding::decode(bytes), limits),
        Found::Text(_) => text::plain(&encoding::decode(bytes), limits),
    }?;
    Ok(document.into())
}

/// The encoding that a `Content-Type` names.
fn charset(content_type: &str) -> Option<&str> {
    let parameters = content_type.split(';').skip(1);
    let mut named = parameters.filter_map(|parameter| parameter.split_once('='));
    let (_, label) = named.find(|(name, _)| name.trim().eq_ignore_ascii_case("charset"))?;
    Some(label.trim().trim_matches('"'))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_page_is_read_in_the_encoding_that_its_server_names() {
        let html = b"<html><title>x</title><p>Ouvert l'\xe9t\xe9, <a href=/fr>ici</a>";
        let base = Url::parse("https://example.org/a").unwrap();
        let kind = "text/html; charset=\"ISO-8859-1\"";
        let page = read_page(html, kind, Some(&base), &Limits::default()).unwrap();
        assert!(page.document.to_text().contains("l'été"));
        assert_eq!(page.links, [base.join("/fr").unwrap()]);
        assert!(page.index);
    }
}
