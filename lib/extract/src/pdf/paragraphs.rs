//! Lines become headings, paragraphs, items and notes.

use std::collections::BTreeMap;

use super::regions::{Region, TableRow, regions};
use super::rows::{Row, bullet as sign};
use super::words::Words;
use super::{Sheet, hyphens, on};
use crate::csv::names_columns;
use crate::{Block, Content, Table, tidy};

/// Lines further apart than this, in parts of the font's size, are not of one paragraph.
const APART: f64 = 1.75;
/// A heading is at least this much larger than the text.
const LARGER: f64 = 1.12;
/// The longest heading, in characters.
const LONGEST_HEADING: usize = 160;

/// The blocks of all pages.
pub(crate) fn blocks(sheets: &[Sheet], words: &Words) -> Vec<Block> {
    let usual = usual_size(sheets);
    let levels = levels(sheets, usual);
    let mut writer = Writer {
        blocks: Vec::new(),
        words,
        usual,
        levels,
        fresh: true,
    };
    for sheet in sheets {
        for pieces in &sheet.pieces {
            for region in regions(pieces.clone()) {
                match region {
                    Region::Lines(rows) => writer.lines(sheet.number, &rows),
                    Region::Table(rows) => writer.table(sheet.number, rows),
                }
            }
        }
    }
    writer.blocks
}

/// The size that most of the text has.
fn usual_size(sheets: &[Sheet]) -> f64 {
    let mut letters: BTreeMap<u64, (usize, f64)> = BTreeMap::new();
    for piece in sheets.iter().flat_map(|sheet| &sheet.pieces).flatten() {
        let entry = letters
            .entry(half_points(piece.size))
            .or_insert((0, piece.size));
        entry.0 += piece.text.len();
    }
    letters
        .into_values()
        .max_by_key(|(count, _)| *count)
        .map_or(10.0, |(_, size)| size)
}

/// A size as a key: equal for sizes that look equal.
fn half_points(size: f64) -> u64 {
    (size * 2.0).round().to_bits()
}

/// The sizes of headings, the largest first.
fn levels(sheets: &[Sheet], usual: f64) -> Vec<f64> {
    let mut sizes: Vec<f64> = sheets
        .iter()
        .flat_map(|sheet| &sheet.pieces)
        .flatten()
        .filter(|piece| piece.size > LARGER * usual)
        .map(|piece| piece.size)
        .collect();
    sizes.sort_by(|a, b| b.total_cmp(a));
    sizes.dedup_by(|b, a| half_points(*a) == half_points(*b));
    sizes.truncate(4);
    sizes
}

struct Writer<'k> {
    blocks: Vec<Block>,
    words: &'k Words,
    usual: f64,
    levels: Vec<f64>,
    /// Whether nothing was written yet of the lines that are read together.
    fresh: bool,
}

/// What a line begins.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
enum Begins {
    Heading(u8),
    Item,
    Note,
    Text,
}

impl Writer<'_> {
    fn lines(&mut self, page: u32, rows: &[Row]) {
        let left = rows.iter().map(Row::x0).fold(f64::INFINITY, f64::min);
        let right = rows.iter().map(Row::x1).fold(f64::NEG_INFINITY, f64::max);
        self.fresh = true;
        let mut open: Option<(Begins, String)> = None;
        let mut above: Option<&Row> = None;
        for row in rows {
            let line = row.text();
            if line.trim().is_empty() {
                continue;
            }
            let begins = self.begins(row, &line, stands_out(above, row, left, right));
            let goes_on = match (&open, above) {
                (Some((kind, _)), Some(above)) => {
                    let short = above.x1() < right - 0.25 * (right - left);
                    goes_on(*kind, begins, above, row, short)
                }
                _ => false,
            };
            above = Some(row);
            if goes_on {
                if let Some((_, text)) = &mut open {
                    hyphens::join(text, &line, self.words);
                }
                continue;
            }
            if let Some((kind, text)) = open.replace((begins, line)) {
                self.write(page, kind, &text);
            }
        }
        if let Some((kind, text)) = open {
            self.write(page, kind, &text);
        }
    }

    fn begins(&self, row: &Row, line: &str, stands_out: bool) -> Begins {
        let short = line.chars().count() <= LONGEST_HEADING;
        let wordy = line.chars().filter(|c| c.is_alphabetic()).count() > 1;
        if bullet(line).is_some() {
            return Begins::Item;
        }
        if short && wordy && row.size > LARGER * self.usual {
            let above = self
                .levels
                .iter()
                .filter(|size| **size > row.size + 0.5)
                .count();
            return Begins::Heading(u8::try_from(above + 1).unwrap_or(6).min(5));
        }
        let bold = row.is_bold() && row.size > 0.95 * self.usual;
        if short && wordy && bold && stands_out && headline(line) {
            return Begins::Heading(u8::try_from(self.levels.len() + 1).unwrap_or(6).clamp(2, 6));
        }
        if row.size < 0.92 * self.usual && line.starts_with(|c: char| NOTES.contains(c)) {
            return Begins::Note;
        }
        Begins::Text
    }

    fn write(&mut self, page: u32, kind: Begins, text: &str) {
        let text = tidy::line(text);
        if text.is_empty() {
            return;
        }
        let first = std::mem::take(&mut self.fresh);
        let content = match kind {
            Begins::Heading(level) => Content::Heading { level, text },
            Begins::Item => {
                let rest = bullet(&text).map(str::to_owned);
                Content::Item(rest.unwrap_or(text))
            }
            Begins::Note => Content::Note(apart(text)),
            Begins::Text if first && self.goes_on_from_before(&text) => return,
            Begins::Text => Content::Paragraph(text),
        };
        self.blocks.push(on(page, content));
    }

    /// Adds a text to the paragraph before it, when that goes on in the next column or on the next
    /// page.
    fn goes_on_from_before(&mut self, text: &str) -> bool {
        let Some(Block {
            content: Content::Paragraph(before),
            ..
        }) = self.blocks.last_mut()
        else {
            return false;
        };
        // What a sentence ends with may be followed by the mark of a note.
        let end = before.trim_end_matches(|c: char| c.is_ascii_digit() || c == ' ');
        let open = !end.ends_with(['.', '!', '?', ':', '。', '”', '"']);
        let goes_on = hyphens::is_divided(before) || (open && text.starts_with(char::is_lowercase));
        if goes_on {
            hyphens::join(before, text, self.words);
        }
        goes_on
    }

    fn table(&mut self, page: u32, rows: Vec<TableRow>) {
        let mut table = Table::default();
        for row in rows {
            let mut cells = Vec::new();
            for cell in row.cells {
                let mut text = String::new();
                for line in cell.lines() {
                    hyphens::join(&mut text, line, self.words);
                }
                cells.push(tidy::line(&text));
            }
            table.rows.push(cells);
        }
        table.names = names_columns(&table.rows);
        self.blocks.push(on(page, Content::Table(table)));
    }
}

