//! What a message says, as it is stored.

use chrono::{DateTime, Utc};
use meta::read::{Message, Person, Postback, Referral, SystemNote};
use serde_json::{Map, Value, json};

/// A message to take in.
#[derive(Debug, PartialEq)]
pub(crate) struct Content {
    pub(crate) external_id: Option<String>,
    pub(crate) kind: String,
    pub(crate) text: String,
    pub(crate) details: Value,
    pub(crate) reply_to: Option<String>,
}

/// A message of either direction.
pub(crate) fn message(message: &Message) -> Content {
    let mut details = match serde_json::to_value(message) {
        Ok(Value::Object(all)) => all,
        _ => Map::new(),
    };
    for key in ["id", "text", "reply_to", "message_type"] {
        details.remove(key);
    }
    details.retain(|_, value| match value {
        Value::Null | Value::Bool(false) => false,
        Value::Array(list) => !list.is_empty(),
        _ => true,
    });
    Content {
        external_id: Some(message.id.clone()),
        kind: kind(message),
        text: storable(message.text.as_deref()),
        details: clean(Value::Object(details)),
        reply_to: message.reply_to.clone(),
    }
}

fn kind(message: &Message) -> String {
    let attached = || message.attachments.first().map(|one| one.kind.clone());
    if message.unsupported.is_some() {
        "unsupported".to_owned()
    } else if message.reply_to_story.is_some() {
        "story_reply".to_owned()
    } else if let Some(kind) = message.message_type.clone() {
        kind
    } else if let Some(kind) = attached() {
        kind
    } else if message.payload.is_some() {
        "quick_reply".to_owned()
    } else {
        "text".to_owned()
    }
}

/// A tapped button.
pub(crate) fn postback(postback: &Postback, at: DateTime<Utc>) -> Content {
    let payload = postback.payload.clone().unwrap_or_default();
    let id = postback.id.clone();
    Content {
        external_id: id.or_else(|| Some(format!("postback:{}:{payload}", at.timestamp_millis()))),
        kind: "postback".to_owned(),
        text: storable(postback.title.as_deref()),
        details: clean(json!({"payload": postback.payload, "referral": postback.referral})),
        reply_to: None,
    }
}

/// An existing thread was opened through a link or an ad. It has no id of its own: person and
/// instant stand for one.
pub(crate) fn referral(referral: &Referral, person: &Person, at: DateTime<Utc>) -> Content {
    Content {
        external_id: Some(own_id("referral", person, at)),
        kind: "referral".to_owned(),
        text: storable(referral.headline.as_deref()),
        details: clean(json!({"referral": referral})),
        reply_to: None,
    }
}

/// A note of the platform in the thread.
pub(crate) fn system(note: &SystemNote, person: &Person, at: DateTime<Utc>) -> Content {
    let id = note.id.clone();
    Content {
        external_id: id.or_else(|| Some(own_id("system", person, at))),
        kind: "system".to_owned(),
        text: storable(note.text.as_deref()),
        details: clean(json!({"note": note})),
        reply_to: None,
    }
}

/// A kind that nobody here knows, shown as it came.
pub(crate) fn unsupported(what: &str, raw: &Value) -> Content {
    let id = raw
        .pointer("/message/mid")
        .or_else(|| raw.pointer("/id"))
        .and_then(Value::as_str);
    Content {
        external_id: id.map(str::to_owned),
        kind: "unsupported".to_owned(),
        text: String::new(),
        details: clean(json!({"unsupported": {"kind": what, "raw": raw}})),
        reply_to: None,
    }
}

fn own_id(kind: &str, person: &Person, at: DateTime<Utc>) -> String {
    let who = person.key().unwrap_or_default();
    format!("{kind}:{who}:{}", at.timestamp_millis())
}

/// PostgreSQL text holds everything but the character NUL.
fn storable(text: Option<&str>) -> String {
    text.unwrap_or_default().replace('\0', "")
}

/// The same for JSON.
fn clean(value: Value) -> Value {
    match value {
        Value::String(text) => Value::String(storable(Some(&text))),
        Value::Array(list) => Value::Array(list.into_iter().map(clean).collect()),
        Value::Object(all) => all
            .into_iter()
            .map(|(key, value)| (storable(Some(&key)), clean(value)))
            .collect(),
        other => other,
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_plain_message_has_no_details_and_nul_is_dropped() {
        let content = message(&Message {
            id: "m1".to_owned(),
            text: Some("a\0b".to_owned()),
            ..Message::default()
        });
        assert_eq!(content.kind, "text");
        assert_eq!(content.text, "ab");
        assert_eq!(content.details, json!({}));
    }

    #[test]
    fn an_unknown_kind_keeps_the_piece_as_sent() {
        let raw = json!({"id": "w1", "type": "hologram"});
        let content = unsupported("hologram", &raw);
        assert_eq!(content.external_id.as_deref(), Some("w1"));
        assert_eq!(content.details["unsupported"]["raw"], raw);
    }
}
