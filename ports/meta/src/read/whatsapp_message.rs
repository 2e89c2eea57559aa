//! One WhatsApp message, echo or piece of history: who wrote to whom, and which kind it is.

use serde_json::Value;

use super::json::{at, first_id, flag, id, list, text};
use super::whatsapp::piece_errors;
use super::{Base, Direction, Edit, EventKind, HistoryMark, Message, Person, Reaction};
use super::{Referral, Removal, Stamp, SystemNote, Unsupported, WebhookEvent, whatsapp_content};

/// Where in the value the message stood.
pub(super) enum Lane {
    /// `messages[]`: a customer wrote.
    Inbound,
    /// `message_echoes[]`: the business wrote in its phone app.
    Echo,
    /// `history`: either side wrote, long ago.
    History {
        mark: HistoryMark,
        thread: Option<String>,
    },
}

/// Types whose content this reader takes.
const KNOWN: [&str; 12] = [
    "text",
    "image",
    "video",
    "audio",
    "voice",
    "document",
    "sticker",
    "location",
    "contacts",
    "interactive",
    "button",
    "order",
];

pub(super) fn read(base: &Base, value: &Value, message: &Value, lane: &Lane) -> WebhookEvent {
    if !message.is_object() {
        return base.unreadable("a message is not an object", message);
    }
    let mut base = base.clone();
    base.stamp = Stamp::read(at(message, "timestamp"));
    let outbound = match lane {
        Lane::Inbound => false,
        Lane::Echo => true,
        Lane::History { .. } => is_from_business(&base, message),
    };
    base.direction = Some(if outbound {
        Direction::Outbound
    } else {
        Direction::Inbound
    });
    base.sender = first_id(message, &["from", "from_user_id"]);
    base.recipient = first_id(message, &["to", "to_user_id"]);
    base.person = if outbound {
        recipient(value, message)
    } else {
        sender(value, message)
    };
    if let (
        Lane::History {
            thread: Some(thread),
            ..
        },
        None,
    ) = (lane, base.person.key())
    {
        base.person.id = Some(thread.clone());
    }
    match kind(message, lane) {
        Ok(kind) => base.event(kind),
        Err(reason) => base.unreadable(reason, message),
    }
}

fn kind(message: &Value, lane: &Lane) -> Result<EventKind, &'static str> {
    let named = id(message, "type")
        .or_else(|| infer_type(message))
        .unwrap_or_default();
    let part = at(message, &named);
    let target = || id(part, "original_message_id").ok_or("it names no message it changes");
    match named.as_str() {
        "reaction" => {
            let emoji = text(part, "emoji").filter(|emoji| !emoji.is_empty());
            Ok(EventKind::Reaction(Reaction {
                id: id(message, "id"),
                target_id: id(part, "message_id").ok_or("a reaction names no message")?,
                added: emoji.is_some(),
                emoji,
                name: None,
            }))
        }
        "system" => Ok(EventKind::System(system(message, part))),
        "revoke" => Ok(EventKind::Removal(Removal {
            id: id(message, "id"),
            target_id: target()?,
        })),
        "edit" => {
            let mut inner = Message::default();
            let changed = at(part, "message");
            let inner_type = id(changed, "type").or_else(|| infer_type(changed));
            whatsapp_content::fill(&mut inner, &inner_type.unwrap_or_default(), changed);
            Ok(EventKind::Edit(Edit {
                id: id(message, "id"),
                target_id: target()?,
                text: inner.text,
                attachments: inner.attachments,
                number: None,
            }))
        }
        _ => full_message(message, named, lane),
    }
}

fn full_message(message: &Value, named: String, lane: &Lane) -> Result<EventKind, &'static str> {
    let context = at(message, "context");
    let mut full = Message {
        id: id(message, "id").ok_or("a message has no id")?,
        reply_to: id(context, "id"),
        forwarded: flag(context, "forwarded"),
        frequently_forwarded: flag(context, "frequently_forwarded"),
        group_id: id(message, "group_id"),
        referral: referral(message),
        errors: piece_errors(message),
        ..Message::default()
    };
    if let Lane::History { mark, .. } = lane {
        full.history = Some(mark.clone());
    }
    if KNOWN.contains(&named.as_str()) {
        whatsapp_content::fill(&mut full, &named, message);
    } else if named != "media_placeholder" {
        full.unsupported = Some(Unsupported {
            kind: id(at(message, "unsupported"), "type"),
            raw: message.clone(),
        });
    }
    full.message_type = Some(named).filter(|named| !named.is_empty());
    Ok(EventKind::Message(Box::new(full)))
}

