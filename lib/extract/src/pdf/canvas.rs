//! Glyphs put on a page, joined into runs as they come.

use std::borrow::Cow;

use hayro_font::kurbo::{Point, Vec2};

use super::floating::{self, Letter, Mark};
use super::{accents, bidi};

/// A gap of less than this is none, in parts of the font's size.
const SPACE: f64 = 0.13;
/// A gap of more than this begins another run.
const APART: f64 = 0.8;
/// A gap of more than this is a space even between letters that stand apart.
const WIDE: f64 = 0.5;
/// How far back the pen may go within a run.
const BACK: f64 = 0.35;
/// How much the baseline may move within a run.
const BASELINE: f64 = 0.08;
/// The most marks that a letter has.
const MOST_MARKS: usize = 16;
/// A letter that is drawn again this near is drawn so to look bold.
const AGAIN: f64 = 0.1;

/// A stretch of text on one baseline.
#[derive(Clone, Debug)]
pub(crate) struct Run {
    pub(crate) text: String,
    /// Where the pen was before the first glyph and after the last, in points from the lower left
    /// corner of the upright page.
    pub(crate) start: Point,
    pub(crate) end: Point,
    /// The direction of writing, of length 1.
    pub(crate) direction: Vec2,
    /// The font's size in points, as it is seen.
    pub(crate) size: f64,
    pub(crate) bold: bool,
}

/// A glyph to be put on the page.
#[derive(Clone, Copy, Debug)]
pub(crate) struct Stroke<'t> {
    pub(crate) text: &'t str,
    pub(crate) start: Point,
    pub(crate) end: Point,
    pub(crate) direction: Vec2,
    pub(crate) size: f64,
    pub(crate) bold: bool,
}

/// A page that collects runs.
#[derive(Debug)]
pub(crate) struct Canvas {
    width: f64,
    height: f64,
    /// How many letters came.
    pub(super) letters: usize,
    runs: Vec<Run>,
    /// Whether the next glyph begins another run, because several spaces came.
    broken: bool,
    /// Where the last glyph lies, and how long its text at the end of the last run is in bytes.
    last: Option<(Letter, usize)>,
    /// Marks that wait for the letter after them.
    marks: Vec<Mark>,
}

impl Canvas {
    /// A page of this size in points.
    pub(crate) fn new(width: f64, height: f64) -> Self {
        Self {
            width,
            height,
            letters: 0,
            runs: Vec::new(),
            broken: false,
            last: None,
            marks: Vec::new(),
        }
    }

    /// Puts a glyph on the page. Off the page nobody sees it.
    pub(crate) fn put(&mut self, stroke: &Stroke<'_>) {
        let Stroke {
            text,
            start,
            end,
            direction,
            size,
            bold,
        } = *stroke;
        let edge = 3.0;
        let on_page = (-edge..=self.width + edge).contains(&start.x)
            && (-edge..=self.height + edge).contains(&start.y);
        // Not a number or nothing to see: the comparison is false for both.
        let seen = size > 0.3 && size < 5000.0 && end.x.is_finite() && end.y.is_finite();
        if !on_page || !seen {
            return;
        }
        if text.is_empty() {
            self.cover(stroke);
            return;
        }
        self.letters += usize::from(!text.trim().is_empty());
        let seen = bidi::seen(text);
        if let Some(mark) = Mark::of(&seen, stroke) {
            if self.marks.len() < MOST_MARKS {
                self.marks.push(mark);
            }
            return;
        }
        let letter = Letter {
            start,
            end,
            direction,
            size,
        };
        if self.is_again(&seen, &letter) {
            return;
        }
        let marks = self.place_marks(Some(letter));
        let text = &*if marks.is_empty() {
            seen
        } else {
            Cow::Owned(floating::with(&seen, &marks))
        };
        self.last = None;
        if let Some(run) = self.runs.last_mut() {
            let step = start - run.end;
            let (along, across) = (step.dot(direction), step.cross(direction));
            if accents::join(&mut run.text, text, along / size, across.abs() / size) {
                run.end = furthest(run.end, end, direction);
                run.size = size;
                return;
            }
            let same = run.bold == bold
                && (run.size - size).abs() < 0.1 * size
                && run.direction.dot(direction) > 0.999
                && across.abs() < BASELINE * size
                && (-BACK * size..APART * size).contains(&along);
            let spaces = text.chars().all(char::is_whitespace);
            if same && (spaces || !self.broken) {
                if spaces && run.text.ends_with("  ") {
                    self.broken = true;
                }
                if along > SPACE * size {
                    // Wider gaps still show when the letters themselves stand apart.
                    run.text
                        .push_str(if along > WIDE * size { "  " } else { " " });
                }
                run.text.push_str(text);
                run.end = end;
                self.last = Some((letter, text.len()));
                return;
            }
        }
        self.broken = false;
        if !text.trim().is_empty() {
            self.runs.push(Run {
                text: text.to_owned(),
                start,
                end,
                direction,
                size,
                bold,
            });
            self.last = Some((letter, text.len()));
        }
    }

