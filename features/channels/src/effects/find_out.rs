//! Finding out whether a write happened whose answer was lost.

mod comments;
mod messages;

use chrono::{DateTime, Utc};
use db::Scope;
use kernel::Platform;
use meta::{Access, ErrorClass, Problem};

use super::handle::Record;
use super::settle::Step;
use super::{Effect, EffectKind, Request};
use crate::Channels;
use crate::accounts::Account;

/// The platform's clock may stand this much before ours.
pub(super) const CLOCK_SLACK_SECONDS: i64 = 30;

/// The platform may need this long to show what it took; before that, silence proves nothing.
const SETTLING_SECONDS: i64 = 8;

/// How long the platform is asked before a person must say.
const PATIENCE_MINUTES: i64 = 10;

/// How often something is sent that provably did not happen.
const MOST_ATTEMPTS: i32 = 5;

/// What the platform knows of it.
enum Found {
    /// It happened, under this id when what it made has one.
    Yes(Option<String>),
    /// The platform does not know it (yet).
    NotSeen {
        /// How often it has to be silent before that proves anything: a list may lag.
        looks: i32,
    },
    /// It is too early to ask, or webhooks are still to be read.
    NotYet(DateTime<Utc>),
    /// What it was about is gone.
    Gone,
}

impl Channels {
    pub(super) async fn find_out(
        &self,
        scope: &Scope,
        effect: &Effect,
        account: &Account,
        access: &Access,
    ) -> Record {
        let found = match (&effect.request, account.platform) {
            (Request::Message(message), Platform::Instagram) => {
                let asked = self.ask_instagram(scope, effect, message, account, access);
                asked.await
            }
            (Request::Message(_), Platform::Whatsapp) => {
                self.ask_whatsapp(effect, account, access).await
            }
            (Request::ReplyComment(reply), _) => {
                self.ask_replies(scope, effect, reply, account, access)
                    .await
            }
            (Request::HideComment(hide), _) => self.ask_hidden(hide, access).await,
        };
        let now = self.clock.now();
        match found {
            Ok(Found::Yes(provider_id)) => Record::done(provider_id),
            Ok(Found::NotYet(due)) => Record::step(Step::Ask { due, asked: false }),
            Ok(Found::NotSeen { looks }) => Record::step(not_seen(effect, looks, now)),
            Ok(Found::Gone) => Record::step(Step::Fail {
                class: Problem::ObjectGone.class().as_str().to_owned(),
                sentence: super::comments::GONE.to_owned(),
            }),
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
}

/// Whether something of this time can be what the effect wrote.
fn in_time(effect: &Effect, created: Option<DateTime<Utc>>) -> bool {
    let slack = chrono::Duration::seconds(CLOCK_SLACK_SECONDS);
    match (created, effect.attempted_at) {
        (Some(created), Some(attempted)) => created >= attempted - slack,
        _ => true,
    }
}

/// The platform was asked and knows nothing of it.
fn not_seen(effect: &Effect, looks: i32, now: DateTime<Utc>) -> Step {
    let attempted = effect.attempted_at.unwrap_or(effect.created_at);
    let settled = now - attempted >= chrono::Duration::seconds(SETTLING_SECONDS);
    if !(settled && effect.checks + 1 >= looks) {
        return Step::Ask {
            due: now + chrono::Duration::seconds(4),
            asked: true,
        };
    }
    let sentence = match effect.kind {
        EffectKind::SendMessage => "The platform did not take the message.",
        EffectKind::ReplyComment => "The platform did not take the reply.",
        EffectKind::HideComment => "The platform did not hide or show the comment.",
    };
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
pub(super) mod tests {
    use kernel::{AccountId, EffectId};

    use super::*;
    use crate::effects::{Body, EffectState, Recipient, RecipientKind, SendRequest};

    pub(super) fn attempted(at: DateTime<Utc>, checks: i32, attempts: i32) -> Effect {
        Effect {
            id: EffectId::new(),
            kind: EffectKind::SendMessage,
            subject: String::new(),
            account: AccountId::new(),
            lane: String::new(),
            conversation: None,
            message: None,
            epoch: None,
            request: Request::Message(SendRequest {
                to: Recipient {
                    kind: RecipientKind::Igsid,
                    value: "customer".to_owned(),
                },
                body: Body::Text {
                    text: "hello".to_owned(),
                },
                human_agent: None,
            }),
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

    pub(super) fn seconds(number: i64) -> DateTime<Utc> {
        DateTime::UNIX_EPOCH + chrono::Duration::seconds(number)
    }

    #[test]
    fn a_silent_list_proves_nothing_before_the_second_time() {
        let effect = attempted(seconds(0), 0, 1);
        let first = not_seen(&effect, 2, seconds(60));
        assert!(matches!(first, Step::Ask { asked: true, .. }));
        let asked_once = attempted(seconds(0), 1, 1);
        let early = not_seen(&asked_once, 2, seconds(6));
        assert!(matches!(early, Step::Ask { .. }));
        let second = not_seen(&asked_once, 2, seconds(10));
        assert!(matches!(second, Step::Wait { .. }));
    }

    #[test]
    fn what_never_arrives_is_given_up_after_some_attempts() {
        let effect = attempted(seconds(0), 1, MOST_ATTEMPTS);
        let step = not_seen(&effect, 2, seconds(60));
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
}
