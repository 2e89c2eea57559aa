//! What a platform is asked for.

use kernel::{MediaId, UserId};
use serde::{Deserialize, Serialize};

/// What is asked of a platform. Stored as what it holds, without a tag: each has fields that no
/// other has, and messages were stored so before there was anything else.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(untagged)]
pub enum Request {
    /// Send a message to a customer.
    Message(SendRequest),
    /// Answer a comment in public.
    ReplyComment(ReplyComment),
    /// Hide a comment, or show it again.
    HideComment(HideComment),
}

impl Request {
    /// The message, if it is one.
    pub const fn message(&self) -> Option<&SendRequest> {
        match self {
            Self::Message(message) => Some(message),
            _ => None,
        }
    }

    /// The platform's id of the comment it is about.
    pub fn comment(&self) -> Option<&str> {
        match self {
            Self::Message(_) => None,
            Self::ReplyComment(reply) => Some(&reply.comment),
            Self::HideComment(hide) => Some(&hide.comment),
        }
    }
}

/// A public reply to a comment on Instagram.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct ReplyComment {
    /// The platform's id of the comment. Name the top-level one: the platform attaches a reply to a
    /// reply to that one anyway, and the webhook of our reply says so.
    pub comment: String,
    /// What the reply says.
    pub text: String,
}

/// Hiding a comment on Instagram, or showing it again.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct HideComment {
    /// The platform's id of the comment.
    pub comment: String,
    /// Whether it is to be hidden.
    pub hide: bool,
}

/// How the platform names the person it goes to.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize, utoipa::ToSchema)]
#[serde(rename_all = "snake_case")]
pub enum RecipientKind {
    /// Instagram-scoped id.
    Igsid,
    /// WhatsApp number.
    WaId,
    /// WhatsApp business-scoped user id.
    UserId,
}

/// To whom.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize, utoipa::ToSchema)]
pub struct Recipient {
    /// Which kind of id.
    pub kind: RecipientKind,
    /// The id.
    pub value: String,
}

/// What is sent.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize, utoipa::ToSchema)]
#[serde(tag = "kind", rename_all = "snake_case")]
pub enum Body {
    /// Text, within the platform's length.
    Text {
        /// The text.
        text: String,
    },
    /// A picture at an address that the platform can fetch.
    Image {
        /// The address.
        url: String,
        /// WhatsApp: the words under it. Instagram has none.
        caption: Option<String>,
    },
    /// A picture that is kept here: WhatsApp is handed it, Instagram a link that ends.
    Upload {
        /// The file.
        file: MediaId,
        /// What it is.
        media_type: String,
        /// WhatsApp: the words under it. Instagram has none.
        caption: Option<String>,
    },
}

/// A message to send.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize, utoipa::ToSchema)]
pub struct SendRequest {
    /// To whom.
    pub to: Recipient,
    /// What.
    pub body: Body,
    /// Instagram, 24 hours to 7 days after the customer's last message: the member who wrote it.
    /// The platform allows this to people only (`HUMAN_AGENT`), so the AI has nothing to put here.
    #[serde(default)]
    pub human_agent: Option<UserId>,
}

#[cfg(test)]
mod tests {
    use serde_json::json;

    use super::*;

    #[test]
    fn what_was_stored_before_comments_is_still_a_message() {
        let stored = json!({
            "to": {"kind": "igsid", "value": "125"},
            "body": {"kind": "text", "text": "Yes."},
        });
        let read: Request = serde_json::from_value(stored).unwrap();
        let Request::Message(message) = &read else {
            panic!("{read:?}")
        };
        assert_eq!(
            (message.to.value.as_str(), message.human_agent),
            ("125", None)
        );
        assert_eq!(read.comment(), None);
    }

    #[test]
    fn every_request_is_read_as_what_was_stored() {
        let recipient = Recipient {
            kind: RecipientKind::WaId,
            value: "32470000001".to_owned(),
        };
        let all = [
            Request::Message(SendRequest {
                to: recipient,
                body: Body::Image {
                    url: "https://shop.example/a.jpg".to_owned(),
                    caption: None,
                },
                human_agent: Some(UserId::new()),
            }),
            Request::ReplyComment(ReplyComment {
                comment: "178".to_owned(),
                text: "45 euros".to_owned(),
            }),
            Request::HideComment(HideComment {
                comment: "178".to_owned(),
                hide: false,
            }),
        ];
        for request in all {
            let stored = serde_json::to_value(&request).unwrap();
            let read: Request = serde_json::from_value(stored).unwrap();
            assert_eq!(read, request);
        }
        assert!(serde_json::from_value::<Request>(json!({"comment": "178"})).is_err());
    }
}
