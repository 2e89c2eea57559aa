//! The parts of an Instagram messaging item that are about a message.

use serde_json::Value;

use super::json::{at, first_id, id, is_set, list, path, text, whole};
use super::{
    Attachment, Edit, EventKind, Message, Reaction, Referral, Removal, StoryReply, Unsupported,
};

/// Attachment types whose meaning is in the fields this reader takes.
const KNOWN_ATTACHMENTS: [&str; 13] = [
    "image",
    "video",
    "audio",
    "file",
    "share",
    "ig_post",
    "reel",
    "ig_reel",
    "story",
    "ig_story",
    "story_mention",
    "media",
    "like_heart",
];

pub(super) fn message(part: &Value) -> Result<EventKind, &'static str> {
    let id = id(part, "mid").ok_or("a message has no id")?;
    if is_set(part, "is_deleted") {
        return Ok(EventKind::Removal(Removal {
            id: None,
            target_id: id,
        }));
    }
    let story = path(part, &["reply_to", "story"]);
    let referral_part = at(part, "referral");
    Ok(EventKind::Message(Box::new(Message {
        id,
        text: text(part, "text"),
        attachments: attachments(part),
        payload: text(at(part, "quick_reply"), "payload"),
        reply_to: super::json::id(at(part, "reply_to"), "mid"),
        reply_to_story: story.is_object().then(|| StoryReply {
            id: super::json::id(story, "id"),
            url: text(story, "url"),
        }),
        referral: referral_part.is_object().then(|| referral(referral_part)),
        app_id: super::json::id(part, "app_id"),
        to_self: is_set(part, "is_self"),
        unsupported: is_set(part, "is_unsupported").then(|| Unsupported {
            kind: None,
            raw: part.clone(),
        }),
        ..Message::default()
    })))
}

pub(super) fn edit(part: &Value) -> Result<EventKind, &'static str> {
    Ok(EventKind::Edit(Edit {
        id: None,
        target_id: id(part, "mid").ok_or("an edit names no message")?,
        text: text(part, "text"),
        attachments: attachments(part),
        number: whole(part, "num_edit"),
    }))
}

pub(super) fn reaction(part: &Value) -> Result<EventKind, &'static str> {
    let emoji = text(part, "emoji").filter(|emoji| !emoji.is_empty());
    let name = text(part, "reaction").filter(|name| !name.is_empty());
    let added = match text(part, "action").as_deref() {
        Some("react") => true,
        Some("unreact") => false,
        _ => emoji.is_some() || name.is_some(),
    };
    Ok(EventKind::Reaction(Reaction {
        id: None,
        target_id: id(part, "mid").ok_or("a reaction names no message")?,
        added,
        emoji,
        name,
    }))
}

pub(super) fn referral(part: &Value) -> Referral {
    let ad = at(part, "ads_context_data");
    Referral {
        reference: text(part, "ref"),
        source: text(part, "source"),
        kind: text(part, "type"),
        source_id: id(part, "ad_id"),
        source_url: text(part, "referer_uri"),
        headline: text(ad, "ad_title"),
        product_id: id(at(part, "product"), "id"),
        ..Referral::default()
    }
}

fn attachments(part: &Value) -> Vec<Attachment> {
    ["attachments", "attachment"]
        .iter()
        .flat_map(|key| list(part, key))
        .map(attachment)
        .collect()
}

fn attachment(item: &Value) -> Attachment {
    const MEDIA_IDS: [&str; 6] = [
        "reel_video_id",
        "ig_post_media_id",
        "story_media_id",
        "media_id",
        "id",
        "attachment_id",
    ];
    let payload = at(item, "payload");
    let kind = text(item, "type").unwrap_or_else(|| "unknown".to_owned());
    let known = KNOWN_ATTACHMENTS.contains(&kind.as_str());
    Attachment {
        url: text(payload, "url")
            .or_else(|| text(payload, "story_media_url"))
            .or_else(|| text(item, "url")),
        media_id: first_id(payload, &MEDIA_IDS),
        title: text(payload, "title").or_else(|| text(item, "title")),
        raw: (!known).then(|| item.clone()),
        kind,
        ..Attachment::default()
    }
}
