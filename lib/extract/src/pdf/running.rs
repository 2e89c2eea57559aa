//! What runs along the pages: the same line at the head or foot of several. It is given once.

use std::collections::HashMap;

use super::rows::{Row, rows};
use super::{Sheet, on};
use crate::{Block, Content, tidy};

/// How many lines at the head and at the foot of a page are looked at.
const LINES: usize = 3;
/// How much a running line may move from page to page, in points.
const MOVES: f64 = 3.0;
/// Running lines stand further from the text than its lines from each other, in parts of the font's
/// size.
const APART: f64 = 1.7;

/// What runs along the pages.
pub(crate) struct Running {
    heads: Vec<Block>,
    feet: Vec<Block>,
}

/// A line at the head or foot of a page.
struct Edge {
    sheet: usize,
    page: i64,
    head: bool,
    y: f64,
    text: String,
    /// Whether it, or a few lines with it, stand apart from what is further inside.
    apart: bool,
}

/// Takes running lines off the pages.
pub(crate) fn take(sheets: &mut [Sheet]) -> Running {
    let mut running = Running {
        heads: Vec::new(),
        feet: Vec::new(),
    };
    let edges = edges(sheets);
    let mut groups: HashMap<(bool, String), Vec<&Edge>> = HashMap::new();
    for edge in &edges {
        groups
            .entry((edge.head, pattern(&edge.text)))
            .or_default()
            .push(edge);
    }
    let mut found: Vec<Vec<&Edge>> = groups.into_values().filter(|group| runs(group)).collect();
    found.sort_by(|a, b| {
        order(a)
            .partial_cmp(&order(b))
            .unwrap_or(std::cmp::Ordering::Equal)
    });
    for group in found {
        if let Some(first) = group.first() {
            let page = sheets.get(first.sheet).map_or(1, |sheet| sheet.number);
            let block = on(page, Content::Running(tidy::line(&first.text)));
            if first.head {
                running.heads.push(block);
            } else {
                running.feet.push(block);
            }
        }
        for edge in group {
            remove(sheets, edge);
        }
    }
    running
}

/// Puts running lines before and after the text.
pub(crate) fn around(running: Running, body: Vec<Block>) -> Vec<Block> {
    let mut blocks = running.heads;
    blocks.extend(body);
    blocks.extend(running.feet);
    blocks
}

fn edges(sheets: &[Sheet]) -> Vec<Edge> {
    let mut edges = Vec::new();
    for (at, sheet) in sheets.iter().enumerate() {
        let rows = rows(sheet.pieces.first().cloned().unwrap_or_default());
        let half = rows.len() / 2;
        let mut edge = |row: &Row, head: bool, apart: bool| {
            edges.push(Edge {
                sheet: at,
                page: i64::from(sheet.number),
                head,
                y: row.y,
                text: tidy::line(&row.text()),
                apart,
            });
        };
        let down: Vec<&Row> = rows.iter().collect();
        let up: Vec<&Row> = rows.iter().rev().collect();
        for (place, row) in rows.iter().enumerate().take(LINES.min(half.max(1))) {
            edge(row, true, is_apart(&down, place));
        }
        for (place, row) in up.iter().enumerate().take(LINES.min(half)) {
            edge(row, false, is_apart(&up, place));
        }
    }
    edges
}

/// Whether there is a gap, or another size of letters, within a few lines inwards of one.
fn is_apart(inwards: &[&Row], place: usize) -> bool {
    let near = inwards.get(place..).unwrap_or_default();
    near.len() == 1
        || near.windows(2).take(LINES).any(|pair| match pair {
            [outer, inner] => {
                let size = outer.size.max(inner.size);
                (outer.y - inner.y).abs() > APART * size
                    || (outer.size - inner.size).abs() > 0.08 * size
            }
            _ => false,
        })
}

/// A line with its numbers made alike.
fn pattern(text: &str) -> String {
    let mut pattern = String::new();
    for c in text.chars() {
        let c = if c.is_ascii_digit() { '0' } else { c };
        if c != '0' || !pattern.ends_with('0') {
            pattern.push(c);
        }
    }
    pattern
}

