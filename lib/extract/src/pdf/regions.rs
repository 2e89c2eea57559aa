//! Columns and tables: which lines of a page are read together.

use super::rows::{Piece, Row, rows, text};

/// A white strip between columns is at least this wide, in parts of the font's size.
const STRIP: f64 = 0.75;
/// How deeply columns are looked for in columns.
const DEEPEST: usize = 6;
/// Lines of a cell are no further apart than this, in parts of the font's size.
const LEADING: f64 = 1.6;
/// How many lines may pass before a strip shows.
const PATIENCE: usize = 3;

/// A part of a page.
#[derive(Debug)]
pub(crate) enum Region {
    /// Lines that are read one after the other.
    Lines(Vec<Row>),
    /// Rows of cells.
    Table(Vec<TableRow>),
}

/// A row of a table.
#[derive(Debug)]
pub(crate) struct TableRow {
    pub(crate) cells: Vec<String>,
    y: f64,
}

/// Divides pieces of a page into regions, in reading order.
pub(crate) fn regions(pieces: Vec<Piece>) -> Vec<Region> {
    let mut sizes: Vec<f64> = pieces.iter().map(|piece| piece.size).collect();
    sizes.sort_by(f64::total_cmp);
    let usual = sizes.get(sizes.len() / 2).copied().unwrap_or(10.0);
    let mut found = Vec::new();
    divide(rows(pieces), usual, 0, &mut found);
    found
}

fn divide(rows: Vec<Row>, usual: f64, depth: usize, found: &mut Vec<Region>) {
    let mut lines: Vec<Row> = Vec::new();
    let mut rest = rows.as_slice();
    while let Some((first, after)) = rest.split_first() {
        let zone = if depth < DEEPEST {
            zone(rest, usual)
        } else {
            None
        };
        let Some(zone) = zone else {
            lines.push(first.clone());
            rest = after;
            continue;
        };
        if !lines.is_empty() {
            found.push(Region::Lines(std::mem::take(&mut lines)));
        }
        let (inside, below) = rest.split_at_checked(zone.rows).unwrap_or((rest, &[]));
        if zone.prose {
            for column in columns(inside, &zone.strips) {
                divide(super::rows::rows(column), usual, depth + 1, found);
            }
        } else {
            found.push(Region::Table(table(inside, &zone.strips)));
        }
        rest = below;
    }
    if !lines.is_empty() {
        found.push(Region::Lines(lines));
    }
}

/// Lines from the top that share white strips.
struct Zone {
    rows: usize,
    /// The strips, from left to right, each with its left and right edge.
    strips: Vec<(f64, f64)>,
    /// Whether the columns hold running text and not cells.
    prose: bool,
}

/// The zone that begins with the first row, if one does.
fn zone(rows: &[Row], usual: f64) -> Option<Zone> {
    let mut taken: Vec<(f64, f64)> = Vec::new();
    let mut history: Vec<Vec<(f64, f64)>> = Vec::new();
    let mut any = false;
    for (at, row) in rows.iter().enumerate() {
        for piece in &row.pieces {
            cover(&mut taken, piece.x0, piece.x1);
        }
        let strips = strips(&taken, usual.min(row.size));
        if strips.is_empty() && (any || at >= PATIENCE) {
            break;
        }
        any |= !strips.is_empty();
        history.push(strips);
    }
    // The longest stretch with any strip, when its columns are running text.
    let longest = history.iter().rposition(|strips| !strips.is_empty())?;
    let whole = Zone {
        rows: longest + 1,
        strips: history.get(longest)?.clone(),
        prose: true,
    };
    if is_prose(rows.get(..whole.rows)?, &whole.strips) {
        return Some(whole);
    }
    // Else a table: as long as it keeps the columns that its first rows have.
    let most = history
        .get(1)
        .map_or(0, Vec::len)
        .max(history.get(2).map_or(0, Vec::len));
    let last = history
        .iter()
        .rposition(|strips| !strips.is_empty() && strips.len() >= most)?;
    let strips = history.get(last)?.clone();
    let inside = rows.get(..=last)?;
    let full = inside.iter().filter(|row| filled(row, &strips) > 1).count();
    let starts = rows.first().is_some_and(|row| filled(row, &strips) > 1);
    (full >= 2 && starts && full * 2 >= inside.len()).then_some(Zone {
        rows: last + 1,
        strips,
        prose: false,
    })
}

