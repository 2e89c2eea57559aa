//! Runs turned upright, and those that lie on one line.

use std::borrow::Cow;

use hayro_font::kurbo::{Point, Vec2};

use super::bidi;
use super::canvas::Run;

/// A gap between pieces of a line that is read as a space, in parts of the font's size.
const SPACE: f64 = 0.13;
/// How much of the lower of two pieces must lie beside the other for both to be on one line.
const BESIDE: f64 = 0.55;

/// A stretch of text, upright: `x` grows along the line and `y` upwards. Its letters come in the
/// order in which they are seen, from left to right.
#[derive(Clone, Debug)]
pub(crate) struct Piece {
    pub(crate) text: String,
    pub(crate) x0: f64,
    pub(crate) x1: f64,
    /// The baseline.
    pub(crate) y: f64,
    pub(crate) size: f64,
    pub(crate) bold: bool,
    /// Whether the page is written from right to left, so that `x` grows to the left.
    pub(crate) mirrored: bool,
}

/// The pieces of one line, in the direction of writing.
#[derive(Clone, Debug)]
pub(crate) struct Row {
    pub(crate) pieces: Vec<Piece>,
    /// The baseline of its largest piece.
    pub(crate) y: f64,
    /// The size of its largest piece.
    pub(crate) size: f64,
}

/// Divides runs by the direction of writing, to the quarter turn; the one with the most text comes
/// first.
pub(crate) fn directions(runs: Vec<Run>) -> Vec<Vec<Piece>> {
    let mut turned: [(usize, Vec<Piece>); 4] = Default::default();
    for run in runs {
        let Vec2 { x, y } = run.direction;
        let (quarter, turn): (_, fn(Point) -> Point) = if x.abs() >= y.abs() {
            if x >= 0.0 {
                (0, |p| p)
            } else {
                (2, |p| Point::new(-p.x, -p.y))
            }
        } else if y > 0.0 {
            (1, |p| Point::new(p.y, -p.x))
        } else {
            (3, |p| Point::new(-p.y, p.x))
        };
        let (start, end) = (turn(run.start), turn(run.end));
        if let Some((letters, pieces)) = turned.get_mut(quarter) {
            *letters += run.text.len();
            pieces.push(Piece {
                text: run.text,
                x0: start.x.min(end.x),
                x1: start.x.max(end.x),
                y: start.y,
                size: run.size,
                bold: run.bold,
                mirrored: false,
            });
        }
    }
    for (_, pieces) in &mut turned {
        if bidi::mostly_rtl(pieces.iter().map(|piece| piece.text.as_str())) {
            for piece in pieces {
                (piece.x0, piece.x1, piece.mirrored) = (-piece.x1, -piece.x0, true);
            }
        }
    }
    turned.sort_by_key(|(letters, _)| std::cmp::Reverse(*letters));
    turned
        .into_iter()
        .map(|(_, pieces)| pieces)
        .filter(|pieces| !pieces.is_empty())
        .collect()
}

/// Puts pieces into lines, from the top down.
pub(crate) fn rows(mut pieces: Vec<Piece>) -> Vec<Row> {
    pieces.sort_by(|a, b| b.y.total_cmp(&a.y).then(a.x0.total_cmp(&b.x0)));
    let mut rows: Vec<Row> = Vec::new();
    for piece in pieces {
        // A line is near the end: pieces come from the top down.
        let row = rows
            .iter_mut()
            .rev()
            .take(4)
            .find(|row| beside(row, &piece));
        if let Some(row) = row {
            if piece.size > row.size {
                (row.size, row.y) = (piece.size, piece.y);
            }
            row.pieces.push(piece);
        } else {
            rows.push(Row {
                y: piece.y,
                size: piece.size,
                pieces: vec![piece],
            });
        }
    }
    for row in &mut rows {
        row.pieces.sort_by(|a, b| a.x0.total_cmp(&b.x0));
        join_labels(&mut row.pieces);
        // Drawn twice to look bold or to cast a shadow.
        row.pieces.dedup_by(|b, a| {
            let near = |a: f64, b: f64, size: f64| (a - b).abs() < size;
            a.text == b.text && near(a.x0, b.x0, 0.3 * a.size) && near(a.y, b.y, 0.2 * a.size)
        });
    }
    rows.sort_by(|a, b| b.y.total_cmp(&a.y));
    rows
}

