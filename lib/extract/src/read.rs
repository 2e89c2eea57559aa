//! From bytes to a document.

use std::panic::{AssertUnwindSafe, catch_unwind};

use crate::kind::{self, Found};
use crate::{Document, Kind, Limits, Refusal, csv, docx, encoding, html, pdf, text};

/// Reads a file. `name` is what it is called or the media type that was declared for it; it only
/// tells kinds of plain text from each other. A parser that panics is a [`Refusal::Crashed`].
///
/// Time is not bounded here, nor the memory that a PDF asks for: [`crate::Extractor`] does that.
pub fn read(bytes: &[u8], name: &str, limits: &Limits) -> Result<Document, Refusal> {
    if bytes.len() > limits.file {
        return Err(Refusal::TooLarge {
            limit: u64::try_from(limits.file).unwrap_or(u64::MAX),
        });
    }
    let read = catch_unwind(AssertUnwindSafe(|| read_kind(bytes, name, limits)));
    let document = read.unwrap_or(Err(Refusal::Crashed))?;
    if document.has_words() {
        Ok(document)
    } else {
        Err(Refusal::NoText)
    }
}

fn read_kind(bytes: &[u8], name: &str, limits: &Limits) -> Result<Document, Refusal> {
    match kind::tell(bytes, name)? {
        Found::Pdf => pdf::read(bytes, limits),
        Found::Zip => docx::read(bytes, limits),
        Found::Text(Kind::Html) => {
            let text = html::decode(bytes, None);
            Ok(html::read(&text, None, limits)?.document)
        }
        Found::Text(Kind::Csv) => csv::read(&encoding::decode(bytes), limits),
        Found::Text(Kind::Markdown) => text::markdown(&encoding::decode(bytes), limits),
        Found::Text(_) => text::plain(&encoding::decode(bytes), limits),
    }
}
