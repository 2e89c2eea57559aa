//! Instagram's `changes` lane and the flat one: comments, mentions, insights, and messages of the
//! dashboard's test button.

use serde_json::Value;

use super::json::{at, first_id, id, text};
use super::{Base, Comment, CommentMedia, EventKind, Mention, WebhookEvent, instagram};

/// Fields whose value has the shape of a messaging item.
const MESSAGING_FIELDS: [&str; 10] = [
    "messages",
    "message_reactions",
    "messaging_postbacks",
    "messaging_seen",
    "message_edit",
    "messaging_referral",
    "messaging_handover",
    "messaging_optins",
    "standby",
    "message_echoes",
];

/// One `{field, value}`, from `changes[]` or from the entry itself.
pub(super) fn change(base: &Base, change: &Value) -> WebhookEvent {
    let Some(field) = id(change, "field") else {
        return base.unreadable("a change names no field", change);
    };
    let value = at(change, "value");
    let base = Base {
        field: Some(field.clone()),
        ..base.clone()
    };
    if value.is_null() {
        return base.unreadable("a change has no value", change);
    }
    match field.as_str() {
        "comments" => comment(base, value, false),
        "live_comments" => comment(base, value, true),
        "mentions" if value.is_object() => base.event(EventKind::Mention(Mention {
            media_id: id(value, "media_id"),
            comment_id: id(value, "comment_id"),
        })),
        _ if MESSAGING_FIELDS.contains(&field.as_str()) => instagram::messaging(
            Base {
                standby: field == "standby",
                ..base
            },
            value,
        ),
        _ => base.event(EventKind::Notice(value.clone())),
    }
}

fn comment(mut base: Base, value: &Value, live: bool) -> WebhookEvent {
    // One vendor page names the key comment_id.
    let Some(comment_id) = first_id(value, &["id", "comment_id"]) else {
        return base.unreadable("a comment has no id", value);
    };
    base.person = instagram::author(value);
    let own = base.person.id.is_some() && base.person.id == base.account_id;
    let comment = Comment {
        id: comment_id,
        text: text(value, "text"),
        media: media(value),
        parent_id: id(value, "parent_id"),
        live,
        own,
    };
    base.event(EventKind::Comment(Box::new(comment)))
}

fn media(value: &Value) -> Option<CommentMedia> {
    let media = at(value, "media");
    if !media.is_object() {
        return first_id(value, &["media", "media_id"]).map(|id| CommentMedia {
            id: Some(id),
            ..CommentMedia::default()
        });
    }
    Some(CommentMedia {
        id: id(media, "id"),
        product_type: text(media, "media_product_type"),
        ad_id: id(media, "ad_id"),
        ad_title: text(media, "ad_title"),
        original_media_id: id(media, "original_media_id"),
    })
}
