//! The webhooks WhatsApp sends.

use serde_json::{Value, json};

use crate::options::Platform;
use crate::people::Contact;
use crate::webhooks::outbox::Update;
use crate::world::World;

/// A failed status's error.
#[derive(Clone, Debug)]
pub struct Failure {
    pub code: i32,
    pub title: String,
    pub details: String,
}

impl World {
    /// An update of one number: `part` joins `messaging_product` and `metadata` in `value`.
    pub fn emit_whatsapp(
        &mut self,
        number: &str,
        field: &str,
        kind: &str,
        thread: &str,
        part: Value,
    ) {
        let Some(state) = self.whatsapp.get(number) else {
            return;
        };
        if !state.seed.subscribed {
            return;
        }
        let mut value = json!({
            "messaging_product": "whatsapp",
            "metadata": {
                "display_phone_number": state.seed.display_number,
                "phone_number_id": number,
            },
        });
        if let (Some(value), Value::Object(part)) = (value.as_object_mut(), part) {
            value.extend(part);
        }
        let entry =
            json!({"id": state.seed.waba_id, "changes": [{"field": field, "value": value}]});
        let secret = state
            .seed
            .app_secret
            .clone()
            .unwrap_or_else(|| self.options.whatsapp_app.secret.clone());
        self.emit(Update {
            platform: Platform::Whatsapp,
            account_id: number,
            kind,
            thread,
            secret,
            entry,
        });
    }

    /// A customer's message: `parts` holds `type` and its object.
    pub fn emit_whatsapp_message(
        &mut self,
        number: &str,
        person: &str,
        id: &str,
        kind: &str,
        parts: Value,
    ) {
        let Some(contact) = self.contact(Platform::Whatsapp, number, person) else {
            return;
        };
        let card = contact_card(contact);
        let mut message = json!({"id": id, "timestamp": self.now().timestamp().to_string()});
        if let (Some(fields), Value::Object(parts)) = (message.as_object_mut(), parts) {
            fields.insert("from_user_id".into(), contact.user_id.clone().into());
            if !contact.hides_number {
                fields.insert("from".into(), contact.id.clone().into());
            }
            fields.extend(parts);
        }
        let part = json!({"contacts": [card], "messages": [message]});
        self.emit_whatsapp(number, "messages", kind, person, part);
    }

    /// A status of a message the business sent.
    pub fn emit_status(
        &mut self,
        number: &str,
        person: &str,
        message_id: &str,
        status: &str,
        failure: Option<Failure>,
    ) {
        let at = self.now().timestamp().to_string();
        let Some(contact) = self.contact(Platform::Whatsapp, number, person) else {
            return;
        };
        let message = contact.message(message_id);
        let mut value = json!({
            "id": message_id,
            "status": status,
            "timestamp": at,
            "recipient_user_id": contact.user_id,
        });
        let Some(fields) = value.as_object_mut() else {
            return;
        };
        if !contact.hides_number {
            fields.insert("recipient_id".into(), contact.id.clone().into());
        }
        if let Some(data) = message.and_then(|message| message.callback_data.clone()) {
            fields.insert("biz_opaque_callback_data".into(), data.into());
        }
        if let Some(failure) = failure {
            let error = json!({
                "code": failure.code,
                "title": failure.title,
                "message": failure.title,
                "error_data": {"details": failure.details},
                "href": "https://developers.facebook.com/docs/whatsapp/cloud-api/support/error-codes/",
            });
            fields.insert("errors".into(), json!([error]));
        } else if matches!(status, "sent" | "delivered") {
            let category = message.map_or("service", |message| message.category.as_str());
            let free = category == "service";
            let pricing = json!({
                "billable": !free,
                "pricing_model": "PMP",
                "type": if free { "free_customer_service" } else { "regular" },
                "category": category,
            });
            fields.insert("pricing".into(), pricing);
        }
        let card = contact_card(contact);
        let part = json!({"contacts": [card], "statuses": [value]});
        self.emit_whatsapp(number, "messages", "status", person, part);
    }
}

/// `contacts[]` of a webhook.
fn contact_card(contact: &Contact) -> Value {
    let mut card = json!({"profile": {"name": contact.name}, "user_id": contact.user_id});
    if contact.hides_number {
        if let Some(profile) = card.pointer_mut("/profile").and_then(Value::as_object_mut) {
            profile.insert("username".into(), format!("@{}", contact.username).into());
        }
    } else if let Some(card) = card.as_object_mut() {
        card.insert("wa_id".into(), contact.id.clone().into());
    }
    card
}
