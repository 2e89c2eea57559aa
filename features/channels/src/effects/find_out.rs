//! Finding out whether a write happened whose answer was lost.

use chrono::{DateTime, Utc};
use db::{DbResult, Scope};
use kernel::Platform;
use meta::client::PastMessage;
use meta::{Access, CallError, ErrorClass};

use super::handle::Record;
use super::settle::Step;
use super::{Body, Effect, store};
use crate::Channels;
use crate::accounts::Account;

/// The platform's clock may stand this much before ours.
const CLOCK_SLACK_SECONDS: i64 = 30;

/// The platform may need this long to show what it took; before that, silence proves nothing.
const SETTLING_SECONDS: i64 = 8;

/// WhatsApp has no list of messages, only statuses that come by webhook, usually within seconds.
const STATUS_GRACE_SECONDS: i64 = 20;

/// How long the platform is asked before a person must say.
const PATIENCE_MINUTES: i64 = 10;

/// How often a message is sent that provably did not happen.
const MOST_ATTEMPTS: i32 = 5;

/// What the platform knows of it.
enum Found {
    /// It happened, under this id.
    Yes(String),
    /// The platform does not know it (yet).
    NotSeen,
    /// It is too early to ask, or webhooks are still to be read.
    NotYet(DateTime<Utc>),
}

impl Channels {
    pub(super) async fn find_out(
        &self,
        scope: &Scope,
        effect: &Effect,
        account: &Account,
        access: &Access,
    ) -> Record {
        let found = match account.platform {
            Platform::Instagram => self.ask_instagram(scope, effect, account, access).await,
            Platform::Whatsapp => self.ask_whatsapp(effect, account, access).await,
        };
        let now = self.clock.now();
        match found {
            Ok(Found::Yes(provider_id)) => Record {
                result: Ok(provider_id),
                pause: None,
                reconnect: None,
            },
            Ok(Found::NotYet(due)) => Record::step(Step::Ask { due, asked: false }),
            Ok(Found::NotSeen) => Record::step(not_seen(effect, account.platform, now)),
            Err(error) => {
                let dead = error.class() == ErrorClass::Token;
                Record {
                    reconnect: dead.then(|| {
                        error
                            .platform()
                            .map_or("token_invalid", |error| error.key())
                    }),
                    ..Record::step(cannot_ask(effect, now))
                }
            }
        }
    }

