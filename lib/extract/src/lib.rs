//! The text of documents, read safely.
//!
//! [`read`] turns the bytes of a PDF, a DOCX, an HTML page, a CSV, Markdown or plain text into a
//! [`Document`], or says by a [`Refusal`] why not. What a file is is told from its content, never
//! from its name.
//!
//! Files come from strangers, so [`Extractor`] runs [`read`] in a child process of the same program
//! ([`child`]), with bounds on memory, time, pages and inflation, without an environment, and
//! without the right to open or write a file. Whatever a file does there, the caller gets its
//! document or its refusal in a bounded time.
//!
//! What is taken: the visible text with its headings, lists, tables, page headers and footers
//! (once), footnotes, endnotes, text boxes and filled-in form fields. What is left out: comments of
//! reviewers, deleted and hidden text, alternative texts of pictures, scripts, and the navigation
//! of web pages.

pub mod child;
mod csv;
mod document;
mod docx;
mod encoding;
mod extractor;
pub mod html;
mod kind;
mod limits;
mod pdf;
mod read;
mod refusal;
mod render;
mod symbols;
mod text;
mod tidy;

pub use document::{Block, Content, Document, Kind, Table};
pub use encoding::decode as decode_text;
pub use extractor::{ExtractError, Extractor};
pub use limits::Limits;
pub use read::{kind, read};
pub use refusal::Refusal;
