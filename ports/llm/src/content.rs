//! What a message to a model holds: text, and pictures for models that can see.

use base64::Engine as _;
use base64::prelude::BASE64_STANDARD;
use serde::{Deserialize, Serialize};

/// Text, alone or with pictures.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(untagged)]
pub enum Content {
    /// Text alone: what every model understands.
    Text(String),
    /// Pieces in their order, for models whose input takes pictures.
    Parts(Vec<Part>),
}

impl From<String> for Content {
    fn from(text: String) -> Self {
        Self::Text(text)
    }
}

impl From<&str> for Content {
    fn from(text: &str) -> Self {
        Self::Text(text.to_owned())
    }
}

/// A piece of a message.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(tag = "type", rename_all = "snake_case")]
pub enum Part {
    /// Words.
    Text {
        /// The words.
        text: String,
    },
    /// A picture.
    ImageUrl {
        /// Where it is.
        image_url: ImageUrl,
    },
}

/// Where a picture is.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct ImageUrl {
    /// A web address, or the picture itself as a data URL.
    pub url: String,
}

impl Part {
    /// Words.
    pub fn text(text: impl Into<String>) -> Self {
        Self::Text { text: text.into() }
    }

    /// The picture itself, sent with the message, so that the provider needs no address of ours.
    /// `media_type` is that of its bytes, such as `image/jpeg`.
    pub fn picture(media_type: &str, bytes: &[u8]) -> Self {
        let url = format!("data:{media_type};base64,{}", BASE64_STANDARD.encode(bytes));
        Self::ImageUrl {
            image_url: ImageUrl { url },
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::Message;
    use serde_json::json;

    #[test]
    fn text_alone_stays_a_string_and_pictures_go_as_data() {
        let plain = Message::User {
            content: "Hello".into(),
        };
        assert_eq!(
            serde_json::to_value(&plain).unwrap(),
            json!({"role": "user", "content": "Hello"})
        );
        let seen = Message::User {
            content: Content::Parts(vec![
                Part::text("Do you have this?"),
                Part::picture("image/png", b"\x89PNG"),
            ]),
        };
        let wire = serde_json::to_value(&seen).unwrap();
        let parts = json!([
            {"type": "text", "text": "Do you have this?"},
            {"type": "image_url", "image_url": {"url": "data:image/png;base64,iVBORw=="}},
        ]);
        assert_eq!(wire, json!({"role": "user", "content": parts}));
        assert_eq!(serde_json::from_value::<Message>(wire).unwrap(), seen);
    }
}
