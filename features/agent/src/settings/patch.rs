//! Changing single settings, by the names that earlier versions of the API have for them, too.

use std::collections::BTreeMap;

use serde_json::{Map, Value};

use super::Settings;

/// Other names of settings: what programs that know them send, and are shown.
pub const OTHER_NAMES: [(&str, &str); 6] = [
    ("ai_model", "model"),
    ("lang", "language"),
    ("flagged_keywords", "blocked_keywords"),
    ("flagged_phrases", "blocked_phrases"),
    ("is_active", "ai_control_enabled"),
    ("ai_enabled_for_conversations", "ai_enabled_for_chats"),
];

/// What stands beside the settings in an answer: a program may send it back unchanged.
const ONLY_SHOWN: [&str; 6] = [
    "has_key",
    "has_moderation_key",
    "installed_model",
    "moderation",
    "spend",
    "version",
];

/// The settings with these fields changed and all others as they were. Of a setting that comes under
/// two names the value counts that differs from the present one.
pub fn patched(
    present: &Settings,
    fields: Map<String, Value>,
) -> Result<Settings, BTreeMap<String, String>> {
    let unreadable = |field: &str, error: serde_json::Error| {
        BTreeMap::from([(field.to_owned(), error.to_string())])
    };
    let present = present.document();
    let present = present.map_err(|error| unreadable("body", error))?;
    let mut given: BTreeMap<String, Value> = BTreeMap::new();
    let mut unknown = BTreeMap::new();
    for (field, value) in fields {
        let other = OTHER_NAMES.iter().find(|(name, _)| *name == field);
        let name = other.map_or(field.as_str(), |(_, name)| *name);
        let Some(now) = present.get(name) else {
            if !ONLY_SHOWN.contains(&field.as_str()) {
                unknown.insert(field, "There is no such setting.".to_owned());
            }
            continue;
        };
        // Words that are null are none.
        let value = match value {
            Value::Null if now.is_string() => Value::String(String::new()),
            value => value,
        };
        if given.get(name).is_none_or(|other| other == now) {
            given.insert(name.to_owned(), value);
        }
    }
    if !unknown.is_empty() {
        return Err(unknown);
    }
    // One by one, so that the one that can't be read is named.
    for (field, value) in &given {
        let alone = Map::from_iter([(field.clone(), value.clone())]);
        serde_json::from_value::<Settings>(Value::Object(alone))
            .map_err(|error| unreadable(field, error))?;
    }
    let mut after = present;
    after.extend(given);
    serde_json::from_value(Value::Object(after)).map_err(|error| unreadable("body", error))
}

#[cfg(test)]
mod tests {
    use super::*;
    use serde_json::json;

    fn with(fields: Value) -> Result<Settings, BTreeMap<String, String>> {
        let present = Settings {
            model: "first".to_owned(),
            tone: "formal".to_owned(),
            ..Settings::default()
        };
        let Value::Object(fields) = fields else {
            panic!("{fields}")
        };
        patched(&present, fields)
    }

    #[test]
    fn what_is_not_named_stays_and_other_names_are_known() {
        let settings = with(json!({
            "ai_model": "second", "lang": "fr", "flagged_keywords": ["lawyer"],
            "ai_enabled_for_chats": false, "instructions": null,
        }))
        .unwrap();
        assert_eq!(settings.model, "second");
        assert_eq!(settings.language, "fr");
        assert_eq!(settings.blocked_keywords, ["lawyer"]);
        assert!(!settings.ai_enabled_for_chats);
        assert_eq!(settings.tone, "formal");
    }

    #[test]
    fn an_answer_that_is_sent_back_with_one_change_changes_that() {
        let sent_back = json!({"model": "first", "ai_model": "second", "version": 3});
        assert_eq!(with(sent_back).unwrap().model, "second");
        let sent_back = json!({"model": "second", "ai_model": "first", "has_key": true});
        assert_eq!(with(sent_back).unwrap().model, "second");
    }

    #[test]
    fn what_can_not_be_is_named() {
        let fields = |fields| with(fields).unwrap_err().into_keys().collect::<Vec<_>>();
        assert_eq!(fields(json!({"mood": "sunny"})), ["mood"]);
        assert_eq!(fields(json!({"temperature": "hot"})), ["temperature"]);
    }
}