    /// Instagram: the newest messages of the thread hold it, or it did not happen.
    async fn ask_instagram(
        &self,
        scope: &Scope,
        effect: &Effect,
        account: &Account,
        access: &Access,
    ) -> Result<Found, CallError> {
        let person = &effect.request.to.value;
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
                if !is_it(effect, account, message) {
                    continue;
                }
                match self.is_another(scope, effect, message).await {
                    Ok(false) => return Ok(Found::Yes(message.id.clone())),
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
            Ok(Found::NotSeen)
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
    async fn ask_whatsapp(
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
        Ok(Found::NotSeen)
    }
}

/// Whether a message of the thread is what the effect wrote.
fn is_it(effect: &Effect, account: &Account, message: &PastMessage) -> bool {
    let slack = chrono::Duration::seconds(CLOCK_SLACK_SECONDS);
    let person = &effect.request.to.value;
    let from_us = match &message.from {
        Some(from) => from.id == account.external_id || from.id != *person,
        None => message.to.iter().any(|to| to.id == *person),
    };
    let in_time = match (message.created_at, effect.attempted_at) {
        (Some(created), Some(attempted)) => created >= attempted - slack,
        _ => true,
    };
    let text = message.text.as_deref().unwrap_or_default().trim();
    let same = match &effect.request.body {
        Body::Text { text: ours } => text == ours.trim(),
        Body::Image { .. } | Body::Upload { .. } => {
            text.is_empty() && !message.attachments.is_empty()
        }
    };
    from_us && in_time && same
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

/// The platform was asked and knows nothing of it.
fn not_seen(effect: &Effect, platform: Platform, now: DateTime<Utc>) -> Step {
    let attempted = effect.attempted_at.unwrap_or(effect.created_at);
    let settled = now - attempted >= chrono::Duration::seconds(SETTLING_SECONDS);
    // Instagram's list may lag: it has to be silent twice.
    let asked_enough = platform == Platform::Whatsapp || effect.checks >= 1;
    if !(settled && asked_enough) {
        return Step::Ask {
            due: now + chrono::Duration::seconds(4),
            asked: true,
        };
    }
    let sentence = "The platform did not take the message.";
    if effect.attempts < MOST_ATTEMPTS {
        Step::Wait {
            due: now,
            class: Some(ErrorClass::Transient.as_str().to_owned()),
            sentence: Some(sentence.to_owned()),
            uncounted: false,
        }
    } else {
        Step::Fail {
            class: ErrorClass::Transient.as_str().to_owned(),
            sentence: sentence.to_owned(),
        }
    }
}

/// The platform can't be asked now; after ten minutes a person must say.
pub(super) fn cannot_ask(effect: &Effect, now: DateTime<Utc>) -> Step {
    let since = now - effect.attempted_at.unwrap_or(effect.created_at);
    if since >= chrono::Duration::minutes(PATIENCE_MINUTES) {
        Step::Rest
    } else {
        Step::Ask {
            due: now + chrono::Duration::seconds((since.num_seconds() / 4).clamp(2, 30)),
            asked: false,
        }
    }
}

#[cfg(test)]
mod tests {
    use kernel::{AccountId, EffectId};

    use super::*;
    use crate::effects::{EffectKind, EffectState, Recipient, RecipientKind, SendRequest};

    fn attempted(at: DateTime<Utc>, checks: i32, attempts: i32) -> Effect {
        Effect {
            id: EffectId::new(),
            kind: EffectKind::SendMessage,
            subject: String::new(),
            account: AccountId::new(),
            lane: String::new(),
            conversation: None,
            message: None,
            epoch: None,
            request: SendRequest {
                to: Recipient {
                    kind: RecipientKind::Igsid,
                    value: "customer".to_owned(),
                },
                body: Body::Text {
                    text: "hello".to_owned(),
                },
                human_agent: None,
            },
            state: EffectState::Unknown,
            due_at: at,
            attempts,
            leased_at: Some(at),
            attempted_at: Some(at),
            checks,
            resting: false,
            provider_id: None,
            error_class: None,
            error: None,
            created_at: at,
            finished_at: None,
        }
    }

    fn seconds(number: i64) -> DateTime<Utc> {
        DateTime::UNIX_EPOCH + chrono::Duration::seconds(number)
    }

    #[test]
    fn a_silent_list_proves_nothing_before_the_second_time() {
        let effect = attempted(seconds(0), 0, 1);
        let first = not_seen(&effect, Platform::Instagram, seconds(60));
        assert!(matches!(first, Step::Ask { asked: true, .. }));
        let asked_once = attempted(seconds(0), 1, 1);
        let early = not_seen(&asked_once, Platform::Instagram, seconds(6));
        assert!(matches!(early, Step::Ask { .. }));
        let second = not_seen(&asked_once, Platform::Instagram, seconds(10));
        assert!(matches!(second, Step::Wait { .. }));
    }

    #[test]
    fn what_never_arrives_is_given_up_after_some_attempts() {
        let effect = attempted(seconds(0), 1, MOST_ATTEMPTS);
        let step = not_seen(&effect, Platform::Instagram, seconds(60));
        assert!(matches!(step, Step::Fail { .. }));
    }

    #[test]
    fn a_platform_that_can_not_be_asked_leaves_it_to_a_person_after_ten_minutes() {
        let effect = attempted(seconds(0), 0, 1);
        assert!(matches!(
            cannot_ask(&effect, seconds(599)),
            Step::Ask { .. }
        ));
        assert!(matches!(cannot_ask(&effect, seconds(600)), Step::Rest));
    }

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
