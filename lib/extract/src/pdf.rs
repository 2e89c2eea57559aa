//! PDF: the text of its pages in reading order.
//!
//! Parsing, fonts and character maps are hayro's; what is ours is the text: which glyphs are shown
//! where ([`interpret`]), which of them make a line ([`rows`]), a column or a table ([`regions`]),
//! and a paragraph ([`paragraphs`]).

mod accents;
mod annotations;
mod bidi;
mod budget;
mod canvas;
mod embedded;
mod floating;
mod fonts;
mod hyphens;
mod interpret;
mod layers;
mod marks;
mod paragraphs;
mod regions;
mod replaced;
mod rows;
mod running;
mod strings;
mod tounicode;
mod words;

use std::borrow::Cow;

use hayro_syntax::object::{Array, Stream};
use hayro_syntax::page::Page;
use hayro_syntax::{DecryptionError, LoadPdfError, Pdf};

use crate::limits::Meter;
use crate::{Block, Content, Document, Kind, Limits, Refusal};
use budget::Budget;
use canvas::{Canvas, Run};
use fonts::Fonts;
use interpret::Interpreter;
use layers::Layers;
use rows::Piece;
use words::Words;

/// The longest content of one page, in bytes.
const LONGEST_CONTENT: usize = 64 * 1024 * 1024;

/// A page as pieces of text, one list for each direction of writing.
pub(crate) struct Sheet {
    /// The page, from 1.
    pub(crate) number: u32,
    /// The pieces of the main direction first, each list as if it were upright.
    pub(crate) pieces: Vec<Vec<Piece>>,
}

/// Reads a PDF.
pub(crate) fn read(bytes: &[u8], limits: &Limits) -> Result<Document, Refusal> {
    let pdf = Pdf::new(bytes.to_vec()).map_err(refusal)?;
    let pages = pdf.pages();
    let count = u32::try_from(pages.len()).unwrap_or(u32::MAX);
    if count > limits.pages {
        return Err(Refusal::TooManyPages {
            limit: limits.pages,
        });
    }
    let mut fonts = Fonts::new();
    let layers = Layers::of(pdf.xref());
    let mut budget = Budget::new();
    let mut sheets = Vec::new();
    let mut pictures = false;
    for (number, page) in (1..).zip(pages.iter()) {
        let (runs, seen) = shown(page, &mut fonts, &layers, &mut budget)?;
        pictures |= seen;
        sheets.push(Sheet {
            number,
            pieces: rows::directions(runs),
        });
    }
    let words = Words::of(&sheets);
    let blocks = running::take(&mut sheets);
    let body = paragraphs::blocks(&sheets, &words);
    let blocks = running::around(blocks, body);
    let mut meter = Meter::new(limits);
    for block in &blocks {
        meter.take_all(&block.content)?;
    }
    let document = Document {
        kind: Kind::Pdf,
        title: strings::title(pdf.metadata().title.as_deref()),
        blocks,
        pages: Some(count),
    };
    if pictures && !document.has_words() {
        return Err(Refusal::Scanned);
    }
    Ok(document)
}

fn refusal(error: LoadPdfError) -> Refusal {
    match error {
        LoadPdfError::Decryption(
            DecryptionError::PasswordProtected | DecryptionError::UnsupportedAlgorithm,
        ) => Refusal::PasswordProtected,
        LoadPdfError::Decryption(_) | LoadPdfError::Invalid => Refusal::Damaged,
    }
}

/// The text that a page shows, and whether it shows something that can only be looked at.
fn shown<'a>(
    page: &Page<'a>,
    fonts: &mut Fonts<'a>,
    layers: &Layers,
    budget: &mut Budget,
) -> Result<(Vec<Run>, bool), Refusal> {
    let (width, height) = page.render_dimensions();
    let canvas = Canvas::new(f64::from(width), f64::from(height));
    let upright = interpret::affine(page.initial_transform(false).as_coeffs());
    let content = content(page, budget)?;
    let mut interpreter = Interpreter::new(fonts, layers, budget, canvas, upright);
    interpreter.run(&content, page.resources())?;
    interpreter.back_to(upright);
    annotations::show(page, &mut interpreter)?;
    Ok(interpreter.finish())
}

/// The content of a page, decoded. Not kept, unlike by the page itself: a file may have many.
fn content(page: &Page<'_>, budget: &mut Budget) -> Result<Vec<u8>, Refusal> {
    let contents = page.raw();
    if let Some(stream) = contents.get::<Stream<'_>>("Contents") {
        return Ok(stream
            .decoded_data()
            .map(Cow::into_owned)
            .unwrap_or_default());
    }
    let mut all = Vec::new();
    let several = contents.get::<Array<'_>>("Contents");
    for stream in several.iter().flat_map(Array::iter::<Stream<'_>>) {
        if let Ok(content) = stream.decoded_data() {
            budget.spend_bytes(content.len())?;
            all.extend_from_slice(&content);
            all.push(b'\n');
        }
        if all.len() > LONGEST_CONTENT {
            return Err(Refusal::TooComplex);
        }
    }
    Ok(all)
}

/// A block of a page.
fn on(page: u32, content: Content) -> Block {
    Block {
        page: Some(page),
        content,
    }
}
