//! A message as the thread shows it: its words, and a part for everything else it holds.

use std::collections::HashMap;

use channels::Channels;
use chrono::{DateTime, NaiveDate, Utc};
use kernel::MessageId;
use serde_json::Value;

use crate::details::{Attachment, Card, Details, Location, OrderItem, Referral};
use crate::explain::Basis;
use crate::kind::Kind;
use crate::message::{Direction, Message};
use crate::preview::shortened;

/// A message and what it shows.
pub(super) struct Bubble {
    pub(super) message: Message,
    /// The day that begins with it, in the reader's zone.
    pub(super) day: Option<NaiveDate>,
    /// A note beside the conversation rather than something that was said.
    pub(super) is_note: bool,
    pub(super) quote: Option<Quote>,
    pub(super) forwarded: bool,
    pub(super) parts: Vec<Part>,
    /// The words below the parts.
    pub(super) words: String,
    /// What it rests on, when the agent wrote it.
    pub(super) basis: Option<Basis>,
    /// Whether the reader wrote it.
    pub(super) own: bool,
    pub(super) earlier: Vec<Earlier>,
}

/// The message that another one answers.
pub(super) struct Quote {
    /// Where it stands, when it is here.
    pub(super) id: Option<MessageId>,
    pub(super) author: &'static str,
    pub(super) kind: Kind,
    pub(super) words: String,
}

/// What a message said before.
pub(super) struct Earlier {
    pub(super) text: String,
    pub(super) at: Option<DateTime<Utc>>,
}

/// Something in a message besides its words. Each has a template of its own.
pub(super) enum Part {
    /// What the words are: an answer to a story, a tapped button.
    Label(Kind),
    Picture {
        src: String,
        sticker: bool,
    },
    Film {
        src: String,
    },
    Sound {
        src: String,
        voice: bool,
    },
    /// A picture or a film: the platform does not say which.
    Either {
        src: String,
    },
    File {
        src: Option<String>,
        name: String,
    },
    /// A file that is nowhere.
    Missing(Kind),
    Share {
        title: String,
        href: Option<String>,
    },
    Form(Vec<(String, String)>),
    Place {
        place: Location,
        href: String,
    },
    Cards(Vec<Card>),
    Cart(Vec<OrderItem>),
    Lead {
        /// From where.
        key: &'static str,
        words: Vec<String>,
        href: Option<String>,
    },
    /// What the platform says went wrong.
    Trouble(String),
    Raw {
        kind: String,
        raw: String,
    },
}

impl Bubble {
    /// The messages of a thread. `older` are those that are answered and not among them.
    pub(super) fn all(messages: Vec<Message>, older: &[Message], channels: &Channels) -> Vec<Self> {
        let mut by_id = HashMap::new();
        for message in messages.iter().chain(older) {
            if let Some(id) = &message.external_id {
                by_id.insert(id.clone(), Quote::of(message));
            }
        }
        messages
            .into_iter()
            .map(|message| {
                let answered = message.reply_to.as_ref();
                let quote =
                    answered.map(|id| by_id.get(id).map_or_else(Quote::unknown, Quote::again));
                Self::of(message, quote, channels)
            })
            .collect()
    }

    fn of(message: Message, quote: Option<Quote>, channels: &Channels) -> Self {
        let details = message.parts();
        let kind = Kind::of(&message.kind);
        let removed = message.deleted_at.is_some();
        let parts = if removed {
            Vec::new()
        } else {
            parts(&message, kind, &details, channels)
        };
        let named = details.location.as_ref().and_then(|one| one.name.as_ref());
        let words = if removed || named == Some(&message.text) {
            String::new()
        } else {
            message.text.clone()
        };
        Self {
            day: None,
            is_note: matches!(kind, Kind::System | Kind::Referral) && !removed,
            quote: quote.filter(|_| !removed),
            forwarded: details.forwarded == Some(true)
                || details.frequently_forwarded == Some(true),
            parts,
            words,
            basis: None,
            own: false,
            earlier: earlier(&message.earlier),
            message,
        }
    }

