//! The form of Instagram's events.

use serde_json::Value;

use super::record::Record;
use crate::read::{Attachment, Comment, EventKind, Message, Referral, Stamp, WebhookEvent};

pub(super) fn explain(event: &WebhookEvent) -> Value {
    let mut record = Record::default();
    record.put("account_id", &event.account_id);
    if event.field.is_some() {
        record.put("field", &event.field);
        record.put(
            "entry_time_ms",
            &event.entry_stamp.as_ref().and_then(Stamp::epoch_ms),
        );
    }
    if event.standby {
        record.set("standby", true);
    }
    record.put("sender", &event.sender);
    record.put("recipient", &event.recipient);
    record.put(
        "timestamp_ms",
        &event.stamp.as_ref().and_then(Stamp::epoch_ms),
    );
    record.direction(event.direction);
    let name = what(&mut record, event);
    record.set("event", name);
    record.finish()
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
            record.set("message_id", removal.target_id.clone());
            "message_deleted"
        }
        EventKind::Edit(edit) => {
            record.set("message_id", edit.target_id.clone());
            record.put("text", &edit.text);
            record.put("num_edit", &edit.number);
            attachments(record, &edit.attachments);
            "message_edit"
        }
        EventKind::Reaction(reaction) => {
            record.set("message_id", reaction.target_id.clone());
            record.put("emoji", &reaction.emoji);
            record.put("reaction", &reaction.name);
            if reaction.added {
                "reaction_added"
            } else {
                "reaction_removed"
            }
        }
        EventKind::Seen(seen) => {
            record.put("message_id", &seen.message_id);
            "read"
        }
        EventKind::Postback(postback) => {
            record.put("message_id", &postback.id);
            record.put("title", &postback.title);
            record.put("payload", &postback.payload);
            referral(record, postback.referral.as_ref());
            "postback"
        }
        EventKind::Referral(found) => {
            referral(record, Some(found));
            "referral"
        }
        EventKind::Handover(handover) => {
            record.put("new_owner_app_id", &handover.new_owner_app_id);
            record.put("previous_owner_app_id", &handover.previous_owner_app_id);
            record.put("metadata", &handover.metadata);
            return handover.action.clone();
        }
        EventKind::Comment(comment) => {
            self::comment(record, event, comment);
            "comment"
        }
        EventKind::Mention(mention) => {
            record.put("media_id", &mention.media_id);
            record.put("comment_id", &mention.comment_id);
            "mention"
        }
        EventKind::Notice(value) => {
            record.copy("media_id", value, "media_id");
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
        EventKind::Status(_)
        | EventKind::System(_)
        | EventKind::Preference(_)
        | EventKind::UserIdChange(_)
        | EventKind::Errors(_) => "unsupported",
    };
    name.to_owned()
}

fn message(record: &mut Record, message: &Message) {
    record.set("message_id", message.id.clone());
    record.put("text", &message.text);
    attachments(record, &message.attachments);
    record.put("payload", &message.payload);
    record.put("reply_to_id", &message.reply_to);
    if let Some(story) = &message.reply_to_story {
        record.put("reply_to_story", &story.id);
    }
    referral(record, message.referral.as_ref());
    record.put("app_id", &message.app_id);
    if message.to_self {
        record.set("is_self", true);
    }
}

fn attachments(record: &mut Record, attachments: &[Attachment]) {
    if attachments.is_empty() {
        return;
    }
    let items = attachments.iter().map(|attachment| {
        let mut item = Record::default();
        item.set("type", attachment.kind.clone());
        item.put("url", &attachment.url);
        item.put("title", &attachment.title);
        item.put("media_id", &attachment.media_id);
        item.finish()
    });
    record.set("attachments", items.collect::<Vec<_>>());
}

fn referral(record: &mut Record, referral: Option<&Referral>) {
    if let Some(referral) = referral {
        record.put("referral_ref", &referral.reference);
        record.put("referral_source", &referral.source);
        record.put("referral_type", &referral.kind);
        record.put("referral_ad_id", &referral.source_id);
        record.put("referral_product_id", &referral.product_id);
    }
}

fn comment(record: &mut Record, event: &WebhookEvent, comment: &Comment) {
    record.set("comment_id", comment.id.clone());
    record.put("text", &comment.text);
    record.put("from_id", &event.person.id);
    record.put("from_username", &event.person.username);
    record.put("parent_id", &comment.parent_id);
    if let Some(media) = &comment.media {
        record.put("media_id", &media.id);
        record.put("media_product_type", &media.product_type);
        record.put("ad_id", &media.ad_id);
        record.put("original_media_id", &media.original_media_id);
    }
    if comment.own {
        record.set("own", true);
    }
}
