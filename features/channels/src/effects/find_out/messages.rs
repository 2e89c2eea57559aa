//! Whether a message to a customer went out.

use db::{DbResult, Scope};
use meta::client::PastMessage;
use meta::{Access, CallError};

use super::super::{Body, Effect, SendRequest, store};
use super::{Found, in_time};
use crate::Channels;
use crate::accounts::Account;

/// WhatsApp has no list of messages, only statuses that come by webhook, usually within seconds.
const STATUS_GRACE_SECONDS: i64 = 20;

impl Channels {
    /// Instagram: the newest messages of the thread hold it, or it did not happen.
    pub(super) async fn ask_instagram(
        &self,
        scope: &Scope,
        effect: &Effect,
        wanted: &SendRequest,
        account: &Account,
        access: &Access,
    ) -> Result<Found, CallError> {
        let person = &wanted.to.value;
        let threads = self
            .meta
            .instagram_conversations(access, Some(person), 1)
            .await?;
        // The customer wrote to us, so a thread exists: without one the answer proves nothing.
        if threads.items.is_empty() {
            return Err(CallError::Incomplete("the thread"));
        }
        let mut covered = true;
        for thread in threads.items {
            let messages = self.meta.instagram_messages(access, &thread.id).await?;
            covered &= reaches_back(effect, &messages);
            // Oldest first: of two equal ones the first belongs to the first effect.
            for message in messages.iter().rev() {
                if !is_it(effect, wanted, account, message) {
                    continue;
                }
                match self.is_another(scope, effect, message).await {
                    Ok(false) => return Ok(Found::Yes(Some(message.id.clone()))),
                    Ok(true) => {}
                    Err(error) => {
                        tracing::warn!(id = %effect.id, %error, "a found message could not be compared");
                        let due = self.clock.now() + chrono::Duration::seconds(2);
                        return Ok(Found::NotYet(due));
                    }
                }
            }
        }
        if covered {
            Ok(Found::NotSeen { looks: 2 })
        } else {
            Err(CallError::Incomplete("the older messages"))
        }
    }

    /// Whether the platform's message is known to us as another one.
    async fn is_another(
        &self,
        scope: &Scope,
        effect: &Effect,
        message: &PastMessage,
    ) -> DbResult<bool> {
        let mut tx = self.db.tenant(scope).await?;
        store::knows_message(&mut tx, effect.account, &message.id, effect.message).await
    }

    /// WhatsApp: a status would have told by now, unless webhooks or the platform are late.
    pub(super) async fn ask_whatsapp(
        &self,
        effect: &Effect,
        account: &Account,
        access: &Access,
    ) -> Result<Found, CallError> {
        let now = self.clock.now();
        let grace = chrono::Duration::seconds(STATUS_GRACE_SECONDS);
        let told_by = effect.attempted_at.unwrap_or(effect.created_at) + grace;
        if now < told_by {
            return Ok(Found::NotYet(told_by));
        }
        let open = async {
            let mut system = self.db.system().await?;
            system.journal_has_open_before(now).await
        };
        if open.await.unwrap_or(true) {
            return Ok(Found::NotYet(now + chrono::Duration::seconds(2)));
        }
        self.meta
            .whatsapp_phone_number(access, &account.external_id)
            .await?;
        Ok(Found::NotSeen { looks: 1 })
    }
}

/// Whether a message of the thread is what the effect wrote.
fn is_it(effect: &Effect, wanted: &SendRequest, account: &Account, message: &PastMessage) -> bool {
    let person = &wanted.to.value;
    let from_us = match &message.from {
        Some(from) => from.id == account.external_id || from.id != *person,
        None => message.to.iter().any(|to| to.id == *person),
    };
    let text = message.text.as_deref().unwrap_or_default().trim();
    let same = match &wanted.body {
        Body::Text { text: ours } => text == ours.trim(),
        Body::Image { .. } | Body::Upload { .. } => {
            text.is_empty() && !message.attachments.is_empty()
        }
    };
    from_us && same && in_time(effect, message.created_at)
}

/// Whether the list goes back to before the attempt. Only the 20 newest messages can be read.
fn reaches_back(effect: &Effect, messages: &[PastMessage]) -> bool {
    let oldest = messages
        .iter()
        .filter_map(|message| message.created_at)
        .min();
    messages.len() < 20
        || oldest
            .zip(effect.attempted_at)
            .is_some_and(|(one, at)| one < at)
}

#[cfg(test)]
mod tests {
    use super::super::tests::{attempted, seconds};
    use super::*;

    #[test]
    fn a_list_full_of_newer_messages_proves_nothing() {
        let effect = attempted(seconds(100), 0, 1);
        let at = |number| PastMessage {
            created_at: Some(seconds(number)),
            ..PastMessage::default()
        };
        let newer: Vec<_> = (101..121).map(at).collect();
        assert!(!reaches_back(&effect, &newer));
        let older: Vec<_> = (99..119).map(at).collect();
        assert!(reaches_back(&effect, &older));
        assert!(reaches_back(&effect, &[]));
    }
}
