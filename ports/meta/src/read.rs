//! The one reader of webhook bodies: the door, the journal worker and `webhook explain` all use it.
//!
//! It is tolerant on purpose. An unknown field is ignored, an unknown kind becomes
//! [`EventKind::Unsupported`] with its JSON, and a piece that makes no sense becomes
//! [`EventKind::Unreadable`] without costing its siblings. Only a body that is no webhook of the
//! platform at all is an error.

mod instagram;
mod instagram_changes;
mod instagram_message;
pub(crate) mod json;
mod mend;
mod model;
mod stamp;
mod whatsapp;
mod whatsapp_content;
mod whatsapp_message;
mod whatsapp_notices;

use kernel::Platform;
use serde_json::Value;

pub use model::*;
pub use stamp::Stamp;

use json::{at, id, list};

/// A body that is no webhook.
#[derive(Debug, thiserror::Error)]
pub enum ReadError {
    /// Truncated, not UTF-8, nested deeper than 128 levels, or no JSON at all.
    #[error("the body is not JSON that can be read")]
    NotJson(#[source] serde_json::Error),
    /// JSON, but without `entry`.
    #[error("the body has no entries")]
    NoEntries,
    /// A webhook of another product came to this address.
    #[error("the body is about {found:?}, not about {expected:?}")]
    OtherProduct {
        /// What `object` should say.
        expected: &'static str,
        /// What it says.
        found: String,
    },
}

/// Reads a webhook body into the events it holds, in their order.
///
/// # Errors
/// Only when the whole body can not be a webhook of this platform. See [`ReadError`].
pub fn read(platform: Platform, body: &[u8]) -> Result<Vec<WebhookEvent>, ReadError> {
    let body = body.strip_prefix(b"\xEF\xBB\xBF").unwrap_or(body);
    let document: Value = serde_json::from_slice(&mend::mend(body)).map_err(ReadError::NotJson)?;
    if let Value::String(found) = at(&document, "object")
        && found != webhook_object(platform)
    {
        return Err(ReadError::OtherProduct {
            expected: webhook_object(platform),
            found: found.clone(),
        });
    }
    if at(&document, "entry").is_null() {
        return Err(ReadError::NoEntries);
    }
    let mut events = Vec::new();
    for (index, entry) in list(&document, "entry").iter().enumerate() {
        let base = Base {
            platform,
            entry: index,
            account_id: id(entry, "id"),
            entry_stamp: Stamp::read(at(entry, "time")),
            ..Base::new(platform)
        };
        if !entry.is_object() {
            events.push(base.unreadable("an entry is not an object", entry));
            continue;
        }
        match platform {
            Platform::Instagram => instagram::entry(&base, entry, &mut events),
            Platform::Whatsapp => whatsapp::entry(&base, entry, &mut events),
        }
    }
    Ok(events)
}

/// The events in groups of one entry each, for one transaction per entry.
pub fn by_entry(events: &[WebhookEvent]) -> impl Iterator<Item = &[WebhookEvent]> {
    events.chunk_by(|one, next| one.entry == next.entry)
}

/// The value of `object` in this platform's webhook bodies.
pub const fn webhook_object(platform: Platform) -> &'static str {
    match platform {
        Platform::Instagram => "instagram",
        Platform::Whatsapp => "whatsapp_business_account",
    }
}

/// What all events of one place in the body share.
#[derive(Clone)]
struct Base {
    platform: Platform,
    entry: usize,
    account_id: Option<String>,
    phone_number_id: Option<String>,
    display_phone_number: Option<String>,
    field: Option<String>,
    standby: bool,
    sender: Option<String>,
    recipient: Option<String>,
    person: Person,
    direction: Option<Direction>,
    stamp: Option<Stamp>,
    entry_stamp: Option<Stamp>,
}

impl Base {
    fn new(platform: Platform) -> Self {
        Self {
            platform,
            entry: 0,
            account_id: None,
            phone_number_id: None,
            display_phone_number: None,
            field: None,
            standby: false,
            sender: None,
            recipient: None,
            person: Person::default(),
            direction: None,
            stamp: None,
            entry_stamp: None,
        }
    }

    fn event(self, kind: EventKind) -> WebhookEvent {
        WebhookEvent {
            platform: self.platform,
            entry: self.entry,
            account_id: self.account_id,
            phone_number_id: self.phone_number_id,
            display_phone_number: self.display_phone_number,
            field: self.field,
            standby: self.standby,
            sender: self.sender,
            recipient: self.recipient,
            person: self.person,
            direction: self.direction,
            stamp: self.stamp,
            entry_stamp: self.entry_stamp,
            kind,
        }
    }

    fn unreadable(&self, reason: &str, raw: &Value) -> WebhookEvent {
        let kind = EventKind::Unreadable {
            reason: reason.to_owned(),
            raw: raw.clone(),
        };
        self.clone().event(kind)
    }

    fn unsupported(&self, what: &str, raw: &Value) -> WebhookEvent {
        let kind = EventKind::Unsupported {
            what: what.to_owned(),
            raw: raw.clone(),
        };
        self.clone().event(kind)
    }
}
