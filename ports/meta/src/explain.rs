//! Says what a webhook means, as JSON for support and for tests.
//!
//! One object per event. The keys differ per platform, as the platforms do; a key is absent when
//! the payload does not say.

mod instagram;
mod record;
mod whatsapp;

use kernel::Platform;
use serde_json::Value;

use crate::read::WebhookEvent;

/// The events as a JSON array.
pub fn explain(events: &[WebhookEvent]) -> Value {
    Value::Array(events.iter().map(explain_event).collect())
}

/// One event as a JSON object.
pub fn explain_event(event: &WebhookEvent) -> Value {
    match event.platform {
        Platform::Instagram => instagram::explain(event),
        Platform::Whatsapp => whatsapp::explain(event),
    }
}
