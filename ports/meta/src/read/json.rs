//! Looking into JSON that may not be what it should be: every question has an answer, none fails.

use serde_json::Value;

static NULL: Value = Value::Null;

/// The value under a key; `null` when there is none.
pub(crate) fn at<'a>(value: &'a Value, key: &str) -> &'a Value {
    value.get(key).unwrap_or(&NULL)
}

/// The value under a chain of keys; `null` when one of them is missing.
pub(crate) fn path<'a>(value: &'a Value, keys: &[&str]) -> &'a Value {
    keys.iter().fold(value, |inner, key| at(inner, key))
}

/// A text. Numbers and booleans are taken as their text.
pub(crate) fn text(value: &Value, key: &str) -> Option<String> {
    scalar(at(value, key))
}

/// An id: a text that is not empty. Platforms send ids as strings and as numbers.
pub(crate) fn id(value: &Value, key: &str) -> Option<String> {
    text(value, key).filter(|id| !id.is_empty())
}

/// The first of several keys that holds an id.
pub(crate) fn first_id(value: &Value, keys: &[&str]) -> Option<String> {
    keys.iter().find_map(|key| id(value, key))
}

/// A yes or no. Also the words "true" and "false", which Instagram has been seen to send.
pub(crate) fn flag(value: &Value, key: &str) -> Option<bool> {
    match at(value, key) {
        Value::Bool(answer) => Some(*answer),
        Value::String(word) if word.eq_ignore_ascii_case("true") => Some(true),
        Value::String(word) if word.eq_ignore_ascii_case("false") => Some(false),
        _ => None,
    }
}

/// True only when the key holds a clear yes.
pub(crate) fn is_set(value: &Value, key: &str) -> bool {
    flag(value, key) == Some(true)
}

/// A whole number, also as text.
pub(crate) fn whole(value: &Value, key: &str) -> Option<i64> {
    match at(value, key) {
        Value::Number(number) => number.as_i64(),
        Value::String(digits) => digits.trim().parse().ok(),
        _ => None,
    }
}

/// A number, also as text.
pub(crate) fn number(value: &Value, key: &str) -> Option<f64> {
    match at(value, key) {
        Value::Number(number) => number.as_f64(),
        Value::String(digits) => digits
            .trim()
            .parse()
            .ok()
            .filter(|number: &f64| number.is_finite()),
        _ => None,
    }
}

/// A list. One thing that should have been a list of one counts as such; anything missing is empty.
pub(crate) fn list<'a>(value: &'a Value, key: &str) -> &'a [Value] {
    match at(value, key) {
        Value::Array(items) => items,
        Value::Null => &[],
        single => std::slice::from_ref(single),
    }
}

fn scalar(value: &Value) -> Option<String> {
    match value {
        Value::String(text) => Some(text.clone()),
        Value::Number(number) => Some(number.to_string()),
        Value::Bool(answer) => Some(answer.to_string()),
        Value::Null | Value::Array(_) | Value::Object(_) => None,
    }
}