/// The type of a message that does not name it, by the part it carries.
fn infer_type(message: &Value) -> Option<String> {
    const SPECIAL: [&str; 4] = ["reaction", "system", "revoke", "edit"];
    KNOWN
        .iter()
        .chain(&SPECIAL)
        .find(|kind| !at(message, kind).is_null())
        .map(|kind| (*kind).to_owned())
}

fn system(message: &Value, part: &Value) -> SystemNote {
    let kind = text(part, "type");
    let number_changed = kind
        .as_deref()
        .is_some_and(|kind| kind.contains("changed_number"));
    SystemNote {
        id: id(message, "id"),
        text: text(part, "body"),
        // The newer form calls the new number wa_id.
        new_wa_id: id(part, "new_wa_id").or_else(|| id(part, "wa_id").filter(|_| number_changed)),
        new_user_id: id(part, "user_id"),
        kind,
    }
}

fn referral(message: &Value) -> Option<Referral> {
    let ad = at(message, "referral");
    let product = at(at(message, "context"), "referred_product");
    if !ad.is_object() && !product.is_object() {
        return None;
    }
    Some(Referral {
        source: text(ad, "source_type"),
        source_id: id(ad, "source_id"),
        source_url: text(ad, "source_url"),
        headline: text(ad, "headline"),
        body: text(ad, "body"),
        ctwa_clid: id(ad, "ctwa_clid"),
        product_id: id(product, "product_retailer_id"),
        catalog_id: id(product, "catalog_id"),
        ..Referral::default()
    })
}

fn is_from_business(base: &Base, message: &Value) -> bool {
    if first_id(message, &["to", "to_user_id"]).is_some() {
        return true;
    }
    let digits = |number: &str| {
        number
            .chars()
            .filter(char::is_ascii_digit)
            .collect::<String>()
    };
    match (id(message, "from"), &base.display_phone_number) {
        (Some(from), Some(own)) => !digits(&from).is_empty() && digits(&from) == digits(own),
        _ => false,
    }
}

/// The customer who wrote: ids from the message, the rest from the contact that goes with it.
fn sender(value: &Value, message: &Value) -> Person {
    let number = id(message, "from");
    let user_id = id(message, "from_user_id");
    let contact = contact_of(value, number.as_deref(), user_id.as_deref());
    Person {
        id: number.or_else(|| id(contact, "wa_id")),
        user_id: user_id.or_else(|| id(contact, "user_id")),
        parent_user_id: first_id(message, &["from_parent_user_id"])
            .or_else(|| id(contact, "parent_user_id")),
        ..profile(contact)
    }
}

/// The customer an echo went to. Only its own ids are taken: the contact may be either side.
fn recipient(value: &Value, message: &Value) -> Person {
    let number = id(message, "to");
    let user_id = id(message, "to_user_id");
    let contact = contact_of(value, number.as_deref(), user_id.as_deref());
    Person {
        id: number,
        user_id,
        parent_user_id: id(message, "to_parent_user_id"),
        ..profile(contact)
    }
}

fn profile(contact: &Value) -> Person {
    let profile = at(contact, "profile");
    Person {
        name: text(profile, "name"),
        username: text(profile, "username").map(|name| name.trim_start_matches('@').to_owned()),
        ..Person::default()
    }
}

/// The contact with one of these ids; a contact that stands alone belongs to the message anyway.
fn contact_of<'a>(value: &'a Value, number: Option<&str>, user_id: Option<&str>) -> &'a Value {
    let contacts = list(value, "contacts");
    let same = |contact: &&Value| {
        (number.is_some() && id(contact, "wa_id").as_deref() == number)
            || (user_id.is_some() && id(contact, "user_id").as_deref() == user_id)
    };
    match (contacts.iter().find(same), contacts) {
        (Some(contact), _) => contact,
        (None, [single]) => single,
        _ => &Value::Null,
    }
}
