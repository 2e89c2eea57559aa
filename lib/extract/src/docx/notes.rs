//! Footnotes and endnotes.

use std::collections::HashMap;

use super::body::Reader;
use super::package::Package;
use super::relations::Relations;
use super::styles::Styles;
use crate::{Limits, Refusal};

/// The text of notes, by the kind and the number that refer to them.
#[derive(Debug, Default)]
pub(super) struct Notes(HashMap<String, String>);

impl Notes {
    /// The text of a note, by its key.
    pub(super) fn get(&self, key: &str) -> Option<&str> {
        self.0.get(key).map(String::as_str)
    }
}

/// The key of a note: footnotes and endnotes are counted each for themselves.
pub(super) fn key(kind: &str, id: &str) -> String {
    format!("{kind} {id}")
}

/// Reads the notes of a document.
pub(super) fn read(
    package: &mut Package<'_>,
    relations: &Relations,
    styles: &Styles,
    limits: &Limits,
) -> Result<Notes, Refusal> {
    let mut all = HashMap::new();
    let none = Notes::default();
    for part in relations
        .of_type("footnotes")
        .chain(relations.of_type("endnotes"))
    {
        if let Some(text) = package.text(&part.target)? {
            let mut reader = Reader::new(styles, &none, limits);
            reader.read(&text)?;
            all.extend(reader.finish().notes);
        }
    }
    Ok(Notes(all))
}
