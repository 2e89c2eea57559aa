//! What stands in a message beside its words.

use kernel::MediaId;
use serde::Deserialize;
use serde_json::Value;

use crate::message::Message;

/// The place of the story that a message answers, among the files of the message.
const STORY: i32 = 1000;

/// The parts of a message. What is missing or of another form than expected is left out.
#[derive(Clone, Debug, Default, PartialEq, Deserialize)]
#[serde(default)]
pub(crate) struct Details {
    pub(crate) attachments: Vec<Attachment>,
    /// The hidden value of a tapped button; the JSON text of a filled form.
    pub(crate) payload: Option<String>,
    pub(crate) interactive_type: Option<String>,
    pub(crate) location: Option<Location>,
    pub(crate) cards: Vec<Card>,
    pub(crate) order: Option<Order>,
    pub(crate) reply_to_story: Option<Story>,
    pub(crate) referral: Option<Referral>,
    pub(crate) forwarded: Option<bool>,
    pub(crate) frequently_forwarded: Option<bool>,
    pub(crate) unsupported: Option<Unsupported>,
    pub(crate) note: Option<Note>,
    pub(crate) errors: Vec<PieceError>,
}

/// Something attached.
#[derive(Clone, Debug, Default, PartialEq, Deserialize)]
#[serde(default)]
pub(crate) struct Attachment {
    pub(crate) kind: String,
    pub(crate) url: Option<String>,
    pub(crate) media_id: Option<String>,
    pub(crate) title: Option<String>,
    pub(crate) mime_type: Option<String>,
    pub(crate) filename: Option<String>,
    pub(crate) voice: Option<bool>,
    /// A file of ours: what a person sent from here.
    pub(crate) file: Option<MediaId>,
    /// The piece as sent, of a kind that the reader did not know.
    pub(crate) raw: Option<Value>,
}

/// A place.
#[derive(Clone, Debug, Default, PartialEq, Deserialize)]
#[serde(default)]
pub(crate) struct Location {
    pub(crate) latitude: f64,
    pub(crate) longitude: f64,
    pub(crate) name: Option<String>,
    pub(crate) address: Option<String>,
    pub(crate) url: Option<String>,
}

/// A contact card.
#[derive(Clone, Debug, Default, PartialEq, Deserialize)]
#[serde(default)]
pub(crate) struct Card {
    pub(crate) name: Option<String>,
    pub(crate) phones: Vec<String>,
    pub(crate) emails: Vec<String>,
}

/// A cart.
#[derive(Clone, Debug, Default, PartialEq, Deserialize)]
#[serde(default)]
pub(crate) struct Order {
    pub(crate) items: Vec<OrderItem>,
}

/// A line of a cart.
#[derive(Clone, Debug, Default, PartialEq, Deserialize)]
#[serde(default)]
pub(crate) struct OrderItem {
    pub(crate) product_retailer_id: Option<String>,
    pub(crate) quantity: Option<String>,
    pub(crate) item_price: Option<String>,
    pub(crate) currency: Option<String>,
}

/// The story that a message answers.
#[derive(Clone, Debug, Default, PartialEq, Deserialize)]
#[serde(default)]
pub(crate) struct Story {
    pub(crate) url: Option<String>,
}

/// Where somebody came from.
#[derive(Clone, Debug, Default, PartialEq, Deserialize)]
#[serde(default)]
pub(crate) struct Referral {
    pub(crate) reference: Option<String>,
    pub(crate) source: Option<String>,
    pub(crate) source_id: Option<String>,
    pub(crate) source_url: Option<String>,
    pub(crate) headline: Option<String>,
    pub(crate) body: Option<String>,
    pub(crate) product_id: Option<String>,
}

/// Something that can't be shown.
#[derive(Clone, Debug, Default, PartialEq, Deserialize)]
#[serde(default)]
pub(crate) struct Unsupported {
    /// What the platform calls it.
    pub(crate) kind: Option<String>,
    pub(crate) raw: Value,
}

