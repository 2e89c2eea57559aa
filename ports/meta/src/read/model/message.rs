//! Messages and what people do to them.

use serde::Serialize;
use serde_json::Value;

use super::PieceError;

/// A message in either direction.
#[derive(Clone, Debug, Default, PartialEq, Serialize)]
pub struct Message {
    /// Platform id (`mid` or `wamid`), unique within the account.
    pub id: String,
    /// WhatsApp `type`; Instagram names none.
    pub message_type: Option<String>,
    /// Text, caption, chosen answer or place name: what a person would read first.
    pub text: Option<String>,
    /// Pictures, sound, files, shares, story mentions.
    pub attachments: Vec<Attachment>,
    /// Hidden value of a tapped quick reply, button or list row; the JSON text of a flow answer.
    pub payload: Option<String>,
    /// WhatsApp: `button_reply`, `list_reply` or `nfm_reply`.
    pub interactive_type: Option<String>,
    /// A shared place.
    pub location: Option<Location>,
    /// Shared contact cards.
    pub cards: Vec<ContactCard>,
    /// A cart from the catalogue.
    pub order: Option<Order>,
    /// Id of the message this one answers.
    pub reply_to: Option<String>,
    /// Instagram: the story this one answers.
    pub reply_to_story: Option<StoryReply>,
    /// The ad, link or product that led here.
    pub referral: Option<Referral>,
    /// WhatsApp: passed on from another chat.
    pub forwarded: Option<bool>,
    /// WhatsApp: passed on many times.
    pub frequently_forwarded: Option<bool>,
    /// WhatsApp: the group it was written in.
    pub group_id: Option<String>,
    /// Instagram echo: the app that sent it. A person in Instagram's own app leaves it out.
    pub app_id: Option<String>,
    /// Instagram: the business wrote to itself.
    pub to_self: bool,
    /// WhatsApp: part of the history that a phone app handed over.
    pub history: Option<HistoryMark>,
    /// Set when the platform or this reader can not show the content.
    pub unsupported: Option<Unsupported>,
    /// WhatsApp: errors reported inside the message, such as media that could not be fetched.
    pub errors: Vec<PieceError>,
}

impl Message {
    /// Whether there is nothing to show: no text and no content of any kind.
    pub fn is_empty(&self) -> bool {
        self.text.is_none()
            && self.attachments.is_empty()
            && self.payload.is_none()
            && self.location.is_none()
            && self.cards.is_empty()
            && self.order.is_none()
    }
}

/// Why a message can not be shown.
#[derive(Clone, Debug, PartialEq, Serialize)]
pub struct Unsupported {
    /// What the platform calls the content, when it says.
    pub kind: Option<String>,
    /// The message as sent.
    pub raw: Value,
}

/// Something attached to a message. Links of the platforms' CDNs expire.
#[derive(Clone, Debug, Default, PartialEq, Serialize)]
pub struct Attachment {
    /// The platform's word: `image`, `audio`, `share`, `ig_reel`, `story_mention`, `sticker`, ….
    pub kind: String,
    /// Where it can be fetched or seen. WhatsApp needs the token, and the link lives 5 minutes.
    pub url: Option<String>,
    /// WhatsApp media id (7 days), or the id of the shared Instagram post, reel or story.
    pub media_id: Option<String>,
    /// Title of a shared post or reel.
    pub title: Option<String>,
    /// MIME type as stated.
    pub mime_type: Option<String>,
    /// File name as stated: untrusted.
    pub filename: Option<String>,
    /// Base64 SHA-256 as stated.
    pub sha256: Option<String>,
    /// A voice note rather than a sound file.
    pub voice: Option<bool>,
    /// A moving sticker.
    pub animated: Option<bool>,
    /// The attachment as sent, for kinds this reader does not know.
    pub raw: Option<Value>,
}

/// A place.
#[derive(Clone, Debug, PartialEq, Serialize)]
pub struct Location {
    /// Degrees north.
    pub latitude: f64,
    /// Degrees east.
    pub longitude: f64,
    /// Name of a chosen place.
    pub name: Option<String>,
    /// Its address.
    pub address: Option<String>,
    /// A link to it.
    pub url: Option<String>,
}

