//! How much of a file is read.

use crate::{Content, Refusal};

/// How much of a file is read. The defaults are for files that people upload; time, and memory that
/// parsers of others ask for, are the child process's (`child`).
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Limits {
    /// The largest file, in bytes.
    pub file: usize,
    /// The most pages of a PDF.
    pub pages: u32,
    /// The most bytes that compressed parts of one file may come to.
    pub inflated: usize,
    /// The deepest nesting of elements in HTML and XML.
    pub depth: usize,
    /// The most text, in bytes of UTF-8.
    pub text: usize,
    /// The most blocks and cells.
    pub pieces: usize,
    /// The most columns of a table.
    pub columns: usize,
}

impl Default for Limits {
    fn default() -> Self {
        Self {
            file: 10 * 1024 * 1024,
            pages: 3000,
            inflated: 96 * 1024 * 1024,
            depth: 1000,
            text: 16 * 1024 * 1024,
            pieces: 1_000_000,
            columns: 2000,
        }
    }
}

/// Counts what was taken out of a file.
#[derive(Debug)]
pub(crate) struct Meter {
    text: usize,
    pieces: usize,
}

impl Meter {
    pub(crate) fn new(limits: &Limits) -> Self {
        Self {
            text: limits.text,
            pieces: limits.pieces,
        }
    }

    /// Takes note of one more block or cell with this text.
    pub(crate) fn take(&mut self, text: &str) -> Result<(), Refusal> {
        self.text = self
            .text
            .checked_sub(text.len())
            .ok_or(Refusal::TooComplex)?;
        self.pieces = self.pieces.checked_sub(1).ok_or(Refusal::TooComplex)?;
        Ok(())
    }

    /// Takes note of a content, with each of its cells.
    pub(crate) fn take_all(&mut self, content: &Content) -> Result<(), Refusal> {
        content.texts().try_for_each(|text| self.take(text))
    }
}