    /// Who wrote it, in the reader's words.
    pub(super) fn author_key(&self) -> &'static str {
        if self.own {
            "inbox.author.you"
        } else {
            self.message.author_key()
        }
    }

    /// Whether it came from the customer, which its side of the thread says.
    pub(super) fn is_inbound(&self) -> bool {
        self.message.direction == Direction::Inbound
    }

    /// What the bubble is called where its look depends on how far the message came.
    pub(super) fn state(&self) -> &'static str {
        if self.message.deleted_at.is_some() {
            "removed"
        } else {
            self.message.state.as_str()
        }
    }
}

impl Quote {
    fn of(message: &Message) -> Self {
        let kind = if message.deleted_at.is_some() {
            Kind::Removed
        } else {
            Kind::of(&message.kind)
        };
        Self {
            id: Some(message.id),
            author: message.author_key(),
            kind,
            words: shortened(&message.text),
        }
    }

    fn unknown() -> Self {
        Self {
            id: None,
            author: "inbox.part.earlier_message",
            kind: Kind::Text,
            words: String::new(),
        }
    }

    fn again(&self) -> Self {
        Self {
            words: self.words.clone(),
            ..*self
        }
    }
}

fn parts(message: &Message, kind: Kind, details: &Details, channels: &Channels) -> Vec<Part> {
    let mut parts = Vec::new();
    match kind {
        Kind::Choice if details.interactive_type.as_deref() == Some("nfm_reply") => {
            parts.push(Part::Label(Kind::Form));
            parts.push(Part::Form(form(details.payload.as_deref())));
        }
        Kind::StoryReply | Kind::StoryMention | Kind::Choice | Kind::Heart | Kind::Pending => {
            parts.push(Part::Label(kind));
        }
        _ => {}
    }
    if let Some(place) = details.story_place() {
        let src = address(message, place);
        parts.push(Part::Either { src });
    }
    for (place, attachment) in (0..).zip(&details.attachments) {
        let src = attachment.is_anywhere().then(|| address(message, place));
        parts.extend(attached(attachment, src, channels));
    }
    if details.attachments.is_empty()
        && matches!(
            kind,
            Kind::Image | Kind::Video | Kind::Audio | Kind::File | Kind::Sticker
        )
    {
        parts.push(Part::Missing(kind));
    }
    parts.extend(details.location.clone().map(place));
    if !details.cards.is_empty() {
        parts.push(Part::Cards(details.cards.clone()));
    }
    if let Some(order) = &details.order {
        parts.push(Part::Cart(order.items.clone()));
    }
    parts.extend(details.referral.as_ref().map(lead));
    for error in &details.errors {
        let said = error.details.as_ref().or(error.title.as_ref());
        parts.push(Part::Trouble(match said {
            Some(said) => format!("{said} ({})", error.code),
            None => error.code.to_string(),
        }));
    }
    if let Some(unsupported) = &details.unsupported {
        let stated = || unsupported.raw.get("type")?.as_str().map(str::to_owned);
        parts.push(Part::Raw {
            kind: unsupported.kind.clone().or_else(stated).unwrap_or_default(),
            raw: serde_json::to_string_pretty(&unsupported.raw).unwrap_or_default(),
        });
    } else if kind == Kind::Unsupported && parts.is_empty() {
        parts.push(Part::Raw {
            kind: message.kind.clone(),
            raw: String::new(),
        });
    }
    parts
}

fn attached(attachment: &Attachment, src: Option<String>, channels: &Channels) -> Option<Part> {
    let kind = Kind::of(&attachment.kind);
    Some(match (kind, src) {
        (Kind::Image, Some(src)) => Part::Picture {
            src,
            sticker: false,
        },
        (Kind::Sticker, Some(src)) => Part::Picture { src, sticker: true },
        (Kind::Video, Some(src)) => Part::Film { src },
        (Kind::Audio, Some(src)) => Part::Sound {
            src,
            voice: attachment.voice == Some(true),
        },
        (Kind::StoryMention, Some(src)) => Part::Either { src },
        (Kind::File, src) => Part::File {
            src,
            name: attachment.filename.clone().unwrap_or_default(),
        },
        (Kind::Share, src) => {
            let url = attachment.url.as_deref();
            let is_file = url.is_some_and(|url| channels.meta.is_file_link(url));
            match src {
                Some(src) if is_file => Part::Either { src },
                _ => Part::Share {
                    title: attachment.title.clone().unwrap_or_default(),
                    href: url.and_then(web_address),
                },
            }
        }
        (Kind::Heart, _) => return None,
        (Kind::Image | Kind::Sticker | Kind::Video | Kind::Audio | Kind::StoryMention, None) => {
            Part::Missing(kind)
        }
        _ => Part::Raw {
            kind: attachment.kind.clone(),
            raw: attachment
                .raw
                .as_ref()
                .and_then(|raw| serde_json::to_string_pretty(raw).ok())
                .unwrap_or_default(),
        },
    })
}

