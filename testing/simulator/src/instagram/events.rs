//! The webhooks Instagram sends.

use serde_json::{Map, Value, json};

use crate::options::Platform;
use crate::webhooks::outbox::Update;
use crate::world::World;

impl World {
    /// A `messaging` update between a customer and the account: `part` is its `message`, `read`,
    /// `reaction` or `message_edit`.
    pub fn emit_messaging(
        &mut self,
        account: &str,
        customer: &str,
        event: &Messaging<'_>,
        part: Value,
    ) {
        let at = event.at.unwrap_or_else(|| self.now()).timestamp_millis();
        let (sender, recipient) = if event.from_business {
            (account, customer)
        } else {
            (customer, account)
        };
        let mut item = json!({
            "sender": {"id": sender},
            "recipient": {"id": recipient},
            "timestamp": at,
        });
        if let (Some(item), Value::Object(part)) = (item.as_object_mut(), part) {
            item.extend(part);
        }
        let entry = json!({
            "id": account,
            "time": self.now().timestamp_millis(),
            "messaging": [item],
        });
        self.emit_instagram(account, event.field, event.kind, customer, entry);
    }

    /// A `changes` update such as a comment.
    pub fn emit_change(
        &mut self,
        account: &str,
        field: &str,
        kind: &str,
        thread: &str,
        value: Value,
    ) {
        let entry = json!({
            "id": account,
            "time": self.now().timestamp(),
            "changes": [{"field": field, "value": value}],
        });
        self.emit_instagram(account, field, kind, thread, entry);
    }

    fn emit_instagram(
        &mut self,
        account: &str,
        field: &str,
        kind: &str,
        thread: &str,
        entry: Value,
    ) {
        let Some(state) = self.instagram.get(account) else {
            return;
        };
        if !state.subscribed.contains(field) {
            return;
        }
        let secret = state
            .seed
            .app_secret
            .clone()
            .unwrap_or_else(|| self.options.instagram_app.secret.clone());
        self.emit(Update {
            platform: Platform::Instagram,
            account_id: account,
            kind,
            thread,
            secret,
            entry,
        });
    }
}

/// Which messaging update it is.
pub struct Messaging<'a> {
    /// The subscribed field that lets it through.
    pub field: &'a str,
    /// The name faults know it by.
    pub kind: &'a str,
    pub from_business: bool,
    pub at: Option<chrono::DateTime<chrono::Utc>>,
}

impl Messaging<'static> {
    pub fn message() -> Self {
        Self {
            field: "messages",
            kind: "message",
            from_business: false,
            at: None,
        }
    }

    pub fn echo() -> Self {
        Self {
            field: "messages",
            kind: "echo",
            from_business: true,
            at: None,
        }
    }
}

/// The `message` object of a webhook.
pub fn message_part(fields: impl IntoIterator<Item = (&'static str, Value)>) -> Value {
    let message: Map<String, Value> = fields
        .into_iter()
        .filter(|(_, value)| !value.is_null())
        .map(|(name, value)| (name.to_owned(), value))
        .collect();
    json!({ "message": message })
}
