//! What was read out of a file.

use serde::{Deserialize, Serialize};

/// What a file is, told from its content.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash, PartialOrd, Ord, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum Kind {
    /// A PDF.
    Pdf,
    /// A document of Word 2007 or later, or of a program that writes the same form.
    Docx,
    /// A web page.
    Html,
    /// Rows of cells, divided by commas, semicolons, tabs or bars.
    Csv,
    /// Text with the marks of Markdown.
    Markdown,
    /// Plain text.
    Text,
}

impl Kind {
    /// Its media type, as the database and HTTP name it.
    pub const fn media_type(self) -> &'static str {
        match self {
            Self::Pdf => "application/pdf",
            Self::Docx => "application/vnd.openxmlformats-officedocument.wordprocessingml.document",
            Self::Html => "text/html",
            Self::Csv => "text/csv",
            Self::Markdown => "text/markdown",
            Self::Text => "text/plain",
        }
    }

    /// A short name: `pdf`, `docx`, `html`, `csv`, `md`, `txt`.
    pub const fn as_str(self) -> &'static str {
        match self {
            Self::Pdf => "pdf",
            Self::Docx => "docx",
            Self::Html => "html",
            Self::Csv => "csv",
            Self::Markdown => "md",
            Self::Text => "txt",
        }
    }
}

/// A file as text, in reading order.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct Document {
    /// What the file is.
    pub kind: Kind,
    /// The title that the file gives itself, in its properties or its `<title>`. A first heading of
    /// level one says more when there is one.
    pub title: Option<String>,
    /// The text.
    pub blocks: Vec<Block>,
    /// How many pages it has; only a PDF knows.
    pub pages: Option<u32>,
}

/// A piece of a document.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct Block {
    /// The page it begins on, from 1; only a PDF knows.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub page: Option<u32>,
    /// What it says.
    pub content: Content,
}

/// What a block says.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum Content {
    /// A heading.
    Heading {
        /// From 1, the outermost, to 6.
        level: u8,
        /// Its words, on one line.
        text: String,
    },
    /// A paragraph, a caption, or a text box; it may have several lines.
    Paragraph(String),
    /// An item of a list, on one line.
    Item(String),
    /// A table.
    Table(Table),
    /// A footnote, an endnote or what a form says beside the page.
    Note(String),
    /// What runs along the pages, at their head or foot; given once.
    Running(String),
    /// Lines whose spaces matter.
    Preformatted(String),
    /// Markdown, as it was written.
    Markdown(String),
}

/// A table.
#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
pub struct Table {
    /// Whether the first row names the columns.
    pub names: bool,
    /// The rows, each with its cells. A cell is one line; rows may differ in length.
    pub rows: Vec<Vec<String>>,
}

impl Document {
    /// Whether it has a letter or a digit anywhere.
    pub(crate) fn has_words(&self) -> bool {
        self.blocks.iter().any(|block| block.content.has_words())
    }
}

impl Content {
    /// Its texts: one, or those of the cells of a table.
    pub(crate) fn texts(&self) -> impl Iterator<Item = &str> {
        let (text, cells) = match self {
            Self::Heading { text, .. }
            | Self::Paragraph(text)
            | Self::Item(text)
            | Self::Note(text)
            | Self::Running(text)
            | Self::Preformatted(text)
            | Self::Markdown(text) => (Some(text), None),
            Self::Table(table) => (None, Some(table.rows.iter().flatten())),
        };
        text.into_iter()
            .chain(cells.into_iter().flatten())
            .map(String::as_str)
    }

    /// Its lines: of a table one for each row.
    pub(crate) fn lines(&self) -> Vec<String> {
        match self {
            Self::Table(table) => table.rows.iter().map(|row| row.join(" ")).collect(),
            other => other
                .texts()
                .flat_map(str::lines)
                .map(str::to_owned)
                .collect(),
        }
    }

    fn has_words(&self) -> bool {
        self.texts()
            .any(|text| text.chars().any(char::is_alphanumeric))
    }
}

impl From<Content> for Block {
    fn from(content: Content) -> Self {
        Self {
            page: None,
            content,
        }
    }
}
