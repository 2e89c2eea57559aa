//! Writing to a customer on WhatsApp.

use serde_json::{Value, json};

use super::call::MAX_JSON;
use super::{Access, CallError, MetaClient, SendOutcome};
use crate::read::json::{id, list};

/// To whom.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum WhatsAppRecipient {
    /// A number, as digits with the country code, with or without `+`.
    Number(String),
    /// A business-scoped user id (`US.…`), for people whose number is not known.
    UserId(String),
}

/// Where a picture is.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum MediaSource {
    /// An uploaded file, see [`MetaClient::whatsapp_upload`].
    Id(String),
    /// A public address, which the platform fetches and keeps for 10 minutes.
    Link(String),
}

/// What is sent.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum WhatsAppContent {
    /// At most 4096 characters; see [`crate::text::split`].
    Text {
        /// The text.
        body: String,
        /// Whether the first link shows a preview.
        preview_url: bool,
    },
    /// A JPEG or PNG of at most 5 MB.
    Image {
        /// Where it is.
        source: MediaSource,
        /// At most 1024 characters.
        caption: Option<String>,
    },
}

/// A message to a customer.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct WhatsAppSend {
    /// To whom.
    pub to: WhatsAppRecipient,
    /// What.
    pub content: WhatsAppContent,
    /// The message it quotes.
    pub reply_to: Option<String>,
    /// Comes back in the receipts (`biz_opaque_callback_data`), so that a send whose answer was
    /// lost is recognised. Put the effect's id here.
    pub callback_data: Option<String>,
}

impl MetaClient {
    /// Sends a message from a number, once. A confirmation means accepted, not delivered.
    pub async fn whatsapp_send(
        &self,
        access: &Access,
        phone_number_id: &str,
        send: &WhatsAppSend,
    ) -> SendOutcome {
        let url = self.facebook(&[phone_number_id, "messages"]);
        let request = self.post(access, url).json(&body(send));
        let exchange = self
            .exchange("whatsapp_send", &access.account_id, request, MAX_JSON)
            .await;
        SendOutcome::of(exchange, confirmed)
    }

    /// Marks a message and all before it as read, and shows "typing" for up to 25 seconds when
    /// asked. Doing it twice does no harm.
    ///
    /// # Errors
    /// [`CallError`].
    pub async fn whatsapp_mark_read(
        &self,
        access: &Access,
        phone_number_id: &str,
        message_id: &str,
        typing: bool,
    ) -> Result<(), CallError> {
        let url = self.facebook(&[phone_number_id, "messages"]);
        let mut body = json!({
            "messaging_product": "whatsapp",
            "status": "read",
            "message_id": message_id,
        });
        if typing && let Some(body) = body.as_object_mut() {
            body.insert("typing_indicator".to_owned(), json!({"type": "text"}));
        }
        let request = self.post(access, url).json(&body);
        self.call("whatsapp_mark_read", &access.account_id, request)
            .await
            .map(drop)
    }
}

fn body(send: &WhatsAppSend) -> Value {
    let mut body = serde_json::Map::new();
    let mut put = |key: &str, value: Value| body.insert(key.to_owned(), value);
    put("messaging_product", json!("whatsapp"));
    put("recipient_type", json!("individual"));
    match &send.to {
        // Without the plus sign the business's own country code may be put in front.
        WhatsAppRecipient::Number(number) if number.bytes().all(|byte| byte.is_ascii_digit()) => {
            put("to", json!(format!("+{number}")))
        }
        WhatsAppRecipient::Number(number) => put("to", json!(number)),
        WhatsAppRecipient::UserId(user_id) => put("recipient", json!(user_id)),
    };
    match &send.content {
        WhatsAppContent::Text { body, preview_url } => {
            put("type", json!("text"));
            put("text", json!({"body": body, "preview_url": preview_url}));
        }
        WhatsAppContent::Image { source, caption } => {
            put("type", json!("image"));
            let (key, place) = match source {
                MediaSource::Id(id) => ("id", id),
                MediaSource::Link(link) => ("link", link),
            };
            let image = match caption {
                Some(caption) => json!({key: place, "caption": caption}),
                None => json!({key: place}),
            };
            put("image", image);
        }
    }
    if let Some(message_id) = &send.reply_to {
        put("context", json!({"message_id": message_id}));
    }
    if let Some(data) = &send.callback_data {
        put("biz_opaque_callback_data", json!(data));
    }
    Value::Object(body)
}

fn confirmed(body: &Value) -> Option<SendOutcome> {
    let contact = list(body, "contacts").first().unwrap_or(&Value::Null);
    Some(SendOutcome::Confirmed {
        provider_id: id(list(body, "messages").first()?, "id")?,
        wa_id: id(contact, "wa_id"),
        user_id: id(contact, "user_id"),
    })
}

#[cfg(test)]
mod tests {
    use super::*;

    fn text(to: WhatsAppRecipient) -> WhatsAppSend {
        WhatsAppSend {
            to,
            content: WhatsAppContent::Text {
                body: "hi".to_owned(),
                preview_url: false,
            },
            reply_to: Some("wamid.0".to_owned()),
            callback_data: Some("job-77".to_owned()),
        }
    }

    #[test]
    fn a_number_gets_its_plus_sign_and_a_user_id_its_own_key() {
        assert_eq!(
            body(&text(WhatsAppRecipient::Number("16505551234".to_owned()))),
            json!({"messaging_product":"whatsapp","recipient_type":"individual","to":"+16505551234",
                "type":"text","text":{"body":"hi","preview_url":false},
                "context":{"message_id":"wamid.0"},"biz_opaque_callback_data":"job-77"})
        );
        let by_id = body(&text(WhatsAppRecipient::UserId("US.1".to_owned())));
        assert_eq!(by_id["recipient"], "US.1");
        assert!(by_id.get("to").is_none());
    }

    #[test]
    fn a_picture_is_named_by_id_or_link() {
        let image = |source, caption: Option<&str>| {
            let caption = caption.map(str::to_owned);
            let send = WhatsAppSend {
                content: WhatsAppContent::Image { source, caption },
                ..text(WhatsAppRecipient::UserId("US.1".to_owned()))
            };
            body(&send)["image"].clone()
        };
        assert_eq!(
            image(MediaSource::Id("9".to_owned()), None),
            json!({"id":"9"})
        );
        assert_eq!(
            image(MediaSource::Link("l".to_owned()), Some("c")),
            json!({"link":"l","caption":"c"})
        );
    }

    #[test]
    fn a_recorded_confirmation_for_a_user_id_is_read() {
        let recorded =
            include_bytes!("../../../../testing/fixtures/whatsapp/rest_send_ok_bsuid.json");
        assert_eq!(
            confirmed(&serde_json::from_slice(recorded).unwrap()),
            Some(SendOutcome::Confirmed {
                provider_id: "wamid.foobar".to_owned(),
                wa_id: None,
                user_id: Some("US.13491208655302741918".to_owned()),
            })
        );
    }
}
