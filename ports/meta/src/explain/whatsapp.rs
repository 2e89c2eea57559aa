//! The form of WhatsApp's events.

use serde_json::Value;

use super::record::Record;
use crate::read::{
    Attachment, Direction, EventKind, Message, Referral, Stamp, Status, WebhookEvent,
};

/// What is shown of a notice: the parts that say what changed. Each is prefixed with `value_`.
const NOTICE_KEYS: [&str; 7] = [
    "event",
    "message_template_id",
    "message_template_name",
    "message_template_language",
    "reason",
    "new_quality_score",
    "previous_quality_score",
];

pub(super) fn explain(event: &WebhookEvent) -> Value {
    let mut record = Record::default();
    record.put("waba_id", &event.account_id);
    record.put("field", &event.field);
    record.put("phone_number_id", &event.phone_number_id);
    record.put(
        "timestamp_ms",
        &event.stamp.as_ref().and_then(Stamp::epoch_ms),
    );
    people(&mut record, event);
    let name = what(&mut record, event);
    record.set("event", name);
    record.finish()
}

fn people(record: &mut Record, event: &WebhookEvent) {
    record.direction(event.direction);
    record.put("sender", &event.sender);
    record.put("recipient", &event.recipient);
    match event.direction {
        Some(Direction::Inbound) => {
            record.put("sender_user_id", &event.person.user_id);
            record.put("sender_name", &event.person.name);
        }
        Some(Direction::Outbound) => {
            record.put("recipient_user_id", &event.person.user_id);
            record.put("recipient_name", &event.person.name);
        }
        None => {}
    }
}

/// Adds what is special to the kind and answers its name.
fn what(record: &mut Record, event: &WebhookEvent) -> String {
    let name = match &event.kind {
        EventKind::Message(message) => {
            self::message(record, message);
            if message.unsupported.is_some() {
                "message_unsupported"
            } else {
                "message"
            }
        }
        EventKind::Removal(removal) => {
            record.set("type", "revoke");
            record.put("message_id", &removal.id);
            record.set("target_message_id", removal.target_id.clone());
            "message_revoke"
        }
        EventKind::Edit(edit) => {
            record.set("type", "edit");
            record.put("message_id", &edit.id);
            record.set("target_message_id", edit.target_id.clone());
            record.put("text", &edit.text);
            media(record, edit.attachments.first());
            "message_edit"
        }
        EventKind::Reaction(reaction) => {
            record.set("type", "reaction");
            record.put("message_id", &reaction.id);
            record.set("target_message_id", reaction.target_id.clone());
            record.put("emoji", &reaction.emoji);
            if reaction.added {
                "reaction_added"
            } else {
                "reaction_removed"
            }
        }
        EventKind::System(note) => {
            record.set("type", "system");
            record.put("message_id", &note.id);
            record.put("system_type", &note.kind);
            record.put("text", &note.text);
            record.put("new_wa_id", &note.new_wa_id);
            record.put("new_user_id", &note.new_user_id);
            "system"
        }
        EventKind::Status(status) => {
            self::status(record, status);
            "status"
        }
        EventKind::Preference(wish) => {
            record.put("wa_id", &event.person.id);
            record.put("user_id", &event.person.user_id);
            record.put("category", &wish.category);
            record.put("value", &wish.value);
            "user_preferences"
        }
        EventKind::UserIdChange(change) => {
            record.put("wa_id", &event.person.id);
            record.put("previous", &change.previous);
            record.put("current", &change.current);
            "user_id_update"
        }
        EventKind::Errors(errors) => {
            record.error_codes(errors);
            "errors"
        }
        EventKind::Notice(value) => {
            for key in NOTICE_KEYS {
                record.copy(&format!("value_{key}"), value, key);
            }
            return event.field.clone().unwrap_or_else(|| "notice".to_owned());
        }
        EventKind::Unreadable { reason, .. } => {
            record.set("reason", reason.clone());
            "unreadable"
        }
        EventKind::Unsupported { what, .. } => {
            record.set("what", what.clone());
            "unsupported"
        }
        EventKind::Seen(_)
        | EventKind::Postback(_)
        | EventKind::Referral(_)
        | EventKind::Handover(_)
        | EventKind::Comment(_)
        | EventKind::Mention(_) => "unsupported",
    };
    name.to_owned()
}

fn message(record: &mut Record, message: &Message) {
    record.set("message_id", message.id.clone());
    record.put("type", &message.message_type);
    record.put("group_id", &message.group_id);
    record.put("forwarded", &message.forwarded);
    record.put("frequently_forwarded", &message.frequently_forwarded);
    record.put("reply_to_id", &message.reply_to);
    record.put("text", &message.text);
    media(record, message.attachments.first());
    if let Some(location) = &message.location {
        record.set("latitude", location.latitude);
        record.set("longitude", location.longitude);
    }
    if !message.cards.is_empty() {
        record.set("contacts_count", message.cards.len());
    }
    record.put("interactive_type", &message.interactive_type);
    record.put("payload", &message.payload);
    if let Some(order) = &message.order {
        record.put("catalog_id", &order.catalog_id);
        record.set("product_items_count", order.items.len());
    }
    referral(record, message.referral.as_ref());
    record.error_codes(&message.errors);
    if let Some(unsupported) = &message.unsupported {
        record.put("unsupported_type", &unsupported.kind);
    }
    if let Some(history) = &message.history {
        record.put("history_status", &history.status);
        record.put("history_phase", &history.phase);
    }
}

fn media(record: &mut Record, attachment: Option<&Attachment>) {
    if let Some(attachment) = attachment {
        record.put("media_id", &attachment.media_id);
        record.put("mime_type", &attachment.mime_type);
        record.put("media_url", &attachment.url);
        record.put("filename", &attachment.filename);
        record.put("voice", &attachment.voice);
        record.put("animated", &attachment.animated);
    }
}

fn referral(record: &mut Record, referral: Option<&Referral>) {
    if let Some(referral) = referral {
        record.put("referral_source_type", &referral.source);
        record.put("referral_source_id", &referral.source_id);
        record.put("ctwa_clid", &referral.ctwa_clid);
        record.put("referred_catalog_id", &referral.catalog_id);
        record.put("referred_product_retailer_id", &referral.product_id);
    }
}

fn status(record: &mut Record, status: &Status) {
    record.set("message_id", status.message_id.clone());
    record.set("status", status.state.as_str());
    record.put("recipient_type", &status.recipient_type);
    record.put("biz_opaque_callback_data", &status.callback_data);
    record.put("conversation_id", &status.conversation_id);
    record.put("pricing_category", &status.pricing_category);
    record.put("billable", &status.billable);
    record.error_codes(&status.errors);
}