/// Joins the sign or the number of an item with the text that it stands before: together they are no
/// columns.
fn join_labels(pieces: &mut Vec<Piece>) {
    let mut at = 0;
    while let Some([label, text]) = pieces.get_mut(at..at + 2) {
        let near = text.x0 - label.x1 < 4.0 * text.size;
        if near && is_label(label) && !is_label(text) {
            label.text = if label.mirrored {
                format!("{} {}", text.text, label.text.trim_start())
            } else {
                format!("{} {}", label.text.trim_end(), text.text)
            };
            label.x1 = text.x1;
            label.size = text.size;
            (label.y, label.bold) = (text.y, text.bold);
            pieces.remove(at + 1);
        }
        at += 1;
    }
}

/// Whether this is all that stands before an item: a sign, or a number with its point.
fn is_label(piece: &Piece) -> bool {
    let text = bidi::read(piece.text.trim(), piece.mirrored);
    let mut chars = text.chars();
    match (chars.next(), chars.next()) {
        (Some(sign), None) => bullet(sign),
        _ => text.strip_suffix(['.', ')']).is_some_and(|number| {
            let number = number.trim_start_matches('(');
            (1..=3).contains(&number.len())
                && (number.chars().all(|c| c.is_ascii_digit())
                    || number.len() == 1 && number.chars().all(|c| c.is_ascii_lowercase()))
        }),
    }
}

/// Whether this is a sign that stands before items of lists.
pub(crate) fn bullet(sign: char) -> bool {
    // Signs of symbol fonts have codes of private use.
    "•◦▪▫●○■□‣⁃∙·➢✓✔–-*".contains(sign) || matches!(sign, '\u{e000}'..='\u{f8ff}')
}

fn beside(row: &Row, piece: &Piece) -> bool {
    let reach = |y: f64, size: f64| (y - 0.2 * size, y + 0.7 * size);
    let ((low, high), (bottom, top)) = (reach(row.y, row.size), reach(piece.y, piece.size));
    let shared = high.min(top) - low.max(bottom);
    shared > BESIDE * 0.9 * row.size.min(piece.size)
}

impl Row {
    pub(crate) fn x0(&self) -> f64 {
        self.pieces
            .iter()
            .map(|piece| piece.x0)
            .fold(f64::INFINITY, f64::min)
    }

    pub(crate) fn x1(&self) -> f64 {
        self.pieces
            .iter()
            .map(|piece| piece.x1)
            .fold(f64::NEG_INFINITY, f64::max)
    }

    /// Its words, with spaces where there are gaps.
    pub(crate) fn text(&self) -> String {
        text(&self.pieces)
    }

    /// Whether all of it is bold.
    pub(crate) fn is_bold(&self) -> bool {
        self.pieces.iter().all(|piece| piece.bold)
    }
}

/// The words of pieces of one line, as they are read.
pub(crate) fn text(pieces: &[Piece]) -> String {
    let mirrored = pieces.first().is_some_and(|piece| piece.mirrored);
    let seen = if mirrored {
        joined(pieces.iter().rev())
    } else {
        joined(pieces.iter())
    };
    match bidi::read(&seen, mirrored) {
        Cow::Borrowed(_) => seen,
        Cow::Owned(read) => read,
    }
}

/// The words of pieces that come from left to right, as they are seen.
fn joined<'p>(pieces: impl Iterator<Item = &'p Piece>) -> String {
    let mut text = String::new();
    let mut before: Option<&Piece> = None;
    for piece in pieces {
        let gap = match before {
            Some(before) if piece.mirrored => before.x0 - piece.x1,
            Some(before) => piece.x0 - before.x1,
            None => 0.0,
        };
        let apart = gap > SPACE * piece.size || is_mark(before, piece, &text);
        if apart && !text.ends_with(' ') {
            text.push(' ');
        }
        text.push_str(&piece.text);
        before = Some(piece);
    }
    text
}