/// Marks `x0..x1` as taken, in a list of separate intervals in order.
fn cover(taken: &mut Vec<(f64, f64)>, mut x0: f64, mut x1: f64) {
    taken.retain(|(from, to)| {
        let apart = *to < x0 || *from > x1;
        if !apart {
            x0 = x0.min(*from);
            x1 = x1.max(*to);
        }
        apart
    });
    let at = taken.partition_point(|(from, _)| *from < x0);
    taken.insert(at, (x0, x1));
}

/// The white strips between what is taken.
fn strips(taken: &[(f64, f64)], size: f64) -> Vec<(f64, f64)> {
    let gaps = taken.windows(2).filter_map(|pair| match pair {
        [(_, left), (right, _)] => Some((*left, *right)),
        _ => None,
    });
    gaps.filter(|(left, right)| right - left >= STRIP * size)
        .collect()
}

/// Which column a piece is in.
fn column(piece: &Piece, strips: &[(f64, f64)]) -> usize {
    strips.partition_point(|(left, _)| *left < piece.x0 + 0.01)
}

fn filled(row: &Row, strips: &[(f64, f64)]) -> usize {
    let mut columns: Vec<usize> = row
        .pieces
        .iter()
        .map(|piece| column(piece, strips))
        .collect();
    columns.dedup();
    columns.len()
}

fn columns(rows: &[Row], strips: &[(f64, f64)]) -> Vec<Vec<Piece>> {
    let mut columns: Vec<Vec<Piece>> = vec![Vec::new(); strips.len() + 1];
    for piece in rows.iter().flat_map(|row| &row.pieces) {
        if let Some(column) = columns.get_mut(column(piece, strips)) {
            column.push(piece.clone());
        }
    }
    columns
}

/// Whether every column holds lines of running text: several, mostly long, that mostly fill it.
fn is_prose(inside: &[Row], strips: &[(f64, f64)]) -> bool {
    columns(inside, strips).into_iter().all(|column| {
        let lines = rows(column);
        let left = lines.iter().map(Row::x0).fold(f64::INFINITY, f64::min);
        let right = lines.iter().map(Row::x1).fold(f64::NEG_INFINITY, f64::max);
        let mut letters: Vec<usize> = lines
            .iter()
            .map(|line| line.text().chars().count())
            .collect();
        letters.sort_unstable();
        let wide = |line: &&Row| line.x1() - line.x0() > 0.55 * (right - left);
        let long = letters
            .get(letters.len() / 2)
            .is_some_and(|median| *median >= 18);
        // Narrow columns of text still have lines that begin in the middle of a sentence.
        let within = lines
            .iter()
            .filter(|line| line.text().starts_with(char::is_lowercase));
        lines.len() >= 3
            && (long || within.count() * 2 >= lines.len())
            && lines.iter().filter(wide).count() * 2 > lines.len()
    })
}

/// The distance between lines at which a row of a table goes on, when rows stand further apart than
/// the lines of a cell; 0 when each line is a row.
fn within_cells(inside: &[Row], strips: &[(f64, f64)]) -> f64 {
    let steps = || {
        inside.windows(2).filter_map(|pair| match pair {
            [above, below] => Some((above.y - below.y, below)),
            _ => None,
        })
    };
    let (mut least, mut most) = (f64::INFINITY, 0.0_f64);
    for (step, _) in steps() {
        (least, most) = (least.min(step), most.max(step));
    }
    let size = inside.iter().map(|row| row.size).fold(0.0, f64::max);
    if most <= 1.3 * least || least > LEADING * size {
        return 0.0;
    }
    let within = 1.15 * least;
    let (near, apart): (Vec<_>, Vec<_>) = steps().partition(|(step, _)| *step < within);
    let full = |row: &Row| filled(row, strips) > strips.len();
    let rows = near.iter().filter(|(_, row)| full(row)).count();
    // Lines that fill all columns are rows, and only the head or foot stands apart; unless they come
    // in groups.
    if rows * 2 > near.len() && apart.len() * 3 < near.len() {
        return 0.0;
    }
    within
}

