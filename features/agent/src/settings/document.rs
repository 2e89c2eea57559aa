//! Settings as one document, the form in which they are kept.

use serde_json::{Map, Value};

use super::Settings;

/// A setting that differs between two versions.
#[derive(Clone, Debug, PartialEq, serde::Serialize, utoipa::ToSchema)]
pub struct Change {
    /// Its name.
    pub field: String,
    /// What it was.
    pub before: Value,
    /// What it is.
    pub after: Value,
}

impl Settings {
    /// All settings by their names. Numbers are as they were typed: 0.3 and not the next float.
    pub fn document(&self) -> Result<Map<String, Value>, serde_json::Error> {
        serde_json::from_str(&serde_json::to_string(self)?)
    }

    /// Reads a document that was kept. Settings that did not exist then have their defaults, and
    /// those that exist no more are passed over.
    pub(crate) fn kept(document: Value) -> Result<Self, serde_json::Error> {
        let known = Self::default().document()?;
        let Value::Object(mut kept) = document else {
            return serde_json::from_value(document);
        };
        kept.retain(|field, _| known.contains_key(field));
        serde_json::from_value(Value::Object(kept))
    }
}

/// What differs between two documents, in the order of the settings.
pub(crate) fn changes(
    before: &Settings,
    after: &Settings,
) -> Result<Vec<Change>, serde_json::Error> {
    let (mut before, after) = (before.document()?, after.document()?);
    let differing = after.into_iter().filter_map(|(field, after)| {
        let before = before.remove(&field).unwrap_or_default();
        (before != after).then_some(Change {
            field,
            before,
            after,
        })
    });
    Ok(differing.collect())
}

#[cfg(test)]
mod tests {
    use super::*;
    use serde_json::json;

    #[test]
    fn a_document_reads_back_and_shows_numbers_as_they_were_typed() {
        let settings = Settings {
            temperature: 0.3,
            ..Settings::default()
        };
        let document = settings.document().unwrap();
        assert_eq!(document["temperature"], json!(0.3));
        assert_eq!(Settings::kept(Value::Object(document)).unwrap(), settings);
    }

    #[test]
    fn a_document_of_another_time_is_read_as_far_as_it_is_known() {
        let kept = json!({"tone": "dry", "mood": "sunny"});
        let settings = Settings::kept(kept).unwrap();
        assert_eq!(settings.tone, "dry");
        assert_eq!(settings.answer_length, Settings::default().answer_length);
        assert!(Settings::kept(json!({"confidence": "much"})).is_err());
    }

    #[test]
    fn a_change_names_the_field_with_what_it_was_and_is() {
        let before = Settings::default();
        let after = Settings {
            tone: "formal".to_owned(),
            ..before.clone()
        };
        let found = changes(&before, &after).unwrap();
        assert_eq!(found.len(), 1);
        assert_eq!(found[0].field, "tone");
        assert_eq!(
            (&found[0].before, &found[0].after),
            (&json!("friendly"), &json!("formal"))
        );
        assert!(changes(&after, &after).unwrap().is_empty());
    }
}
