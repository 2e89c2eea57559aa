//! Marks over and under letters that are glyphs of their own: vowels of Hebrew and Arabic, accents
//! that a font puts together. They do not move the pen, and come before or after their letter.

use hayro_font::kurbo::{Point, Vec2};
use unicode_normalization::char::is_combining_mark;

use super::bidi::is_rtl;
use super::canvas::Stroke;

/// A glyph that does not move the pen further is a mark, in parts of the font's size.
const STILL: f64 = 0.15;
/// How far beside the letter a mark may lie.
const BESIDE: f64 = 0.6;
/// How far above or below the letter's line a mark may lie.
const ABOVE: f64 = 1.2;

/// A mark that waits for the letter after it.
#[derive(Debug)]
pub(super) struct Mark {
    pub(super) text: String,
    at: Point,
}

/// Where a letter lies that a mark may belong to.
#[derive(Clone, Copy, Debug)]
pub(super) struct Letter {
    pub(super) start: Point,
    pub(super) end: Point,
    pub(super) direction: Vec2,
    pub(super) size: f64,
}

impl Mark {
    /// The mark that a glyph is, if it is one.
    pub(super) fn of(text: &str, stroke: &Stroke<'_>) -> Option<Self> {
        let still = (stroke.end - stroke.start).hypot() < STILL * stroke.size;
        let mark = !text.is_empty() && text.chars().all(is_combining_mark);
        (still && mark).then(|| Self {
            text: text.to_owned(),
            at: stroke.start,
        })
    }

    /// Whether it belongs to the letter before it and not to the one after it; none when to neither.
    pub(super) fn goes_back(&self, before: Option<Letter>, after: Option<Letter>) -> Option<bool> {
        let near = |letter: &Letter| letter.is_near(self.at);
        match (before.filter(near), after.filter(near)) {
            // Drawn from left to right, a mark of text from right to left comes before its letter.
            (Some(before), Some(after)) if self.text.contains(is_rtl) => {
                Some((after.start - before.start).dot(after.direction) < 0.0)
            }
            (before, after) => (before.is_some() || after.is_some()).then_some(before.is_some()),
        }
    }
}

impl Letter {
    fn is_near(&self, at: Point) -> bool {
        let from = at - self.start;
        let (along, across) = (from.dot(self.direction), from.cross(self.direction));
        let width = (self.end - self.start).dot(self.direction);
        let beside = BESIDE * self.size;
        across.abs() < ABOVE * self.size && (-beside..width + beside).contains(&along)
    }
}

/// A letter with the marks that come before it, as they are seen.
pub(super) fn with(letter: &str, marks: &str) -> String {
    if letter.contains(is_rtl) {
        format!("{marks}{letter}")
    } else {
        format!("{letter}{marks}")
    }
}
