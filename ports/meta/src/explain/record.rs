//! A JSON object that leaves out what is not known.

use serde_json::{Map, Value};

use crate::read::{Direction, PieceError};

/// A JSON object under construction.
#[derive(Default)]
pub(super) struct Record(Map<String, Value>);

impl Record {
    /// Adds a value when there is one.
    #[expect(
        clippy::ref_option,
        reason = "every caller hands over a field of an event"
    )]
    pub(super) fn put<T: Clone + Into<Value>>(&mut self, key: &str, value: &Option<T>) {
        if let Some(value) = value {
            self.set(key, value.clone());
        }
    }

    /// Adds a value.
    pub(super) fn set(&mut self, key: &str, value: impl Into<Value>) {
        self.0.insert(key.to_owned(), value.into());
    }

    /// Adds who wrote.
    pub(super) fn direction(&mut self, direction: Option<Direction>) {
        if let Some(direction) = direction {
            let word = match direction {
                Direction::Inbound => "inbound",
                Direction::Outbound => "outbound",
            };
            self.set("direction", word);
        }
    }

    /// Adds the codes of errors, when there are any.
    pub(super) fn error_codes(&mut self, errors: &[PieceError]) {
        if !errors.is_empty() {
            let codes: Vec<i64> = errors.iter().map(|error| error.code).collect();
            self.set("error_codes", codes);
        }
    }

    /// Copies a text, number or boolean of the payload, optionally under another key.
    pub(super) fn copy(&mut self, key: &str, from: &Value, source: &str) {
        if let Some(value @ (Value::String(_) | Value::Number(_) | Value::Bool(_))) =
            from.get(source)
        {
            self.set(key, value.clone());
        }
    }

    pub(super) fn finish(self) -> Value {
        Value::Object(self.0)
    }
}
