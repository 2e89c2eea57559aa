//! What holds contents while a document is read: the body, text boxes, and tables in tables.

use crate::csv::names_columns;
use crate::{Content, Limits, Refusal, Table, tidy};

/// Something open that holds contents.
#[derive(Debug)]
pub(super) enum Holder {
    Blocks(Vec<Content>),
    Table {
        table: Table,
        /// Whether its first row says that it is repeated on each page.
        named: bool,
    },
    Row {
        cells: Vec<String>,
        deleted: bool,
        named: bool,
    },
    Cell {
        blocks: Vec<Content>,
        span: usize,
        deleted: bool,
    },
}

impl Holder {
    pub(super) fn blocks() -> Self {
        Self::Blocks(Vec::new())
    }

    pub(super) fn table() -> Self {
        Self::Table {
            table: Table::default(),
            named: false,
        }
    }

    pub(super) fn row() -> Self {
        Self::Row {
            cells: Vec::new(),
            deleted: false,
            named: false,
        }
    }

    pub(super) fn cell() -> Self {
        Self::Cell {
            blocks: Vec::new(),
            span: 1,
            deleted: false,
        }
    }
}

/// The open holders, the body first.
#[derive(Debug, Default)]
pub(super) struct Holders {
    body: Vec<Content>,
    open: Vec<Holder>,
}

impl Holders {
    pub(super) fn open(&mut self, holder: Holder) {
        self.open.push(holder);
    }

    pub(super) fn is_outermost(&self) -> bool {
        self.open.is_empty()
    }

    /// Puts a content into the innermost holder that takes one.
    pub(super) fn put(&mut self, content: Content) {
        let holder = self.open.iter_mut().rev().find_map(|holder| match holder {
            Holder::Blocks(blocks) | Holder::Cell { blocks, .. } => Some(blocks),
            Holder::Table { .. } | Holder::Row { .. } => None,
        });
        holder.unwrap_or(&mut self.body).push(content);
    }

    /// A property of the innermost row.
    pub(super) fn row_property(&mut self, name: &str, on: bool) {
        if let Some(Holder::Row { deleted, named, .. }) = self.open.last_mut() {
            match name {
                "del" => *deleted = true,
                "tblHeader" => *named = on,
                _ => {}
            }
        }
    }

    /// Over how many columns the innermost cell reaches.
    pub(super) fn span(&mut self, columns: usize) {
        if let Some(Holder::Cell { span, .. }) = self.open.last_mut() {
            *span = columns.clamp(1, 64);
        }
    }

    /// The innermost cell is deleted.
    pub(super) fn delete_cell(&mut self) {
        if let Some(Holder::Cell { deleted, .. }) = self.open.last_mut() {
            *deleted = true;
        }
    }

    /// How many contents the body holds.
    pub(super) fn length(&self) -> usize {
        self.body.len()
    }

    pub(super) fn close_blocks(&mut self) -> Vec<Content> {
        match self.open.pop() {
            Some(Holder::Blocks(blocks)) => blocks,
            _ => Vec::new(),
        }
    }

    pub(super) fn close_cell(&mut self, limits: &Limits) -> Result<(), Refusal> {
        let Some(Holder::Cell {
            blocks,
            span,
            deleted,
        }) = self.open.pop()
        else {
            return Ok(());
        };
        if deleted {
            return Ok(());
        }
        let text = tidy::line(&Self::flat(&blocks));
        if let Some(Holder::Row { cells, .. }) = self.open.last_mut() {
            cells.push(text);
            cells.extend((1..span).map(|_| String::new()));
            if cells.len() > limits.columns {
                return Err(Refusal::TooComplex);
            }
        } else if !text.is_empty() {
            self.put(Content::Paragraph(text));
        }
        Ok(())
    }

    pub(super) fn close_row(&mut self) {
        let Some(Holder::Row {
            cells,
            deleted,
            named: repeated,
        }) = self.open.pop()
        else {
            return;
        };
        if deleted || cells.iter().all(String::is_empty) {
            return;
        }
        if let Some(Holder::Table { table, named }) = self.open.last_mut() {
            *named |= repeated && table.rows.is_empty();
            table.rows.push(cells);
        }
    }

    pub(super) fn close_table(&mut self) {
        let Some(Holder::Table { mut table, named }) = self.open.pop() else {
            return;
        };
        // A table of one column is only a frame.
        if table.rows.iter().all(|row| row.len() < 2) {
            for text in table.rows.into_iter().flatten() {
                self.put(Content::Paragraph(text));
            }
            return;
        }
        table.names = named || names_columns(&table.rows);
        self.put(Content::Table(table));
    }

    /// Contents as lines.
    pub(super) fn flat(contents: &[Content]) -> String {
        contents
            .iter()
            .flat_map(Content::lines)
            .collect::<Vec<_>>()
            .join("\n")
    }

    /// What the body holds; what is still open in a broken document is given up.
    pub(super) fn finish(self) -> Vec<Content> {
        self.body
    }
}
