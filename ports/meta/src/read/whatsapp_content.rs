//! The content of a WhatsApp message by its type.

use serde_json::Value;

use super::json::{at, first_id, flag, id, list, number, text};
use super::{Attachment, ContactCard, Location, Message, Order, OrderItem};

/// Puts the content of the part named like the type into the message.
pub(super) fn fill(into: &mut Message, named: &str, message: &Value) {
    let part = at(message, named);
    match named {
        "text" => into.text = text(part, "body"),
        "image" | "video" | "audio" | "voice" | "document" | "sticker" => {
            into.text = text(part, "caption");
            if part.is_object() {
                into.attachments.push(media(named, part));
            }
        }
        "location" => {
            into.text = text(part, "name");
            into.location = location(part);
        }
        "contacts" => into.cards = list(message, "contacts").iter().map(card).collect(),
        "interactive" => interactive(into, part),
        "button" => {
            into.text = text(part, "text");
            into.payload = text(part, "payload");
        }
        "order" => {
            into.text = text(part, "text").filter(|text| !text.is_empty());
            into.order = part.is_object().then(|| order(part));
        }
        _ => {}
    }
}

fn media(kind: &str, part: &Value) -> Attachment {
    Attachment {
        kind: kind.to_owned(),
        url: first_id(part, &["url", "link"]),
        media_id: id(part, "id"),
        mime_type: text(part, "mime_type"),
        filename: text(part, "filename"),
        sha256: text(part, "sha256"),
        voice: flag(part, "voice"),
        animated: flag(part, "animated"),
        ..Attachment::default()
    }
}

fn location(part: &Value) -> Option<Location> {
    Some(Location {
        latitude: number(part, "latitude")?,
        longitude: number(part, "longitude")?,
        name: text(part, "name"),
        address: text(part, "address"),
        url: text(part, "url"),
    })
}

fn card(card: &Value) -> ContactCard {
    let name = at(card, "name");
    let all = |list_key: &str, key: &str| {
        list(card, list_key)
            .iter()
            .filter_map(|item| text(item, key))
            .collect()
    };
    ContactCard {
        name: text(name, "formatted_name").or_else(|| text(name, "first_name")),
        phones: all("phones", "phone"),
        emails: all("emails", "email"),
    }
}

fn interactive(into: &mut Message, part: &Value) {
    let named = text(part, "type");
    let reply = at(part, named.as_deref().unwrap_or_default());
    // A flow answers with JSON in a text; buttons and rows with the id we gave them.
    into.payload = text(reply, "id").or_else(|| text(reply, "response_json"));
    into.text = text(reply, "title").or_else(|| text(reply, "body"));
    into.interactive_type = named;
}

fn order(part: &Value) -> Order {
    Order {
        catalog_id: id(part, "catalog_id"),
        items: list(part, "product_items")
            .iter()
            .map(|item| OrderItem {
                product_retailer_id: id(item, "product_retailer_id"),
                quantity: text(item, "quantity"),
                item_price: text(item, "item_price"),
                currency: text(item, "currency"),
            })
            .collect(),
    }
}
