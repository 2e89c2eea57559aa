//! Instagram's four lanes: `messaging`, `standby`, `changes` and a field directly in the entry.

use serde_json::Value;

use super::json::{at, first_id, id, is_set, list, path, text};
use super::{Base, Direction, EventKind, Handover, Person, Postback, Seen, Stamp, WebhookEvent};
use super::{instagram_changes, instagram_message};

const HANDOVERS: [&str; 3] = [
    "pass_thread_control",
    "take_thread_control",
    "request_thread_control",
];

/// Reads all lanes of one entry.
pub(super) fn entry(base: &Base, entry: &Value, events: &mut Vec<WebhookEvent>) {
    let mut known = false;
    for lane in ["messaging", "standby"] {
        if at(entry, lane).is_null() {
            continue;
        }
        known = true;
        let lane_base = Base {
            standby: lane == "standby",
            ..base.clone()
        };
        for item in list(entry, lane) {
            events.push(messaging(lane_base.clone(), item));
        }
    }
    if !at(entry, "changes").is_null() {
        known = true;
        for change in list(entry, "changes") {
            events.push(instagram_changes::change(base, change));
        }
    }
    if !at(entry, "field").is_null() {
        known = true;
        events.push(instagram_changes::change(base, entry));
    }
    if !known {
        events.push(base.unsupported("entry", entry));
    }
}

/// One item of the `messaging` or `standby` lane, or the value of a `changes` item in its shape.
pub(super) fn messaging(mut base: Base, item: &Value) -> WebhookEvent {
    if !item.is_object() {
        return base.unreadable("a messaging item is not an object", item);
    }
    base.sender = id(at(item, "sender"), "id");
    base.recipient = id(at(item, "recipient"), "id");
    base.stamp = Stamp::read(at(item, "timestamp"));
    let from_business = is_set(at(item, "message"), "is_echo")
        || (base.sender.is_some() && base.sender == base.account_id);
    base.person.id = if from_business {
        base.recipient.clone()
    } else {
        base.sender.clone()
    };

    for key in PARTS {
        let part = at(item, key);
        if part.is_null() {
            continue;
        }
        if !part.is_object() {
            return base.unreadable(&format!("{key} is not an object"), item);
        }
        if key == "message" {
            base.direction = Some(if from_business {
                Direction::Outbound
            } else {
                Direction::Inbound
            });
        }
        return match known_part(key, part) {
            Ok(kind) => base.event(kind),
            Err(reason) => base.unreadable(reason, item),
        };
    }
    for action in HANDOVERS {
        let part = at(item, action);
        if !part.is_null() {
            return base.event(EventKind::Handover(handover(action, part)));
        }
    }
    let what = unknown_part(item);
    base.unsupported(&what, item)
}

/// The parts an item can have, in the order they are looked for.
const PARTS: [&str; 6] = [
    "message",
    "message_edit",
    "reaction",
    "postback",
    "read",
    "referral",
];

fn known_part(key: &str, part: &Value) -> Result<EventKind, &'static str> {
    match key {
        "message" => instagram_message::message(part),
        "message_edit" => instagram_message::edit(part),
        "reaction" => instagram_message::reaction(part),
        "postback" => Ok(postback(part)),
        "read" => Ok(EventKind::Seen(Seen {
            message_id: first_id(part, &["mid", "message_id"]),
        })),
        _ => Ok(EventKind::Referral(instagram_message::referral(part))),
    }
}

fn postback(part: &Value) -> EventKind {
    let referral = at(part, "referral");
    EventKind::Postback(Postback {
        id: id(part, "mid"),
        title: text(part, "title"),
        payload: text(part, "payload"),
        referral: referral
            .is_object()
            .then(|| instagram_message::referral(referral)),
    })
}

fn handover(action: &str, part: &Value) -> Handover {
    Handover {
        action: action.to_owned(),
        new_owner_app_id: first_id(part, &["new_owner_app_id", "requested_owner_app_id"]),
        previous_owner_app_id: id(part, "previous_owner_app_id"),
        metadata: text(part, "metadata"),
    }
}

/// The name of the part that is not known, for people who read the journal.
fn unknown_part(item: &Value) -> String {
    const FRAME: [&str; 3] = ["sender", "recipient", "timestamp"];
    item.as_object()
        .and_then(|keys| keys.keys().find(|key| !FRAME.contains(&key.as_str())))
        .cloned()
        .unwrap_or_else(|| "messaging".to_owned())
}

/// The person behind `from`.
pub(super) fn author(value: &Value) -> Person {
    Person {
        id: id(path(value, &["from"]), "id"),
        username: text(at(value, "from"), "username").or_else(|| text(value, "username")),
        ..Person::default()
    }
}
