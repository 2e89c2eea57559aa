//! A text that stands for several glyphs (ISO 32000-2, 14.9.4): it takes the place of all of them.

use hayro_font::kurbo::Point;

use super::canvas::Stroke;

/// How far from the line of the first glyph another may be, in parts of the font's size.
const ASIDE: f64 = 0.8;

/// A text and the place of the glyphs that it stands for, as far as they were shown.
#[derive(Debug)]
pub(super) struct Replaced {
    text: String,
    start: Point,
    end: Point,
    /// The first glyph, without a text.
    first: Stroke<'static>,
}

impl Replaced {
    /// A text in the place of its first glyph.
    pub(super) fn new(text: String, first: &Stroke<'_>) -> Self {
        Self {
            text,
            start: first.start,
            end: first.end,
            first: Stroke { text: "", ..*first },
        }
    }

    /// Takes the place of one more glyph. What is on another line is left out.
    pub(super) fn cover(&mut self, glyph: &Stroke<'_>) {
        let Stroke {
            direction, size, ..
        } = self.first;
        let aside = (glyph.start - self.start).cross(direction).abs();
        if aside > ASIDE * size {
            return;
        }
        if (glyph.start - self.start).dot(direction) < 0.0 {
            self.start = glyph.start;
        }
        if (glyph.end - self.end).dot(direction) > 0.0 {
            self.end = glyph.end;
        }
    }

    /// The text as one glyph.
    pub(super) fn stroke(&self) -> Stroke<'_> {
        Stroke {
            text: &self.text,
            start: self.start,
            end: self.end,
            ..self.first
        }
    }
}
