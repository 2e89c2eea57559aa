//! WhatsApp's `changes`: messages, echoes, receipts, history, preferences, and notices.

use serde_json::Value;

use super::json::{at, id, list, text, whole};
use super::whatsapp_message::{self, Lane};
use super::whatsapp_notices as notices;
use super::{Base, EventKind, HistoryMark, PieceError, WebhookEvent};

/// Parts of a value that hold events of their own, whatever the field is called.
const PARTS: [&str; 7] = [
    "messages",
    "message_echoes",
    "statuses",
    "errors",
    "history",
    "user_preferences",
    "user_id_update",
];

/// Reads all changes of one entry.
pub(super) fn entry(base: &Base, entry: &Value, events: &mut Vec<WebhookEvent>) {
    if !at(entry, "changes").is_null() {
        for item in list(entry, "changes") {
            change(base, item, events);
        }
    } else if !at(entry, "field").is_null() {
        change(base, entry, events);
    } else {
        events.push(base.unsupported("entry", entry));
    }
}

fn change(base: &Base, change: &Value, events: &mut Vec<WebhookEvent>) {
    let value = at(change, "value");
    let metadata = at(value, "metadata");
    let base = Base {
        field: id(change, "field"),
        phone_number_id: id(metadata, "phone_number_id"),
        display_phone_number: id(metadata, "display_phone_number"),
        ..base.clone()
    };
    if !value.is_object() {
        events.push(base.unreadable("a change has no value", change));
        return;
    }
    if PARTS.iter().all(|part| at(value, part).is_null()) {
        events.push(match base.field.as_deref() {
            None => base.unreadable("a change names no field", change),
            Some("messages") => base.unsupported("messages", value),
            Some(_) => base.event(EventKind::Notice(value.clone())),
        });
        return;
    }

    let lane = match base.field.as_deref() {
        Some("history") => Lane::History {
            mark: HistoryMark::default(),
            thread: None,
        },
        _ => Lane::Inbound,
    };
    for message in list(value, "messages") {
        events.push(whatsapp_message::read(&base, value, message, &lane));
    }
    for echo in list(value, "message_echoes") {
        events.push(whatsapp_message::read(&base, value, echo, &Lane::Echo));
    }
    for status in list(value, "statuses") {
        events.push(notices::status(&base, status));
    }
    errors(&base, value, events);
    for chunk in list(value, "history") {
        history(&base, value, chunk, events);
    }
    for wish in list(value, "user_preferences") {
        events.push(notices::preference(&base, wish));
    }
    for update in list(value, "user_id_update") {
        events.push(notices::user_id_change(&base, update));
    }
}

fn errors(base: &Base, holder: &Value, events: &mut Vec<WebhookEvent>) {
    let errors = piece_errors(holder);
    if !errors.is_empty() {
        events.push(base.clone().event(EventKind::Errors(errors)));
    }
}

/// A part of the history that a phone app hands over; thousands of messages can come in one body.
fn history(base: &Base, value: &Value, chunk: &Value, events: &mut Vec<WebhookEvent>) {
    errors(base, chunk, events);
    let phase = whole(at(chunk, "metadata"), "phase");
    for thread in list(chunk, "threads") {
        for message in list(thread, "messages") {
            let lane = Lane::History {
                mark: HistoryMark {
                    status: text(at(message, "history_context"), "status"),
                    phase,
                },
                thread: id(thread, "id"),
            };
            events.push(whatsapp_message::read(base, value, message, &lane));
        }
    }
}

/// The `errors[]` of a value, message or status.
pub(super) fn piece_errors(holder: &Value) -> Vec<PieceError> {
    list(holder, "errors")
        .iter()
        .filter_map(|error| {
            Some(PieceError {
                code: whole(error, "code")?,
                title: text(error, "title").or_else(|| text(error, "message")),
                details: text(at(error, "error_data"), "details")
                    .or_else(|| text(error, "details")),
            })
        })
        .collect()
}
