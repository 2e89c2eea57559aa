//! WhatsApp events that are not messages: receipts, preferences, changed user ids.

use serde_json::Value;

use super::json::{at, first_id, flag, id, text};
use super::whatsapp::piece_errors;
use super::{Base, EventKind, Person, Preference, Stamp, Status, UserIdChange, WebhookEvent};

pub(super) fn status(base: &Base, status: &Value) -> WebhookEvent {
    let (Some(message_id), Some(state)) = (id(status, "id"), id(status, "status")) else {
        return base.unreadable("a status names no message or no state", status);
    };
    let mut base = base.clone();
    base.stamp = Stamp::read(at(status, "timestamp"));
    base.recipient = first_id(status, &["recipient_id", "recipient_user_id"]);
    let recipient_type = text(status, "recipient_type");
    let of_group = recipient_type.as_deref() == Some("group");
    let (number, user_id) = if of_group {
        ("recipient_participant_id", "recipient_participant_user_id")
    } else {
        ("recipient_id", "recipient_user_id")
    };
    base.person = Person {
        id: id(status, number),
        user_id: id(status, user_id),
        ..Person::default()
    };
    let pricing = at(status, "pricing");
    base.event(EventKind::Status(Box::new(Status {
        message_id,
        state: state.into(),
        recipient_type,
        participant: first_id(
            status,
            &["recipient_participant_id", "recipient_participant_user_id"],
        ),
        callback_data: text(status, "biz_opaque_callback_data"),
        conversation_id: id(at(status, "conversation"), "id"),
        pricing_category: text(pricing, "category"),
        billable: flag(pricing, "billable"),
        errors: piece_errors(status),
    })))
}

pub(super) fn preference(base: &Base, wish: &Value) -> WebhookEvent {
    if !wish.is_object() {
        return base.unreadable("a preference is not an object", wish);
    }
    let base = about(base, wish, id(wish, "user_id"));
    base.event(EventKind::Preference(Preference {
        category: text(wish, "category"),
        value: text(wish, "value"),
    }))
}

pub(super) fn user_id_change(base: &Base, update: &Value) -> WebhookEvent {
    let ids = at(update, "user_id");
    if !ids.is_object() {
        return base.unreadable("a changed user id names no ids", update);
    }
    let current = id(ids, "current");
    let base = about(base, update, current.clone());
    base.event(EventKind::UserIdChange(UserIdChange {
        previous: id(ids, "previous"),
        current,
    }))
}

fn about(base: &Base, piece: &Value, user_id: Option<String>) -> Base {
    Base {
        stamp: Stamp::read(at(piece, "timestamp")),
        person: Person {
            id: id(piece, "wa_id"),
            user_id,
            ..Person::default()
        },
        ..base.clone()
    }
}