/// Where our own server hands the file over.
fn address(message: &Message, place: i32) -> String {
    format!("/media/{}?place={place}", message.id)
}

/// An address that a link may lead to: nothing but a web page.
fn web_address(text: &str) -> Option<String> {
    let url = url::Url::parse(text).ok()?;
    matches!(url.scheme(), "http" | "https").then(|| url.to_string())
}

fn place(place: Location) -> Part {
    let (north, east) = (place.latitude, place.longitude);
    let map =
        || format!("https://www.openstreetmap.org/?mlat={north}&mlon={east}#map=16/{north}/{east}");
    let href = place.url.as_deref().and_then(web_address);
    Part::Place {
        href: href.unwrap_or_else(map),
        place,
    }
}

fn lead(referral: &Referral) -> Part {
    let source = referral.source.as_deref().unwrap_or_default();
    let key = if referral.product_id.is_some() {
        "inbox.part.from_product"
    } else if source.eq_ignore_ascii_case("ads") || source.eq_ignore_ascii_case("ad") {
        "inbox.part.from_ad"
    } else if source.eq_ignore_ascii_case("post") {
        "inbox.part.from_post"
    } else {
        "inbox.part.from_link"
    };
    let words = [
        &referral.headline,
        &referral.body,
        &referral.product_id,
        &referral.reference,
    ];
    let mut words: Vec<String> = words.into_iter().flatten().cloned().collect();
    if words.is_empty() {
        words.extend(referral.source_id.clone());
    }
    Part::Lead {
        key,
        words,
        href: referral.source_url.as_deref().and_then(web_address),
    }
}

/// The fields of a filled form, without the platform's own.
fn form(payload: Option<&str>) -> Vec<(String, String)> {
    let read = payload.and_then(|text| serde_json::from_str::<Value>(text).ok());
    let Some(Value::Object(fields)) = read else {
        return Vec::new();
    };
    fields
        .into_iter()
        .filter(|(name, _)| name != "flow_token")
        .map(|(name, value)| match value {
            Value::String(text) => (name.replace('_', " "), text),
            other => (name.replace('_', " "), other.to_string()),
        })
        .collect()
}

fn earlier(list: &Value) -> Vec<Earlier> {
    let listed = list.as_array().into_iter().flatten();
    listed
        .filter_map(|one| {
            let at = one.get("at").and_then(Value::as_str);
            Some(Earlier {
                text: one.get("text")?.as_str()?.to_owned(),
                at: at.and_then(|at| at.parse().ok()),
            })
        })
        .collect()
}

/// The name, or what stands for it.
pub(super) fn or_else(name: &str, otherwise: impl std::fmt::Display) -> String {
    if name.trim().is_empty() {
        otherwise.to_string()
    } else {
        name.to_owned()
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn only_web_pages_are_linked() {
        assert!(web_address("https://www.instagram.com/p/1/").is_some());
        for bad in [
            "javascript:alert(1)",
            "data:text/html,x",
            "file:///etc",
            "x",
        ] {
            assert_eq!(web_address(bad), None, "{bad}");
        }
    }

    #[test]
    fn a_form_shows_its_fields_and_not_the_platforms_token() {
        let fields = form(Some(
            r#"{"flow_token":"secret","delivery_rating":"4","n":2}"#,
        ));
        let shown: Vec<_> = fields
            .iter()
            .map(|(a, b)| (a.as_str(), b.as_str()))
            .collect();
        assert_eq!(shown, [("delivery rating", "4"), ("n", "2")]);
        assert!(form(Some("nonsense")).is_empty());
    }
}