/// A shared contact card.
#[derive(Clone, Debug, Default, PartialEq, Serialize)]
pub struct ContactCard {
    /// Name to show.
    pub name: Option<String>,
    /// Numbers, as written on the card.
    pub phones: Vec<String>,
    /// E-mail addresses.
    pub emails: Vec<String>,
}

/// A cart sent from the catalogue.
#[derive(Clone, Debug, Default, PartialEq, Serialize)]
pub struct Order {
    /// The catalogue.
    pub catalog_id: Option<String>,
    /// What is in the cart.
    pub items: Vec<OrderItem>,
}

/// A line of a cart.
#[derive(Clone, Debug, Default, PartialEq, Serialize)]
pub struct OrderItem {
    /// The shop's own number of the product.
    pub product_retailer_id: Option<String>,
    /// How many, as written.
    pub quantity: Option<String>,
    /// Price of one, as written (no floats for money).
    pub item_price: Option<String>,
    /// ISO 4217 code.
    pub currency: Option<String>,
}

/// The story a message answers.
#[derive(Clone, Debug, Default, PartialEq, Serialize)]
pub struct StoryReply {
    /// Id of the story.
    pub id: Option<String>,
    /// Its link, which dies with the story.
    pub url: Option<String>,
}

/// Where somebody came from: an ad, a link, a product.
#[derive(Clone, Debug, Default, PartialEq, Serialize)]
pub struct Referral {
    /// Instagram: our own mark in the link (`ref`).
    pub reference: Option<String>,
    /// Instagram `source` (`ADS`, `IGME`, …) or WhatsApp `source_type` (`ad`, `post`).
    pub source: Option<String>,
    /// Instagram `type`, such as `OPEN_THREAD`.
    pub kind: Option<String>,
    /// The ad or post.
    pub source_id: Option<String>,
    /// Link to it.
    pub source_url: Option<String>,
    /// Its headline or title.
    pub headline: Option<String>,
    /// Its text.
    pub body: Option<String>,
    /// WhatsApp: click id for the ads system.
    pub ctwa_clid: Option<String>,
    /// The shop's product.
    pub product_id: Option<String>,
    /// WhatsApp: the catalogue of the product.
    pub catalog_id: Option<String>,
}

/// A message came from the history of a phone app.
#[derive(Clone, Debug, Default, PartialEq, Serialize)]
pub struct HistoryMark {
    /// State of the message there (`DELIVERED`, `READ`, …).
    pub status: Option<String>,
    /// 0: the last day, 1: to 90 days, 2: to 180 days.
    pub phase: Option<i64>,
}

/// A changed message.
#[derive(Clone, Debug, Default, PartialEq, Serialize)]
pub struct Edit {
    /// WhatsApp: id of the edit itself.
    pub id: Option<String>,
    /// The message that changed.
    pub target_id: String,
    /// Its new text or caption.
    pub text: Option<String>,
    /// Its new media.
    pub attachments: Vec<Attachment>,
    /// Instagram: how often it was edited.
    pub number: Option<i64>,
}

impl Edit {
    /// Instagram: an edit number 0 without text means "a message is there": fetch it by its id.
    /// Community reading of recorded traffic; the platform documents nothing.
    pub fn asks_to_fetch(&self) -> bool {
        self.number == Some(0) && self.text.is_none()
    }
}

/// An unsent message.
#[derive(Clone, Debug, Default, PartialEq, Serialize)]
pub struct Removal {
    /// WhatsApp: id of the removal itself.
    pub id: Option<String>,
    /// The message to delete.
    pub target_id: String,
}

/// An emoji on a message.
#[derive(Clone, Debug, Default, PartialEq, Serialize)]
pub struct Reaction {
    /// WhatsApp: id of the reaction itself.
    pub id: Option<String>,
    /// The message it is on.
    pub target_id: String,
    /// Put on, or taken away.
    pub added: bool,
    /// The emoji.
    pub emoji: Option<String>,
    /// Instagram: its name, such as `love`.
    pub name: Option<String>,
}
