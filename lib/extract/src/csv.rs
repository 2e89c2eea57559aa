//! Rows of cells, divided by commas, semicolons, tabs or bars.

use csv::{ReaderBuilder, StringRecord};

use crate::limits::Meter;
use crate::{Content, Document, Kind, Limits, Refusal, Table, tidy};

/// How many rows are looked at to tell what divides the cells.
const LOOK: usize = 50;
/// How many bytes are looked at to tell what divides the cells.
const LOOK_BYTES: usize = 64 * 1024;

/// Reads a table. What divides the cells is told from the first rows.
pub(crate) fn read(text: &str, limits: &Limits) -> Result<Document, Refusal> {
    let (text, declared) = declared(text);
    let divider = declared.unwrap_or_else(|| guess(text));
    let mut meter = Meter::new(limits);
    let mut rows: Vec<Vec<String>> = Vec::new();
    for record in reader(text, divider).records() {
        // The text is UTF-8 already and rows may differ in length: nothing else is an error.
        let record = record.map_err(|_| Refusal::Damaged)?;
        if record.len() > limits.columns {
            return Err(Refusal::TooComplex);
        }
        let row: Vec<String> = record.iter().map(tidy::line).collect();
        for cell in &row {
            meter.take(cell)?;
        }
        if row.iter().any(|cell| !cell.is_empty()) {
            rows.push(row);
        }
    }
    let names = names_columns(&rows);
    Ok(Document {
        kind: Kind::Csv,
        title: None,
        blocks: vec![Content::Table(Table { names, rows }).into()],
        pages: None,
    })
}

fn reader(text: &str, divider: u8) -> csv::Reader<&[u8]> {
    ReaderBuilder::new()
        .has_headers(false)
        .flexible(true)
        .delimiter(divider)
        .from_reader(text.as_bytes())
}

/// Excel's own first line, `sep=;`.
fn declared(text: &str) -> (&str, Option<u8>) {
    let rest = text.strip_prefix("sep=").and_then(|rest| {
        let (first, rest) = rest.split_once('\n')?;
        let [divider] = first.trim_end_matches('\r').as_bytes() else {
            return None;
        };
        Some((rest, Some(*divider)))
    });
    rest.unwrap_or((text, None))
}

/// The divider that gives the most rows of the same length, and long ones.
fn guess(text: &str) -> u8 {
    let mut end = text.len().min(LOOK_BYTES);
    while !text.is_char_boundary(end) {
        end -= 1;
    }
    let start = text.get(..end).unwrap_or(text);
    let score = |divider: u8| {
        let mut lengths: Vec<usize> = Vec::new();
        let mut record = StringRecord::new();
        let mut reader = reader(start, divider);
        while lengths.len() < LOOK && reader.read_record(&mut record).unwrap_or(false) {
            lengths.push(record.len());
        }
        lengths.sort_unstable();
        let usual = lengths.get(lengths.len() / 2).copied().unwrap_or_default();
        if usual < 2 {
            return 0;
        }
        let same = lengths.iter().filter(|length| **length == usual).count();
        same * 1000 / lengths.len().max(1) + usual.min(100)
    };
    // Of equals the last wins.
    let dividers = [b'|', b'\t', b';', b','];
    dividers
        .into_iter()
        .max_by_key(|divider| score(*divider))
        .unwrap_or(b',')
}

/// Whether the first row names the columns: every cell of it has words, and none is a number.
pub(crate) fn names_columns(rows: &[Vec<String>]) -> bool {
    let Some((first, rest)) = rows.split_first() else {
        return false;
    };
    let wordy = |cell: &String| {
        cell.chars().any(char::is_alphabetic)
            && !cell.starts_with(|c: char| c.is_ascii_digit())
            && cell.chars().count() <= 60
    };
    first.len() > 1 && !rest.is_empty() && first.iter().all(wordy)
}

#[cfg(test)]
mod tests {
    use super::*;

    fn table(text: &str) -> Table {
        let document = read(text, &Limits::default()).unwrap();
        match document.blocks.into_iter().next().unwrap().content {
            Content::Table(table) => table,
            other => panic!("{other:?}"),
        }
    }

    #[test]
    fn every_usual_divider_is_told_from_the_rows() {
        for divider in [",", ";", "\t", "|"] {
            let text = "Name,Price,Note\nLamp,30,\"a,b;c\"\nRug,90,none\n".replace(',', divider);
            let table = table(&text);
            assert_eq!(table.rows[2], ["Rug", "90", "none"], "{divider:?}");
            assert!(table.names);
        }
        assert_eq!(
            table("sep=;\r\nA;B\r\n1;2\r\n").rows,
            [["A", "B"], ["1", "2"]]
        );
    }

    #[test]
    fn decimal_commas_do_not_divide() {
        let table = table("Artikel;Preis\nLampe;30,50\nTeppich;99,00\n");
        assert_eq!(table.rows[1], ["Lampe", "30,50"]);
    }

    #[test]
    fn a_cell_may_have_lines_and_quotes() {
        let table = table("Question,Answer\n\"How?\nReally?\",\"He said \"\"so\"\"\"\n");
        assert_eq!(table.rows[1], ["How? Really?", "He said \"so\""]);
    }

    #[test]
    fn a_first_row_of_figures_names_nothing() {
        assert!(!table("1,2\n3,4\n").names);
    }

    #[test]
    fn a_million_columns_are_too_complex() {
        let text = "a,".repeat(1_000_000);
        assert_eq!(read(&text, &Limits::default()), Err(Refusal::TooComplex));
    }
}