/// Signs that begin a footnote.
const NOTES: &str = "0123456789*†‡§¹²³⁴⁵⁶⁷⁸⁹";

/// A note whose figure is set apart from its text, which some fonts do by its form alone.
fn apart(note: String) -> String {
    let figures = note.bytes().take_while(u8::is_ascii_digit).count();
    let (figures, text) = note.split_at(figures);
    let mut letters = text.chars();
    let begins = letters.next().is_some_and(char::is_uppercase)
        && letters.next().is_some_and(|c| c.is_lowercase() || c == ' ');
    // Not `3D printing`, which is a word.
    let word = text.starts_with("D ");
    if figures.is_empty() || !begins || word {
        return note;
    }
    format!("{figures} {text}")
}

/// What follows the sign that begins an item.
fn bullet(line: &str) -> Option<&str> {
    let line = line.trim_start();
    let rest = line.strip_prefix(sign)?;
    let text = rest.trim_start();
    // Of signs that are also something else, only those with a space after them.
    let sure = !line.starts_with(['–', '-', '*', '·']) || rest.starts_with(char::is_whitespace);
    (sure && !text.is_empty()).then_some(text)
}

/// Whether a line is set apart from the one above, between the edges of what is read together: bold
/// words within a paragraph may fill a line too.
fn stands_out(above: Option<&Row>, row: &Row, left: f64, right: f64) -> bool {
    let Some(above) = above else { return true };
    let apart = above.y - row.y > 1.45 * above.size.max(row.size);
    let after_an_end = above.text().trim_end().ends_with(['.', '!', '?', ':'])
        && row.x1() < right - 0.2 * (right - left);
    apart || after_an_end
}

/// Whether a bold line reads like a heading and not like a part of a sentence.
fn headline(line: &str) -> bool {
    !line.trim_start().starts_with(char::is_lowercase)
        && !line.trim_end().ends_with(['.', ',', ';', '-'])
        && line.chars().count() <= 80
}

fn goes_on(open: Begins, begins: Begins, above: &Row, row: &Row, short: bool) -> bool {
    let size = above.size.max(row.size);
    let near = above.y - row.y < APART * size;
    let alike = (above.size - row.size).abs() < 0.12 * size;
    let indented = row.x0() - above.x0() > 0.9 * size;
    match (open, begins) {
        (Begins::Heading(one), Begins::Heading(two)) => one == two && near && alike,
        (Begins::Item, Begins::Text) => near && alike && row.x0() > above.x0() - 0.5 * size,
        (Begins::Text, Begins::Text) => near && alike && !(indented && short),
        (Begins::Note, Begins::Text | Begins::Note) => near && alike && begins == Begins::Text,
        _ => false,
    }
}

#[cfg(test)]
mod tests {
    use super::apart;

    #[test]
    fn the_figure_of_a_note_is_no_part_of_its_first_word() {
        let shown = |note: &str| apart(note.to_owned());
        assert_eq!(shown("12We deliver"), "12 We deliver");
        assert_eq!(shown("1A deposit"), "1 A deposit");
        assert_eq!(shown("3D printing"), "3D printing");
        assert_eq!(shown("20th century"), "20th century");
        assert_eq!(shown("* as agreed"), "* as agreed");
    }
}
