//! The `fields=` language of the Graph API: `id,messages.limit(5){id,from}`.

use serde_json::{Map, Value};

/// A parsed field list.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Fields(Vec<Field>);

/// One wanted field.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Field {
    pub name: String,
    /// `limit(5)`, `comment_id(17)`: modifiers behind dots.
    pub arguments: Vec<(String, String)>,
    pub inner: Fields,
}

impl Fields {
    /// Reads a list; unclosed braces end with the text.
    pub fn parse(text: &str) -> Self {
        let mut fields = Vec::new();
        for part in split(text, ',') {
            let (head, inner) = match part.split_once('{') {
                Some((head, rest)) => (head, Self::parse(rest.trim_end().trim_end_matches('}'))),
                None => (part, Self::default()),
            };
            let mut pieces = split(head, '.').into_iter();
            let name = pieces.next().unwrap_or_default().trim().to_owned();
            if name.is_empty() {
                continue;
            }
            let arguments = pieces
                .filter_map(|piece| {
                    let (key, value) = piece.split_once('(')?;
                    Some((key.to_owned(), value.trim_end_matches(')').to_owned()))
                })
                .collect();
            fields.push(Field {
                name,
                arguments,
                inner,
            });
        }
        Self(fields)
    }

    pub fn is_empty(&self) -> bool {
        self.0.is_empty()
    }

    pub fn get(&self, name: &str) -> Option<&Field> {
        self.0.iter().find(|field| field.name == name)
    }

    /// Keeps the wanted fields of `value`; `id` always comes along. An empty list keeps `defaults`.
    pub fn project(&self, value: &Value, defaults: &[&str]) -> Value {
        match value {
            Value::Array(items) => Value::Array(
                items
                    .iter()
                    .map(|item| self.project(item, defaults))
                    .collect(),
            ),
            Value::Object(object) => {
                // A connection (`data` plus `paging`) is projected item by item.
                if object.contains_key("data") && self.get("data").is_none() {
                    let mut out = object.clone();
                    if let Some(data) = out.get_mut("data") {
                        *data = self.project(data, defaults);
                    }
                    return Value::Object(out);
                }
                let mut out = Map::new();
                for (name, inner) in object {
                    let wanted = self.get(name);
                    let kept = name == "id"
                        || wanted.is_some()
                        || (self.is_empty()
                            && (defaults.is_empty() || defaults.contains(&&**name)));
                    if kept {
                        let inner = match wanted {
                            Some(field) if !field.inner.is_empty() => {
                                field.inner.project(inner, &[])
                            }
                            _ => inner.clone(),
                        };
                        out.insert(name.clone(), inner);
                    }
                }
                Value::Object(out)
            }
            other => other.clone(),
        }
    }
}

/// Splits at `separator` outside braces and brackets.
fn split(text: &str, separator: char) -> Vec<&str> {
    let mut parts = Vec::new();
    let (mut depth, mut start) = (0_usize, 0_usize);
    for (at, letter) in text.char_indices() {
        match letter {
            '{' | '(' => depth += 1,
            '}' | ')' => depth = depth.saturating_sub(1),
            _ if letter == separator && depth == 0 => {
                parts.extend(text.get(start..at));
                start = at + letter.len_utf8();
            }
            _ => {}
        }
    }
    parts.extend(text.get(start..));
    parts
}

#[cfg(test)]
mod tests {
    use super::*;
    use serde_json::json;

    #[test]
    fn nested_fields_keep_only_what_was_asked_for() {
        let fields = Fields::parse("updated_time,messages.limit(2){from{username},message}");
        assert_eq!(
            fields.get("messages").unwrap().arguments,
            [("limit".to_owned(), "2".to_owned())]
        );
        let full = json!({"id": "t", "updated_time": "x", "name": "n", "messages": {"data": [
            {"id": "m", "message": "hi", "created_time": "y", "from": {"id": "1", "username": "a"}}
        ]}});
        assert_eq!(
            fields.project(&full, &[]),
            json!({"id": "t", "updated_time": "x", "messages": {"data": [
                {"id": "m", "message": "hi", "from": {"id": "1", "username": "a"}}
            ]}})
        );
    }
}
