//! What is wrong with a form, field by field.

use std::collections::BTreeMap;
use std::fmt;

/// The errors of a form in the reader's words; a field without an error gives an empty text.
#[derive(Debug, Clone, PartialEq, Eq, Default)]
pub struct FieldErrors {
    fields: BTreeMap<String, String>,
    form: String,
}

impl FieldErrors {
    /// Says what is wrong with a field. The first word on a field stays.
    pub fn add(&mut self, field: impl Into<String>, text: impl fmt::Display) {
        self.fields
            .entry(field.into())
            .or_insert_with(|| text.to_string());
    }

    /// Says what is wrong with the form as a whole.
    pub fn whole(&mut self, text: impl fmt::Display) {
        self.form = text.to_string();
    }

    /// What is wrong with this field, or nothing.
    pub fn of(&self, field: &str) -> &str {
        self.fields.get(field).map_or("", String::as_str)
    }

    /// What is wrong with the form as a whole, or nothing.
    pub fn form(&self) -> &str {
        &self.form
    }

    /// Whether nothing is wrong.
    pub fn is_empty(&self) -> bool {
        self.fields.is_empty() && self.form.is_empty()
    }
}
