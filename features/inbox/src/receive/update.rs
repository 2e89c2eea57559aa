//! News of messages that are here, or not yet: receipts, reactions, edits, removals.

use chrono::{DateTime, Utc};
use db::{DbResult, TenantTx};
use kernel::{AccountId, ConversationId};
use meta::read::{DeliveryState, EventKind, Seen, Status, WebhookEvent};
use serde::{Deserialize, Serialize};
use serde_json::{Value, json};

use super::Entry;
use crate::conversation::{self, Badge, EpochCause};
use crate::message::{Direction, Message, MessageState};
use crate::preview::Line;
use crate::store;

/// Something that happened to one message.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
#[serde(tag = "kind", rename_all = "snake_case")]
pub(crate) enum Update {
    /// It came this far.
    Receipt {
        state: MessageState,
        at: DateTime<Utc>,
        error: Option<String>,
    },
    /// Its writer changed it.
    Edit {
        text: Option<String>,
        at: DateTime<Utc>,
    },
    /// Its writer took it back.
    Removal { at: DateTime<Utc> },
    /// An emoji was put on it, or taken away.
    Reaction {
        from: String,
        emoji: Option<String>,
        added: bool,
    },
}

/// The message that an event is about, by its platform id.
pub(crate) fn target(event: &WebhookEvent) -> Option<&str> {
    match &event.kind {
        EventKind::Edit(edit) => Some(&edit.target_id),
        EventKind::Removal(removal) => Some(&removal.target_id),
        EventKind::Reaction(reaction) => Some(&reaction.target_id),
        EventKind::Status(status) => Some(&status.message_id),
        _ => None,
    }
}

/// Who put an emoji on a message.
pub(crate) fn reactor(event: &WebhookEvent) -> String {
    let who = event.sender.as_deref().or(event.person.key());
    who.unwrap_or_default().to_owned()
}

/// Applies it, or keeps it until the message comes.
pub(crate) async fn apply_or_keep(
    tx: &mut TenantTx,
    about: &Entry,
    target: &str,
    update: Update,
) -> DbResult<()> {
    let mut found = store::messages::by_external(tx, about.account, target).await?;
    if found.is_none() {
        store::early::hold(tx, about.account, target).await?;
        found = store::messages::by_external(tx, about.account, target).await?;
    }
    match found {
        Some(message) => apply(tx, &message, &update, about.received_at).await,
        None => store::early::keep(tx, about.account, target, &update, about.received_at).await,
    }
}

/// Applies what came before the message did.
pub(crate) async fn apply_early(
    tx: &mut TenantTx,
    account: AccountId,
    external_id: &str,
) -> DbResult<()> {
    for update in store::early::take(tx, account, external_id).await? {
        // Loaded anew each time: a reaction builds on the one before.
        if let Some(message) = store::messages::by_external(tx, account, external_id).await? {
            let at = message.sent_at;
            apply(tx, &message, &update, at).await?;
        }
    }
    Ok(())
}

async fn apply(
    tx: &mut TenantTx,
    message: &Message,
    update: &Update,
    now: DateTime<Utc>,
) -> DbResult<()> {
    let thread = message.conversation_id;
    let by_customer = message.direction == Direction::Inbound;
    match update {
        Update::Receipt { state, at, error } => {
            if !message.state.moves_to(*state) {
                return Ok(());
            }
            store::messages::set_state(tx, message.id, *state, *at, error.as_deref()).await?;
            if *state == MessageState::Failed {
                store::conversations::set_badge(tx, thread, Badge::Failed).await?;
            }
        }
        Update::Edit { text, at } => {
            let changed = store::messages::edit(tx, message.id, text.as_deref(), *at).await?;
            if changed && by_customer {
                let text = text.as_deref().unwrap_or(&message.text);
                shown(
                    tx,
                    message,
                    &Line::of(&message.kind, text, &message.details),
                )
                .await?;
                conversation::raise_epoch(tx, thread, EpochCause::Changed, now).await?;
            }
        }
        Update::Removal { at } => {
            let changed = store::messages::wipe(tx, message.id, *at).await?;
            if changed {
                store::media::release(tx, message.id, *at).await?;
                shown(tx, message, &Line::removed()).await?;
            }
            if changed && by_customer {
                conversation::raise_epoch(tx, thread, EpochCause::Changed, now).await?;
            }
        }
        Update::Reaction { from, emoji, added } => {
            let reactions = reacted(&message.reactions, from, emoji.as_deref(), *added);
            store::messages::set_reactions(tx, message.id, &reactions).await?;
        }
    }
    conversation::tell(tx, thread);
    Ok(())
}

