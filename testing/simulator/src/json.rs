//! Reading and writing JSON the way the Graph API does.

use std::fmt::Write as _;

use bytes::Bytes;
use serde_json::{Map, Value};

/// The object's text at `pointer`.
pub fn text_at<'a>(value: &'a Value, pointer: &str) -> Option<&'a str> {
    value.pointer(pointer).and_then(Value::as_str)
}

/// An id at `pointer`: the Graph API takes them as strings and as numbers.
pub fn id_at(value: &Value, pointer: &str) -> Option<String> {
    value.pointer(pointer).and_then(id_of)
}

/// The value as an id.
pub fn id_of(value: &Value) -> Option<String> {
    match value {
        Value::String(text) => Some(text.clone()),
        Value::Number(number) => Some(number.to_string()),
        _ => None,
    }
}

/// A parameter as text, whether it came in a query, a form or JSON.
pub fn param(params: &Map<String, Value>, name: &str) -> Option<String> {
    params.get(name).and_then(|value| match value {
        Value::Bool(flag) => Some(flag.to_string()),
        other => id_of(other),
    })
}

/// JSON text with every character outside ASCII as `\uXXXX`, as Meta sends (and signs) it.
pub fn escaped(value: &Value) -> Bytes {
    let plain = value.to_string();
    if plain.is_ascii() {
        return Bytes::from(plain);
    }
    let mut out = String::with_capacity(plain.len() + 64);
    let mut units = [0_u16; 2];
    for letter in plain.chars() {
        if letter.is_ascii() {
            out.push(letter);
        } else {
            for unit in letter.encode_utf16(&mut units) {
                // Writing to a String can't fail.
                let _ = write!(out, "\\u{unit:04x}");
            }
        }
    }
    Bytes::from(out)
}

#[cfg(test)]
mod tests {
    use super::*;
    use serde_json::json;

    #[test]
    fn letters_outside_ascii_leave_as_utf16_escapes_and_come_back_unchanged() {
        let value = json!({"text": "déjà 🙂"});
        let bytes = escaped(&value);
        assert_eq!(&bytes[..], br#"{"text":"d\u00e9j\u00e0 \ud83d\ude42"}"#);
        assert_eq!(serde_json::from_slice::<Value>(&bytes).unwrap(), value);
    }
}