/// The rows of a table. A row without a first cell, or nearer than rows are, goes on with what is
/// above it.
fn table(inside: &[Row], strips: &[(f64, f64)]) -> Vec<TableRow> {
    let within = within_cells(inside, strips);
    let mut table: Vec<TableRow> = Vec::new();
    for row in inside {
        let mut cells = vec![String::new(); strips.len() + 1];
        for (at, cell) in cells.iter_mut().enumerate() {
            let mut pieces = row.pieces.clone();
            pieces.retain(|piece| column(piece, strips) == at);
            *cell = text(&pieces);
        }
        if let Some(above) = table.last_mut()
            && (above.y - row.y < within
                || cells.first().is_some_and(String::is_empty) && above.y - row.y < 1.5 * row.size)
        {
            for (cell, more) in above.cells.iter_mut().zip(cells) {
                if !more.is_empty() {
                    cell.push('\n');
                    cell.push_str(&more);
                }
            }
            above.y = row.y;
            continue;
        }
        table.push(TableRow { cells, y: row.y });
    }
    table
}

#[cfg(test)]
mod tests {
    use super::super::rows::tests::piece;
    use super::*;

    fn shown(pieces: Vec<Piece>) -> Vec<String> {
        regions(pieces)
            .iter()
            .flat_map(|region| match region {
                Region::Lines(rows) => rows.iter().map(Row::text).collect::<Vec<_>>(),
                Region::Table(rows) => rows.iter().map(|row| row.cells.join("|")).collect(),
            })
            .collect()
    }

    #[test]
    fn columns_below_a_title_are_read_one_after_the_other() {
        let mut pieces = vec![piece(&"t".repeat(80), 50.0, 800.0)];
        for (line, y) in ["one", "two", "three", "four"]
            .iter()
            .zip([780.0, 768.0, 756.0, 744.0])
        {
            pieces.push(piece(&format!("left {line:25}."), 50.0, y));
            pieces.push(piece(&format!("right {line:25}."), 270.0, y - 3.0));
        }
        let shown = shown(pieces);
        let sides: Vec<&str> = shown.iter().map(|line| line.get(..4).unwrap()).collect();
        let expected = [
            "tttt", "left", "left", "left", "left", "righ", "righ", "righ", "righ",
        ];
        assert_eq!(sides, expected);
    }

    #[test]
    fn short_cells_in_line_are_a_table() {
        let mut pieces = Vec::new();
        for (name, y) in ["Article", "Lamp", "Rug"].iter().zip([700.0, 686.0, 672.0]) {
            pieces.push(piece(name, 50.0, y));
            pieces.push(piece("30.00", 200.0, y));
        }
        pieces.push(piece("including tax", 200.0, 660.0));
        let expected = ["Article|30.00", "Lamp|30.00", "Rug|30.00\nincluding tax"];
        assert_eq!(shown(pieces), expected);
    }

    #[test]
    fn a_row_that_stands_apart_does_not_join_the_others() {
        let mut pieces = vec![
            piece("Our shop", 50.0, 760.0),
            piece("Invoice", 200.0, 760.0),
        ];
        let names = ["Article", "Lamp", "Rug", "Desk", "Chair"];
        for (name, y) in names.iter().zip([730.0, 716.0, 702.0, 688.0, 674.0]) {
            pieces.push(piece(name, 50.0, y));
            pieces.push(piece("30.00", 200.0, y));
        }
        let shown = shown(pieces);
        assert_eq!(shown.len(), 6, "{shown:?}");
        assert_eq!(shown[2], "Lamp|30.00");
    }

    #[test]
    fn lines_of_cells_that_stand_near_are_one_row() {
        let mut pieces = Vec::new();
        for (at, y) in [700.0, 688.0, 664.0, 652.0, 628.0, 616.0]
            .iter()
            .enumerate()
        {
            pieces.push(piece(&format!("Name{at}"), 50.0, *y));
            pieces.push(piece(&format!("Text{at}"), 200.0, *y));
        }
        let expected = [
            "Name0\nName1|Text0\nText1",
            "Name2\nName3|Text2\nText3",
            "Name4\nName5|Text4\nText5",
        ];
        assert_eq!(shown(pieces), expected);
    }

    #[test]
    fn lines_across_the_page_are_no_columns() {
        let pieces = vec![
            piece(&"a".repeat(60), 50.0, 700.0),
            piece(&"b".repeat(40), 50.0, 688.0),
        ];
        assert_eq!(shown(pieces).len(), 2);
    }
}