/// The list shows the newest message as it is now.
async fn shown(tx: &mut TenantTx, message: &Message, line: &Line<'_>) -> DbResult<()> {
    let id = message.conversation_id;
    store::conversations::note_message(tx, id, message.sent_at, line, message.direction).await
}

/// One emoji a person: a new one replaces the old.
fn reacted(before: &Value, from: &str, emoji: Option<&str>, added: bool) -> Value {
    let mut list: Vec<Value> = before.as_array().cloned().unwrap_or_default();
    list.retain(|one| one.get("from").and_then(Value::as_str) != Some(from));
    if let Some(emoji) = emoji.filter(|_| added) {
        list.push(json!({"from": from, "emoji": emoji}));
    }
    Value::Array(list)
}

/// A WhatsApp receipt. The effect id it may carry proves that the effect happened.
pub(crate) async fn status(
    tx: &mut TenantTx,
    about: &Entry,
    status: &Status,
    at: DateTime<Utc>,
) -> DbResult<()> {
    if let Some(effect) = &status.callback_data {
        let now = about.received_at;
        channels::effects::confirm_by_callback(tx, effect, &status.message_id, now).await?;
    }
    let state = match &status.state {
        DeliveryState::Sent => MessageState::Sent,
        DeliveryState::Delivered => MessageState::Delivered,
        DeliveryState::Read => MessageState::Read,
        DeliveryState::Played => MessageState::Played,
        DeliveryState::Failed => MessageState::Failed,
        DeliveryState::Other(_) => return Ok(()),
    };
    let error = status.errors.first().map(|error| {
        let words = error.details.as_ref().or(error.title.as_ref());
        let words = words.map_or("The platform could not deliver it", String::as_str);
        format!("{words} ({})", error.code)
    });
    let update = Update::Receipt { state, at, error };
    apply_or_keep(tx, about, &status.message_id, update).await
}

/// Instagram: the customer read up to a message, or up to this instant.
pub(crate) async fn seen(
    tx: &mut TenantTx,
    about: &Entry,
    thread: ConversationId,
    seen: &Seen,
    at: DateTime<Utc>,
) -> DbResult<()> {
    let Some(target) = &seen.message_id else {
        return store::messages::read_up_to(tx, thread, at, at).await;
    };
    let update = Update::Receipt {
        state: MessageState::Read,
        at,
        error: None,
    };
    if let Some(message) = store::messages::by_external(tx, about.account, target).await? {
        store::messages::read_up_to(tx, thread, message.sent_at, at).await?;
    }
    apply_or_keep(tx, about, target, update).await
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_person_has_one_emoji_on_a_message() {
        let one = reacted(&json!([]), "a", Some("❤"), true);
        let two = reacted(&one, "a", Some("😂"), true);
        assert_eq!(two, json!([{"from": "a", "emoji": "😂"}]));
        assert_eq!(reacted(&two, "a", None, false), json!([]));
    }

    #[test]
    fn an_update_that_waits_reads_back_as_it_was() {
        let update = Update::Reaction {
            from: "a".to_owned(),
            emoji: None,
            added: false,
        };
        let kept = serde_json::to_value(&update).unwrap();
        assert_eq!(serde_json::from_value::<Update>(kept).unwrap(), update);
    }
}