    /// Takes the place of a glyph whose meaning the one before it has.
    fn cover(&mut self, stroke: &Stroke<'_>) {
        if let Some(run) = self.runs.last_mut()
            && (stroke.start - run.end).hypot() < SPACE * stroke.size
        {
            run.end = stroke.end;
        }
    }

    /// Whether a letter lies where the same was drawn just before.
    fn is_again(&self, text: &str, letter: &Letter) -> bool {
        let (Some((last, length)), Some(run)) = (&self.last, self.runs.last()) else {
            return false;
        };
        let near = (letter.start - last.start).hypot() < AGAIN * letter.size;
        near && *length == text.len() && run.text.ends_with(text) && !text.trim().is_empty()
    }

    /// Gives waiting marks to the letter before them, and answers with those of the one after them.
    /// A mark without a letter says nothing.
    fn place_marks(&mut self, after: Option<Letter>) -> String {
        let mut next = String::new();
        for mark in std::mem::take(&mut self.marks) {
            let before = self.last.as_ref().map(|(letter, _)| *letter);
            match (
                mark.goes_back(before, after),
                self.runs.last_mut(),
                &mut self.last,
            ) {
                (Some(true), Some(run), Some((_, length))) => {
                    let start = run.text.len() - *length;
                    let letter = run.text.split_off(start);
                    run.text.push_str(&floating::with(&letter, &mark.text));
                    *length += mark.text.len();
                }
                (Some(false), ..) => next.push_str(&mark.text),
                _ => {}
            }
        }
        next
    }

    /// The runs in the order in which they were shown.
    pub(crate) fn finish(mut self) -> Vec<Run> {
        self.place_marks(None);
        let mut runs = self.runs;
        for run in &mut runs {
            if let Some(text) = closed_up(&run.text) {
                run.text = text;
            }
        }
        runs
    }
}

/// The words of a text whose letters stand apart, `S A L E  N O W`; none for any other text.
fn closed_up(text: &str) -> Option<String> {
    let mut letters = 0_usize;
    let mut longer = 0_usize;
    for part in text.split_whitespace() {
        let single = part.chars().nth(1).is_none() && part.chars().all(char::is_alphabetic);
        letters += usize::from(single);
        longer += usize::from(!single);
    }
    (letters >= 4 && longer * 4 <= letters).then(|| {
        let words = text.split("  ").map(|word| word.replace(' ', ""));
        words
            .filter(|word| !word.is_empty())
            .collect::<Vec<_>>()
            .join(" ")
    })
}

fn furthest(one: Point, other: Point, direction: Vec2) -> Point {
    if (other - one).dot(direction) > 0.0 {
        other
    } else {
        one
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    /// Puts glyphs of size 10 and width 5 at these places of one line.
    fn texts(glyphs: &[(&str, f64)]) -> Vec<String> {
        let mut canvas = Canvas::new(500.0, 500.0);
        for (text, x) in glyphs {
            canvas.put(&Stroke {
                text,
                start: Point::new(*x, 100.0),
                end: Point::new(x + 5.0, 100.0),
                direction: Vec2::new(1.0, 0.0),
                size: 10.0,
                bold: false,
            });
        }
        canvas.finish().into_iter().map(|run| run.text).collect()
    }

    #[test]
    fn a_gap_is_a_space_and_a_wide_one_ends_the_run() {
        assert_eq!(
            texts(&[("a", 10.0), ("b", 15.5), ("c", 23.0), ("d", 40.0)]),
            ["ab c", "d"]
        );
    }

    #[test]
    fn letters_that_stand_apart_are_words_all_the_same() {
        let spaced = [
            ("S", 10.0),
            ("a", 17.0),
            ("l", 24.0),
            ("e", 31.0),
            ("n", 42.5),
            ("o", 49.0),
        ];
        assert_eq!(texts(&spaced), ["Sale no"]);
        assert_eq!(texts(&[("a", 10.0), ("b", 17.0), ("c", 24.0)]), ["a b c"]);
    }

    #[test]
    fn an_accent_that_is_set_over_a_letter_belongs_to_it() {
        assert_eq!(
            texts(&[("t", 5.0), ("\u{b4}", 10.0), ("e", 10.3)]),
            ["te\u{301}"]
        );
        assert_eq!(
            texts(&[("t", 5.0), ("e", 10.0), ("`", 10.2)]),
            ["te\u{300}"]
        );
    }

    #[test]
    fn what_is_off_the_page_is_not_read() {
        assert!(texts(&[("a", -50.0), ("b", 900.0)]).is_empty());
    }
}
