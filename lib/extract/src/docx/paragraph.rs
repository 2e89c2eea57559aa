//! A paragraph while it is read.

use super::styles::{Role, Styles};
use crate::{Content, tidy};

/// A paragraph while it is read.
#[derive(Debug, Default)]
pub(super) struct Paragraph {
    /// Its text so far.
    pub(super) text: String,
    /// The id of its style.
    pub(super) style: Option<String>,
    /// The level of a heading that it has by itself.
    pub(super) outline: Option<u8>,
    /// Whether it is an item by itself; none leaves it to the style.
    pub(super) item: Option<bool>,
    /// The notes that it refers to.
    pub(super) notes: Vec<String>,
    /// The contents of text boxes that hang on it.
    pub(super) after: Vec<Content>,
}

impl Paragraph {
    /// What it says; none when it is empty.
    pub(super) fn content(&self, styles: &Styles) -> Option<Content> {
        let text = tidy::lines(&self.text);
        if text.is_empty() {
            return None;
        }
        let role = self
            .style
            .as_deref()
            .map_or_else(Role::default, |id| styles.role(id));
        Some(match self.outline.or(role.heading) {
            Some(level) => Content::Heading {
                level,
                text: tidy::line(&text),
            },
            None if self.item.unwrap_or(role.item) => Content::Item(tidy::line(&text)),
            None => Content::Paragraph(text),
        })
    }
}
