//! Writing to a customer on Instagram.

use kernel::UserId;
use serde_json::{Value, json};

use super::{Access, CallError, MetaClient, SendOutcome};
use crate::read::json::id;

/// What is sent. Text and picture are two messages.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum InstagramContent {
    /// At most 1000 bytes of UTF-8; see [`crate::text::split`].
    Text(String),
    /// A PNG or JPEG of at most 8 MB at a public address, which the platform fetches.
    ImageUrl(String),
}

/// The person who wrote an answer. It is made from a user, so that code acting for the AI, which
/// has none, can not use what the platform allows to people only.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct HumanAuthor(UserId);

impl HumanAuthor {
    /// The signed-in user who wrote the text.
    pub const fn new(author: UserId) -> Self {
        Self(author)
    }

    /// Who it is.
    pub const fn user(self) -> UserId {
        self.0
    }
}

/// Under which rule of the platform an answer is sent.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum ReplyMode {
    /// Within 24 hours of the customer's last message.
    Standard,
    /// Within 7 days, written by a person (`HUMAN_AGENT`). Automated use is forbidden.
    HumanAgent(HumanAuthor),
}

/// A message to a customer.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct InstagramSend {
    /// The customer's Instagram-scoped id.
    pub to: String,
    /// What is sent.
    pub content: InstagramContent,
    /// Under which rule.
    pub mode: ReplyMode,
}

/// A sign in the thread that is not a message.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum SenderAction {
    /// "… is typing".
    TypingOn,
    /// No longer.
    TypingOff,
    /// The business read the thread.
    MarkSeen,
}

impl SenderAction {
    const fn as_str(self) -> &'static str {
        match self {
            Self::TypingOn => "typing_on",
            Self::TypingOff => "typing_off",
            Self::MarkSeen => "mark_seen",
        }
    }
}

impl MetaClient {
    /// Sends a message, once.
    pub async fn instagram_send(&self, access: &Access, send: &InstagramSend) -> SendOutcome {
        let url = self.instagram(&["me", "messages"]);
        let request = self.post(access, url).json(&body(send));
        let exchange = self
            .exchange(
                "instagram_send",
                &access.account_id,
                request,
                super::call::MAX_JSON,
            )
            .await;
        SendOutcome::of(exchange, |body| {
            Some(SendOutcome::Confirmed {
                provider_id: id(body, "message_id")?,
                wa_id: None,
                user_id: None,
            })
        })
    }

    /// Shows a sign in the thread. Doing it twice does no harm.
    ///
    /// # Errors
    /// [`CallError`].
    pub async fn instagram_sender_action(
        &self,
        access: &Access,
        to: &str,
        action: SenderAction,
    ) -> Result<(), CallError> {
        let url = self.instagram(&["me", "messages"]);
        let body = json!({"recipient": {"id": to}, "sender_action": action.as_str()});
        let request = self.post(access, url).json(&body);
        self.call("instagram_sender_action", &access.account_id, request)
            .await
            .map(drop)
    }
}

fn body(send: &InstagramSend) -> Value {
    let message = match &send.content {
        InstagramContent::Text(text) => json!({"text": text}),
        InstagramContent::ImageUrl(url) => {
            json!({"attachment": {"type": "image", "payload": {"url": url}}})
        }
    };
    let recipient = json!({"id": send.to});
    match send.mode {
        ReplyMode::Standard => {
            json!({"recipient": recipient, "messaging_type": "RESPONSE", "message": message})
        }
        ReplyMode::HumanAgent(_) => json!({
            "recipient": recipient,
            "messaging_type": "MESSAGE_TAG",
            "tag": "HUMAN_AGENT",
            "message": message,
        }),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn send(mode: ReplyMode) -> Value {
        let content = InstagramContent::Text("hi".to_owned());
        body(&InstagramSend {
            to: "125".to_owned(),
            content,
            mode,
        })
    }

    #[test]
    fn a_standard_answer_carries_no_tag() {
        assert_eq!(
            send(ReplyMode::Standard),
            json!({"recipient":{"id":"125"},"messaging_type":"RESPONSE","message":{"text":"hi"}})
        );
    }

    #[test]
    fn the_human_agent_tag_needs_a_person() {
        let tagged = send(ReplyMode::HumanAgent(HumanAuthor::new(UserId::new())));
        assert_eq!(tagged["tag"], "HUMAN_AGENT");
        assert_eq!(tagged["messaging_type"], "MESSAGE_TAG");
    }
}