/// Whether a small raised figure is the mark of a note and no power or index, as in `m2`: it stands
/// at the start of the line, or after a sign or a longer word.
fn is_mark(before: Option<&Piece>, piece: &Piece, text: &str) -> bool {
    let Some(before) = before else { return false };
    let raised = |small: &Piece, large: &Piece| {
        small.size < 0.8 * large.size
            && small.y > large.y + 0.1 * large.size
            && is_number(small.text.trim())
    };
    let word = text.chars().rev().take_while(|c| c.is_alphabetic()).count();
    raised(piece, before) && (word == 0 || word > 3)
        || raised(before, piece) && text.trim() == before.text.trim()
}

/// Whether this is a number, in our figures or in small Roman ones.
fn is_number(text: &str) -> bool {
    let all = |is: fn(char) -> bool| text.chars().all(is);
    all(|c| c.is_ascii_digit()) || all(|c| matches!(c, 'i' | 'v' | 'x'))
}

#[cfg(test)]
pub(crate) mod tests {
    use super::*;

    /// A piece of text of size 10 whose letters are 5 wide.
    pub(crate) fn piece(text: &str, x: f64, y: f64) -> Piece {
        let letters = u32::try_from(text.chars().count()).unwrap();
        Piece {
            text: text.to_owned(),
            x0: x,
            x1: x + 5.0 * f64::from(letters),
            y,
            size: 10.0,
            bold: false,
            mirrored: false,
        }
    }

    #[test]
    fn a_raised_figure_belongs_to_its_line() {
        let mut raised = piece("2", 30.0, 703.5);
        raised.size = 6.5;
        let rows = rows(vec![
            piece("area m", 0.0, 700.0),
            raised,
            piece("below", 0.0, 688.0),
        ]);
        let texts: Vec<String> = rows.iter().map(Row::text).collect();
        assert_eq!(texts, ["area m2", "below"]);
    }

    #[test]
    fn the_mark_of_a_note_is_no_part_of_the_word() {
        let mut mark = piece("1", 40.0, 703.5);
        mark.size = 6.5;
        let first = rows(vec![piece("delivery", 0.0, 700.0), mark]);
        assert_eq!(first[0].text(), "delivery 1");
        let mut mark = piece("iv", 45.0, 703.5);
        mark.size = 6.5;
        let rows = rows(vec![piece("delivery.", 0.0, 700.0), mark]);
        assert_eq!(rows[0].text(), "delivery. iv");
    }

    #[test]
    fn the_sign_of_an_item_is_joined_with_its_text() {
        let rows = rows(vec![
            piece("\u{f0b7}", 0.0, 700.0),
            piece("Spain", 20.0, 700.0),
            piece("2.", 0.0, 680.0),
            piece("France", 25.0, 680.0),
        ]);
        let pieces: Vec<usize> = rows.iter().map(|row| row.pieces.len()).collect();
        assert_eq!(pieces, [1, 1]);
        assert_eq!(rows[1].text(), "2. France");
    }

    #[test]
    fn text_drawn_twice_is_read_once() {
        let rows = rows(vec![piece("Sale", 0.0, 700.0), piece("Sale", 0.4, 700.0)]);
        assert_eq!(rows[0].text(), "Sale");
    }

    #[test]
    fn turned_text_is_read_as_if_it_were_upright() {
        let run = |text: &str, start: Point, direction: Vec2| Run {
            text: text.to_owned(),
            start,
            end: start + direction * 20.0,
            direction,
            size: 10.0,
            bold: false,
        };
        let up = Vec2::new(0.0, 1.0);
        let lines = directions(vec![
            run("second", Point::new(40.0, 100.0), up),
            run("first", Point::new(20.0, 100.0), up),
            run("x", Point::new(0.0, 0.0), Vec2::new(1.0, 0.0)),
        ]);
        assert_eq!(lines.len(), 2);
        let texts: Vec<String> = rows(lines[0].clone()).iter().map(Row::text).collect();
        assert_eq!(texts, ["first", "second"]);
    }
}
