//! A document as one text: with marks of Markdown to be cut into passages, or without any.

use std::borrow::Cow;
use std::fmt::Write as _;

use crate::{Content, Document, Table};

/// A document in Markdown.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Markdown {
    /// The text.
    pub text: String,
    /// Where pages begin: the offset in bytes of the first block of each, in order.
    pages: Vec<(usize, u32)>,
}

impl Markdown {
    /// The page that the byte at `offset` is on, from 1.
    pub fn page_at(&self, offset: usize) -> Option<u32> {
        let after = self.pages.partition_point(|(start, _)| *start <= offset);
        let (_, page) = self.pages.get(after.checked_sub(1)?)?;
        Some(*page)
    }
}

impl Document {
    /// The document in Markdown, to be cut into passages: headings are `#` lines, items `-` lines.
    /// A table is one line a row that repeats the names of the columns, so that a row still says
    /// what it means when it stands alone.
    pub fn to_markdown(&self) -> Markdown {
        let mut text = String::new();
        let mut pages: Vec<(usize, u32)> = Vec::new();
        let mut before: Option<&Content> = None;
        for block in &self.blocks {
            if let Some(before) = before {
                let list = matches!(
                    (before, &block.content),
                    (Content::Item(_), Content::Item(_))
                );
                text.push_str(if list { "\n" } else { "\n\n" });
            }
            if let Some(page) = block.page
                && pages.last().is_none_or(|(_, last)| *last < page)
            {
                pages.push((text.len(), page));
            }
            mark(&block.content, &mut text);
            before = Some(&block.content);
        }
        text.push('\n');
        Markdown { text, pages }
    }

    /// The words alone, each once and in order, one block a line.
    pub fn to_text(&self) -> String {
        let mut out = String::new();
        for block in &self.blocks {
            if let Content::Table(table) = &block.content {
                for row in &table.rows {
                    out.push_str(&joined(row));
                    out.push('\n');
                }
                continue;
            }
            for text in block.content.texts() {
                out.push_str(text);
                out.push('\n');
            }
        }
        out
    }
}

fn mark(content: &Content, out: &mut String) {
    match content {
        Content::Heading { level, text } => {
            let level = usize::from((*level).clamp(1, 6));
            out.push_str(&"#".repeat(level));
            out.push(' ');
            out.push_str(text);
        }
        Content::Item(text) => {
            out.push_str("- ");
            out.push_str(text);
        }
        Content::Paragraph(text) | Content::Note(text) | Content::Running(text) => {
            let lines: Vec<_> = text.lines().map(plain_line).collect();
            out.push_str(&lines.join("\n"));
        }
        Content::Table(table) => rows(table, out),
        Content::Preformatted(text) => {
            let fence = if text.contains("```") { "~~~~" } else { "```" };
            // Nothing is lost when the text holds both; only the fence ends early.
            let _infallible = write!(out, "{fence}\n{}\n{fence}", text.trim_end());
        }
        Content::Markdown(text) => out.push_str(text.trim_end()),
    }
}

/// A line that must not be taken for a heading or a rule.
fn plain_line(line: &str) -> Cow<'_, str> {
    let hashes = line.trim_start_matches('#');
    let heading = hashes.len() < line.len() && (hashes.is_empty() || hashes.starts_with(' '));
    let underline = !line.is_empty() && line.chars().all(|c| matches!(c, '=' | '-' | ' '));
    let fence = line.starts_with("```") || line.starts_with("~~~");
    if heading || underline || fence {
        Cow::Owned(format!("\\{line}"))
    } else {
        Cow::Borrowed(line)
    }
}

fn rows(table: &Table, out: &mut String) {
    let (names, rows) = match table.rows.split_first() {
        Some((names, rows)) if table.names && !rows.is_empty() => (Some(names), rows),
        _ => (None, table.rows.as_slice()),
    };
    for (at, row) in rows.iter().enumerate() {
        if at > 0 {
            out.push('\n');
        }
        let line = match names {
            Some(names) => named(names, row),
            None => joined(row),
        };
        out.push_str(&plain_line(&line));
    }
}

fn joined(row: &[String]) -> String {
    let cells: Vec<&str> = row
        .iter()
        .map(String::as_str)
        .filter(|cell| !cell.is_empty())
        .collect();
    cells.join(" | ")
}

fn named(names: &[String], row: &[String]) -> String {
    let mut line = String::new();
    for (at, cell) in row.iter().enumerate().filter(|(_, cell)| !cell.is_empty()) {
        if !line.is_empty() {
            line.push_str("; ");
        }
        if let Some(name) = names
            .get(at)
            .filter(|name| !name.is_empty() && *name != cell)
        {
            line.push_str(name.trim_end_matches(':'));
            line.push_str(": ");
        }
        line.push_str(cell);
    }
    line
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::{Block, Kind};

    fn document(contents: Vec<Content>) -> Document {
        Document {
            kind: Kind::Pdf,
            title: None,
            blocks: contents.into_iter().map(Block::from).collect(),
            pages: None,
        }
    }

    fn table(names: bool) -> Content {
        let row = |cells: [&str; 2]| cells.map(str::to_owned).to_vec();
        Content::Table(Table {
            names,
            rows: vec![
                row(["Article", "Price"]),
                row(["Lamp", "30 €"]),
                row(["Rug", ""]),
            ],
        })
    }

    #[test]
    fn headings_items_and_tables_become_lines_that_a_cutter_understands() {
        let heading = Content::Heading {
            level: 2,
            text: "Prices".into(),
        };
        let item = |text: &str| Content::Item(text.into());
        let document = document(vec![heading, item("a"), item("b"), table(true)]);
        assert_eq!(
            document.to_markdown().text,
            "## Prices\n\n- a\n- b\n\nArticle: Lamp; Price: 30 €\nArticle: Rug\n"
        );
    }

    #[test]
    fn the_plain_text_says_every_word_once() {
        assert_eq!(
            document(vec![table(true)]).to_text(),
            "Article | Price\nLamp | 30 €\nRug\n"
        );
    }

    #[test]
    fn a_paragraph_is_never_taken_for_a_heading() {
        let text = Content::Paragraph("# 1 in Europe\nTotal\n---\n#hashtag".into());
        assert_eq!(
            document(vec![text]).to_markdown().text,
            "\\# 1 in Europe\nTotal\n\\---\n#hashtag\n"
        );
    }

    #[test]
    fn a_place_in_the_text_knows_its_page() {
        let mut document = document(vec![
            Content::Paragraph("one".into()),
            Content::Paragraph("two".into()),
            Content::Paragraph("three".into()),
        ]);
        for (block, page) in document.blocks.iter_mut().zip([1, 1, 3]) {
            block.page = Some(page);
        }
        let markdown = document.to_markdown();
        let page = |word: &str| markdown.page_at(markdown.text.find(word).unwrap());
        assert_eq!(
            [page("one"), page("two"), page("three")],
            [Some(1), Some(1), Some(3)]
        );
    }
}