/// A note of the platform.
#[derive(Clone, Debug, Default, PartialEq, Deserialize)]
#[serde(default)]
pub(crate) struct Note {
    pub(crate) kind: Option<String>,
}

/// What went wrong with a piece of the message on the platform's side.
#[derive(Clone, Debug, Default, PartialEq, Deserialize)]
#[serde(default)]
pub(crate) struct PieceError {
    pub(crate) code: Value,
    pub(crate) title: Option<String>,
    pub(crate) details: Option<String>,
}

/// A file of a message: where it is.
#[derive(Clone, Debug, PartialEq)]
pub(crate) struct Source {
    /// A file of ours.
    pub(crate) file: Option<MediaId>,
    /// WhatsApp's id of it.
    pub(crate) media_id: Option<String>,
    /// The platform's link, which dies after a while.
    pub(crate) url: Option<String>,
    /// Its name as stated: untrusted.
    pub(crate) filename: Option<String>,
}

impl Details {
    /// Reads the column.
    pub(crate) fn read(details: &Value) -> Self {
        match serde_json::from_value(details.clone()) {
            Ok(read) => read,
            // One piece of another form takes nothing but itself away.
            Err(_) => Self::piecewise(details),
        }
    }

    fn piecewise(details: &Value) -> Self {
        let mut fitting = serde_json::Map::new();
        for (key, value) in details.as_object().into_iter().flatten() {
            let alone = serde_json::json!({ key: value });
            if serde_json::from_value::<Self>(alone).is_ok() {
                fitting.insert(key.clone(), value.clone());
            }
        }
        serde_json::from_value(Value::Object(fitting)).unwrap_or_default()
    }

    /// The file at a place of the message.
    pub(crate) fn source(&self, place: i32) -> Option<Source> {
        if place == STORY {
            let url = self.reply_to_story.as_ref()?.url.clone()?;
            return Some(Source {
                file: None,
                media_id: None,
                url: Some(url),
                filename: None,
            });
        }
        let attachment = self.attachments.get(usize::try_from(place).ok()?)?;
        attachment.is_anywhere().then(|| Source {
            file: attachment.file,
            media_id: attachment.media_id.clone(),
            url: attachment.url.clone(),
            filename: attachment.filename.clone(),
        })
    }

    /// The place of the story, when it can be looked at.
    pub(crate) fn story_place(&self) -> Option<i32> {
        self.reply_to_story.as_ref()?.url.as_ref().map(|_| STORY)
    }
}

impl Attachment {
    /// Whether there is anything to fetch.
    pub(crate) fn is_anywhere(&self) -> bool {
        self.file.is_some() || self.url.is_some() || self.media_id.is_some()
    }
}

impl Message {
    /// What stands in it beside its words.
    pub(crate) fn parts(&self) -> Details {
        Details::read(&self.details)
    }
}

#[cfg(test)]
mod tests {
    use serde_json::json;

    use super::*;

    #[test]
    fn a_piece_of_another_form_takes_nothing_else_away() {
        let details = Details::read(&json!({
            "location": "nowhere",
            "payload": "YES",
            "attachments": [{"kind": "image", "url": "https://a.example/1"}],
        }));
        assert_eq!(details.payload.as_deref(), Some("YES"));
        assert_eq!(details.attachments.len(), 1);
        assert_eq!(details.location, None);
        assert_eq!(Details::read(&json!(7)), Details::default());
    }

    #[test]
    fn a_file_is_found_at_its_place_and_the_story_at_its_own() {
        let details = Details::read(&json!({
            "attachments": [{"kind": "like_heart"}, {"kind": "image", "media_id": "9"}],
            "reply_to_story": {"url": "https://a.example/s"},
        }));
        assert_eq!(details.source(0), None);
        assert_eq!(details.source(1).unwrap().media_id.as_deref(), Some("9"));
        let story = details.source(details.story_place().unwrap()).unwrap();
        assert_eq!(story.url.as_deref(), Some("https://a.example/s"));
        assert_eq!(details.source(-1), None);
    }
}
