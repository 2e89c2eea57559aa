//! What lies on a page: filled-in fields, text boxes and stamps (ISO 32000-2, 12.5). Comments of
//! reviewers are no part of the document.

use hayro_font::kurbo::{Affine, Rect};
use hayro_syntax::object::{Array, Dict, Name, Stream, String as PdfString};
use hayro_syntax::page::Page;

use super::interpret::{Interpreter, affine};
use super::strings;
use crate::Refusal;

/// The most annotations of a page that are looked at.
const MOST: usize = 5000;
/// How often a field may belong to another.
const DEEPEST: usize = 16;
/// Flags of an annotation that nobody sees: hidden, and not shown.
const UNSEEN: i32 = 1 << 1 | 1 << 5;

/// Draws the annotations of a page over it.
pub(crate) fn show<'a>(
    page: &Page<'a>,
    interpreter: &mut Interpreter<'_, 'a>,
) -> Result<(), Refusal> {
    let Some(all) = page.raw().get::<Array<'a>>("Annots") else {
        return Ok(());
    };
    for annotation in all.iter::<Dict<'a>>().take(MOST) {
        let seen = annotation.get::<i32>("F").unwrap_or(0) & UNSEEN == 0;
        let kind = annotation.get::<Name<'_>>("Subtype");
        let drawn = matches!(kind.as_deref(), Some(b"Widget" | b"FreeText" | b"Stamp"));
        if !seen || !drawn {
            continue;
        }
        let before = interpreter.letters();
        if let Some(look) = appearance(&annotation) {
            let place = placed(&annotation, &look).unwrap_or(Affine::IDENTITY);
            interpreter.form(&look, page.resources(), place)?;
        }
        // Programs that fill in forms often leave the looks of the empty field.
        let stamp = kind.as_deref() == Some(b"Stamp");
        if interpreter.letters() == before
            && !stamp
            && let Some((text, place)) = said(&annotation)
        {
            interpreter.write(&text, place);
        }
    }
    Ok(())
}

/// What it says whatever it looks like, and where.
fn said(annotation: &Dict<'_>) -> Option<(String, Rect)> {
    let text = value(annotation)
        .or_else(|| {
            let text = annotation.get::<PdfString<'_>>("Contents")?;
            Some(strings::decode(text.as_bytes()))
        })
        .filter(|text| !text.is_empty())?;
    let [x0, y0, x1, y1] = annotation.get::<[f64; 4]>("Rect")?;
    Some((text, Rect::new(x0, y0, x1, y1).abs()))
}

/// The value of a field: its own or that of the field it belongs to (12.7.4.1), of a choice as it is
/// shown.
fn value(field: &Dict<'_>) -> Option<String> {
    let value = inherited(field, |field| field.get::<PdfString<'_>>("V"))?;
    let value = value.as_bytes().to_vec();
    let options = inherited(field, |field| field.get::<Array<'_>>("Opt"));
    let shown = options
        .iter()
        .flat_map(Array::iter::<Array<'_>>)
        .find_map(|option| {
            let mut texts = option.flex_iter();
            let (stored, shown) = (
                texts.next::<PdfString<'_>>()?,
                texts.next::<PdfString<'_>>()?,
            );
            (stored.as_bytes() == value).then(|| shown.as_bytes().to_vec())
        });
    Some(strings::decode(&shown.unwrap_or(value)))
}

/// An entry of a field or of those that it belongs to.
fn inherited<'a, T>(field: &Dict<'a>, get: impl Fn(&Dict<'a>) -> Option<T>) -> Option<T> {
    let mut field = field.clone();
    for _ in 0..DEEPEST {
        if let Some(found) = get(&field) {
            return Some(found);
        }
        field = field.get::<Dict<'a>>("Parent")?;
    }
    None
}

/// How it looks now: of a field with several states, the one that it is in.
fn appearance<'a>(annotation: &Dict<'a>) -> Option<Stream<'a>> {
    let looks = annotation.get::<Dict<'a>>("AP")?;
    if let Some(look) = looks.get::<Stream<'a>>("N") {
        return Some(look);
    }
    let state = annotation.get::<Name<'_>>("AS")?;
    looks.get::<Dict<'a>>("N")?.get::<Stream<'a>>(&*state)
}

/// Brings the box of the look to the place of the annotation (12.5.5, algorithm 8.1). What a form's
/// own matrix does is undone by the same form when it is drawn.
fn placed(annotation: &Dict<'_>, look: &Stream<'_>) -> Option<Affine> {
    let rect = |numbers: [f64; 4]| {
        let [x0, y0, x1, y1] = numbers;
        Rect::new(x0, y0, x1, y1).abs()
    };
    let place = rect(annotation.get::<[f64; 4]>("Rect")?);
    let own = rect(look.dict().get::<[f64; 4]>("BBox")?);
    let matrix = look
        .dict()
        .get::<[f64; 6]>("Matrix")
        .map_or(Affine::IDENTITY, affine);
    let own = matrix.transform_rect_bbox(own);
    let scale = |place: f64, own: f64| if own > 0.0 { place / own } else { 1.0 };
    let (x, y) = (
        scale(place.width(), own.width()),
        scale(place.height(), own.height()),
    );
    Some(
        Affine::translate((place.x0, place.y0))
            * Affine::scale_non_uniform(x, y)
            * Affine::translate((-own.x0, -own.y0)),
    )
}