/// Whether lines of one pattern run along the pages: at one height, apart from the text, and alike but
/// for numbers that count the pages. What repeats the names of a table's columns does not.
fn runs(group: &[&Edge]) -> bool {
    let Some((first, rest)) = group.split_first() else {
        return false;
    };
    let alike = |edge: &&Edge| {
        (edge.y - first.y).abs() < MOVES
            && (edge.text == first.text && first.apart && edge.apart
                || edge.text != first.text && counts(first, edge))
    };
    !rest.is_empty() && rest.iter().all(alike)
}

/// Whether the numbers of two lines are the same or as far apart as their pages.
fn counts(first: &Edge, other: &Edge) -> bool {
    let numbers = |text: &str| -> Vec<i64> {
        text.split(|c: char| !c.is_ascii_digit())
            .filter_map(|part| part.parse().ok())
            .collect()
    };
    let (one, two) = (numbers(&first.text), numbers(&other.text));
    let pages = other.page - first.page;
    one.len() == two.len()
        && one.iter().zip(&two).all(|(one, two)| {
            two == one
                || two
                    .checked_sub(*one)
                    .is_some_and(|difference| difference == pages)
        })
}

fn order(group: &[&Edge]) -> (usize, f64) {
    group.first().map_or((0, 0.0), |edge| (edge.sheet, -edge.y))
}

fn remove(sheets: &mut [Sheet], edge: &Edge) {
    let pieces = sheets
        .get_mut(edge.sheet)
        .and_then(|sheet| sheet.pieces.first_mut());
    let Some(pieces) = pieces else { return };
    let row = rows(std::mem::take(pieces));
    for row in row {
        let same = (row.y - edge.y).abs() < 0.01 && tidy::line(&row.text()) == edge.text;
        if !same {
            pieces.extend(row.pieces);
        }
    }
}

#[cfg(test)]
mod tests {
    use super::super::rows::tests::piece;
    use super::*;

    fn sheet(number: u32, lines: &[&str]) -> Sheet {
        // The first and the last line stand apart from the others.
        let mut y = 800.0;
        let last = lines.len() - 1;
        let pieces = lines.iter().enumerate().map(|(at, line)| {
            y -= if at == 1 || at == last { 28.0 } else { 14.0 };
            piece(line, 50.0, y)
        });
        Sheet {
            number,
            pieces: vec![pieces.collect()],
        }
    }

    fn left(sheet: &Sheet) -> Vec<String> {
        rows(sheet.pieces[0].clone())
            .iter()
            .map(Row::text)
            .collect()
    }

    #[test]
    fn a_head_and_a_page_number_are_given_once() {
        let mut sheets = [
            sheet(
                1,
                &[
                    "Catalogue",
                    "Our chairs",
                    "are of oak",
                    "and firm",
                    "Page 1 of 2",
                ],
            ),
            sheet(
                2,
                &[
                    "Catalogue",
                    "Our tables",
                    "are of ash",
                    "and light",
                    "Page 2 of 2",
                ],
            ),
        ];
        let running = take(&mut sheets);
        assert_eq!(left(&sheets[0]), ["Our chairs", "are of oak", "and firm"]);
        assert_eq!(left(&sheets[1]), ["Our tables", "are of ash", "and light"]);
        let blocks = around(running, Vec::new());
        let expected =
            ["Catalogue", "Page 1 of 2"].map(|text| on(1, Content::Running(text.into())));
        assert_eq!(blocks, expected);
    }

    #[test]
    fn the_names_of_columns_stay_where_they_are_repeated() {
        let table = |number| sheet(number, &["Article", "Lamp", "Rug", "Desk", "x"]);
        let mut sheets = [table(1), table(2), table(3)];
        for sheet in &mut sheets {
            let first = &mut sheet.pieces[0];
            first[0].y = first[1].y + 14.0;
        }
        take(&mut sheets);
        for sheet in &sheets {
            assert_eq!(left(sheet)[0], "Article");
        }
    }

    #[test]
    fn prices_that_stand_in_the_same_place_are_no_page_numbers() {
        let mut sheets = [
            sheet(1, &["Lamp", "Price 30", "a", "b", "c"]),
            sheet(2, &["Rug", "Price 90", "a", "b", "d"]),
        ];
        take(&mut sheets);
        assert!(left(&sheets[1]).contains(&"Price 90".to_owned()));
    }
}
