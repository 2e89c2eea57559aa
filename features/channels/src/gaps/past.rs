//! A message that was read back, in the form that webhooks have.

use chrono::TimeDelta;
use kernel::Platform;
use meta::client::PastMessage;
use meta::read::{
    Direction, EventKind, HistoryMark, Message, Person, Stamp, Unsupported, WebhookEvent,
};
use serde_json::json;

use crate::accounts::Account;

/// The event that a webhook would have told; none when the platform names nobody. What was
/// written before the account was connected is history: shown and not answered.
pub(super) fn event(account: &Account, past: &PastMessage) -> Option<WebhookEvent> {
    let from = past.from.as_ref()?;
    let ours = |id: &str| id == account.external_id || account.parent_id.as_deref() == Some(id);
    let direction = if ours(&from.id) {
        Direction::Outbound
    } else {
        Direction::Inbound
    };
    let person = match direction {
        Direction::Outbound => past.to.iter().find(|to| !ours(&to.id))?,
        Direction::Inbound => from,
    };
    // The platform tells whole seconds.
    let earlier = past
        .created_at
        .is_some_and(|at| at + TimeDelta::seconds(1) < account.connected_at);
    let message = Message {
        id: past.id.clone(),
        text: past.text.clone(),
        attachments: past.attachments.clone(),
        reply_to_story: past.reply_to_story.clone(),
        history: earlier.then_some(HistoryMark {
            status: None,
            phase: None,
        }),
        unsupported: past.unsupported.then(|| Unsupported {
            kind: None,
            raw: json!({ "id": past.id }),
        }),
        ..Message::default()
    };
    Some(WebhookEvent {
        platform: Platform::Instagram,
        entry: 0,
        account_id: Some(account.external_id.clone()),
        phone_number_id: None,
        display_phone_number: None,
        field: None,
        standby: false,
        sender: Some(from.id.clone()),
        recipient: past.to.first().map(|to| to.id.clone()),
        person: Person {
            id: Some(person.id.clone()),
            username: person.username.clone(),
            ..Person::default()
        },
        direction: Some(direction),
        stamp: past.created_at.map(|at| Stamp {
            at,
            from_epoch: false,
        }),
        entry_stamp: None,
        kind: EventKind::Message(Box::new(message)),
    })
}
