//! The worker: begins an attempt, sends once, records what came of it.

use std::time::{Duration, Instant};

use chrono::{DateTime, Utc};
use db::{Claim, DbResult, TenantTx};
use kernel::{EffectId, Platform};
use meta::client::{
    HumanAuthor, InstagramContent, InstagramSend, MediaSource, ReplyMode, SendOutcome,
    WhatsAppContent, WhatsAppRecipient, WhatsAppSend,
};
use meta::{Access, ErrorClass, Problem};

use super::settle::{self, Step};
use super::{Body, Effect, EffectState, RecipientKind, Verdict, store};
use crate::Channels;
use crate::accounts::{self, Account, AccountState};

/// A worker that got stuck for longer than this after its claim does not send: by now others may
/// have taken the row.
const FRESH: Duration = Duration::from_secs(5);

/// How often a message that the platform turned away for a passing reason is sent.
const REFUSED_TRIES: i32 = 5;

/// How often it is sent when there was no connection: with growing pauses some 20 minutes.
const UNREACHED_TRIES: i32 = 10;

/// What is to be done with a claimed row.
enum Work {
    /// Nothing: it was settled, put off or taken by somebody else.
    None,
    /// Send; the attempt is noted.
    Send(Box<Effect>, Account, Access),
    /// Ask the platform.
    Ask(Box<Effect>, Account, Access),
}

/// What is to be recorded, once it is known.
pub(super) struct Record {
    /// The provider's id of a write that happened, or the step to make.
    pub(super) result: Result<String, Step>,
    /// A stop that the platform demands of the whole account.
    pub(super) pause: Option<DateTime<Utc>>,
    /// The platform no longer takes the token: why.
    pub(super) reconnect: Option<&'static str>,
}

impl Record {
    pub(super) fn step(step: Step) -> Self {
        Self {
            result: Err(step),
            pause: None,
            reconnect: None,
        }
    }
}

impl Channels {
    /// Does what a claimed effect needs: sends a pending one, finds out about an unknown one. When
    /// this returns, the lease is given back; when it is cut off, the reaper finds the row.
    pub async fn handle(&self, claim: Claim) {
        let began = Instant::now();
        let id = EffectId::from_uuid(claim.id);
        match self.prepare(&claim, id).await {
            Ok(Work::None) => {}
            Ok(Work::Send(effect, account, access)) => {
                // Nothing was sent yet, and nothing may be: the claim is too old.
                if began.elapsed() > FRESH {
                    self.release(&claim, id, Duration::ZERO).await;
                    return;
                }
                let outcome = self.send(&effect, &account, &access).await;
                let record = judge(&effect, outcome, self.clock.now());
                self.record(&claim, &effect, &account, record).await;
            }
            Ok(Work::Ask(effect, account, access)) => {
                let record = self
                    .find_out(&claim.scope, &effect, &account, &access)
                    .await;
                self.record(&claim, &effect, &account, record).await;
            }
            Err(error) => {
                tracing::warn!(%id, %error, "an effect could not be begun");
                self.release(&claim, id, Duration::from_secs(1)).await;
            }
        }
    }

    /// Decides in one transaction what is to be done, and notes an attempt before it is made.
    async fn prepare(&self, claim: &Claim, id: EffectId) -> DbResult<Work> {
        let mut tx = self.db.tenant(&claim.scope).await?;
        let Some(effect) = store::load(&mut tx, id).await? else {
            return Ok(Work::None);
        };
        let now = self.clock.now();
        let Some(account) = accounts::account(&mut tx, effect.account).await? else {
            return Ok(Work::None);
        };
        let access = self.token(&tx, &account);
        if effect.state == EffectState::Unknown {
            if let Ok(access) = access {
                return Ok(Work::Ask(Box::new(effect), account, access));
            }
            let step = super::find_out::cannot_ask(&effect, now);
            return self.step_now(tx, claim, id, &step).await;
        }
        if effect.state != EffectState::InFlight {
            return Ok(Work::None);
        }
        let fresh = chrono::Duration::from_std(FRESH).unwrap_or_default();
        if effect.leased_at.is_none_or(|at| now - at > fresh) {
            store::release(&mut tx, id, claim.lease.owner, claim.lease.token, now).await?;
            tx.commit().await?;
            return Ok(Work::None);
        }
        let verdict = (self.guard)(&mut tx, &effect, now).await?;
        let step = match verdict {
            Verdict::Cancel { reason } => Some(Step::Cancel {
                reason: reason.to_owned(),
            }),
            Verdict::Later { at } => Some(later(at, None)),
            Verdict::Send => self.hold_back(&effect, &account, now),
        };
        if let Some(step) = step {
            return self.step_now(tx, claim, id, &step).await;
        }
        let Ok(access) = access else {
            accounts::mark_reconnect(&mut tx, account.id, "token_unreadable").await?;
            let step = later(now + chrono::Duration::minutes(1), Some(ErrorClass::Token));
            return self.step_now(tx, claim, id, &step).await;
        };
        let lease = claim.lease;
        if !store::begin_attempt(&mut tx, id, lease.owner, lease.token, now).await? {
            return Ok(Work::None);
        }
        let Some(effect) = store::load(&mut tx, id).await? else {
            return Ok(Work::None);
        };
        tx.commit().await?;
        Ok(Work::Send(Box::new(effect), account, access))
    }

    async fn step_now(
        &self,
        mut tx: TenantTx,
        claim: &Claim,
        id: EffectId,
        step: &Step,
    ) -> DbResult<Work> {
        let (owner, token) = (claim.lease.owner, claim.lease.token);
        settle::apply(&mut tx, id, Some(owner), token, step, self.clock.now()).await?;
        tx.commit().await?;
        Ok(Work::None)
    }

    /// What the account itself has against sending now.
    fn hold_back(&self, effect: &Effect, account: &Account, now: DateTime<Utc>) -> Option<Step> {
        match account.state {
            AccountState::Disconnected => {
                return Some(Step::Cancel {
                    reason: "account_disconnected".to_owned(),
                });
            }
            AccountState::Reconnect => {
                let at = now + chrono::Duration::minutes(1);
                return Some(later(at, Some(ErrorClass::Token)));
            }
            AccountState::Connected => {}
        }
        if let Some(until) = account.paused_until.filter(|until| *until > now) {
            return Some(later(until, Some(ErrorClass::RateLimited)));
        }
        let wait = self
            .budget
            .wait(&account.external_id, effect.epoch.is_none())?;
        let wait = chrono::Duration::from_std(wait).unwrap_or_default();
        Some(later(now + wait, Some(ErrorClass::RateLimited)))
    }

    async fn send(&self, effect: &Effect, account: &Account, access: &Access) -> SendOutcome {
        let request = &effect.request;
        match account.platform {
            Platform::Instagram => {
                let content = match &request.body {
                    Body::Text { text } => InstagramContent::Text(text.clone()),
                    Body::Image { url, .. } => InstagramContent::ImageUrl(url.clone()),
                };
                let mode = request.human_agent.map_or(ReplyMode::Standard, |author| {
                    ReplyMode::HumanAgent(HumanAuthor::new(author))
                });
                let send = InstagramSend {
                    to: request.to.value.clone(),
                    content,
                    mode,
                };
                self.meta.instagram_send(access, &send).await
            }
            Platform::Whatsapp => {
                let content = match &request.body {
                    Body::Text { text } => WhatsAppContent::Text {
                        body: text.clone(),
                        preview_url: true,
                    },
                    Body::Image { url, caption } => WhatsAppContent::Image {
                        source: MediaSource::Link(url.clone()),
                        caption: caption.clone(),
                    },
                };
                let to = match request.to.kind {
                    RecipientKind::UserId => WhatsAppRecipient::UserId(request.to.value.clone()),
                    RecipientKind::WaId | RecipientKind::Igsid => {
                        WhatsAppRecipient::Number(request.to.value.clone())
                    }
                };
                let send = WhatsAppSend {
                    to,
                    content,
                    reply_to: None,
                    callback_data: Some(effect.id.to_string()),
                };
                self.meta
                    .whatsapp_send(access, &account.external_id, &send)
                    .await
            }
        }
    }

    /// Records an outcome, however long the database stays away: it is known here and nowhere else.
    async fn record(&self, claim: &Claim, effect: &Effect, account: &Account, record: Record) {
        let mut pause = Duration::from_millis(100);
        let mut refused = 0;
        loop {
            // A reaction that keeps failing must not hide what happened to the message.
            let told = refused < 5;
            match self
                .try_to_record(claim, effect, account, &record, told)
                .await
            {
                Ok(()) => return,
                Err(error) => {
                    refused += i32::from(!error.is_unavailable());
                    tracing::error!(id = %effect.id, %error, told, "an outcome could not be recorded yet");
                }
            }
            tokio::time::sleep(pause).await;
            pause = (pause * 2).min(Duration::from_secs(2));
        }
    }

    async fn try_to_record(
        &self,
        claim: &Claim,
        effect: &Effect,
        account: &Account,
        record: &Record,
        told: bool,
    ) -> DbResult<()> {
        let now = self.clock.now();
        let (id, lease) = (effect.id, claim.lease);
        let mut tx = self.db.tenant(&claim.scope).await?;
        match &record.result {
            Ok(provider_id) if told => {
                settle::confirm(&mut tx, id, Some(provider_id), now).await?;
            }
            Ok(provider_id) => {
                store::confirm(&mut tx, id, Some(provider_id), now).await?;
            }
            Err(step) if told => {
                settle::apply(&mut tx, id, Some(lease.owner), lease.token, step, now).await?;
            }
            Err(step) => {
                store::apply(&mut tx, id, Some(lease.owner), lease.token, step, now).await?;
            }
        }
        if let Some(reason) = record.reconnect {
            accounts::mark_reconnect(&mut tx, account.id, reason).await?;
        }
        let usage = self.budget.usage(&account.external_id);
        let percent = usage.map(|usage| i32::try_from(usage.percent).unwrap_or(i32::MAX));
        let pause = record.pause.or_else(|| {
            let regain = chrono::Duration::from_std(usage?.regain()).ok()?;
            (!regain.is_zero()).then(|| now + regain)
        });
        accounts::store::note_usage(&mut tx, account.id, percent, pause).await?;
        tx.wake(db::Ledger::Effects);
        tx.commit().await
    }

    /// Gives a row back that was not acted upon, however long the database stays away.
    async fn release(&self, claim: &Claim, id: EffectId, after: Duration) {
        let mut pause = Duration::from_millis(100);
        loop {
            let after = chrono::Duration::from_std(after).unwrap_or_default();
            let due = self.clock.now() + after;
            let released = async {
                let mut tx = self.db.tenant(&claim.scope).await?;
                store::release(&mut tx, id, claim.lease.owner, claim.lease.token, due).await?;
                tx.commit().await
            };
            match released.await {
                Ok(()) => return,
                Err(error) => tracing::warn!(%id, %error, "an effect could not be given back yet"),
            }
            tokio::time::sleep(pause).await;
            pause = (pause * 2).min(Duration::from_secs(2));
        }
    }
}

fn later(due: DateTime<Utc>, class: Option<ErrorClass>) -> Step {
    let sentence = match class {
        Some(ErrorClass::Token) => Some(Problem::InvalidToken.for_people()),
        Some(ErrorClass::RateLimited) => Some(Problem::AccountLimit.for_people()),
        _ => None,
    };
    Step::Wait {
        due,
        class: class.map(|class| class.as_str().to_owned()),
        sentence: sentence.map(str::to_owned),
        uncounted: false,
    }
}

/// What an outcome means for the effect and its account.
fn judge(effect: &Effect, outcome: SendOutcome, now: DateTime<Utc>) -> Record {
    let tries = effect.attempts;
    let again = |class: ErrorClass, sentence: &str, due, uncounted| Step::Wait {
        due,
        class: Some(class.as_str().to_owned()),
        sentence: Some(sentence.to_owned()),
        uncounted,
    };
    match outcome {
        SendOutcome::Confirmed { provider_id, .. } => Record {
            result: Ok(provider_id),
            pause: None,
            reconnect: None,
        },
        SendOutcome::Unknown(_) => Record::step(Step::Ask {
            due: now + chrono::Duration::seconds(2),
            asked: false,
        }),
        SendOutcome::NotSent { .. } => {
            let sentence = "The platform could not be reached.";
            Record::step(if tries < UNREACHED_TRIES {
                again(ErrorClass::Transient, sentence, now + backoff(tries), false)
            } else {
                failed(ErrorClass::Transient, sentence)
            })
        }
        SendOutcome::Refused(error) => {
            let (class, sentence) = (error.class(), error.for_people());
            match class {
                ErrorClass::RateLimited => {
                    let wait = error.retry_after.unwrap_or(Duration::from_mins(1));
                    let due = now + chrono::Duration::from_std(wait).unwrap_or_default();
                    // The limit of one person is no limit of the account.
                    let whole = error.problem != Problem::PairLimit;
                    Record {
                        result: Err(again(class, sentence, due, true)),
                        pause: whole.then_some(due),
                        reconnect: None,
                    }
                }
                ErrorClass::Token => Record {
                    result: Err(again(
                        class,
                        sentence,
                        now + chrono::Duration::minutes(1),
                        true,
                    )),
                    pause: None,
                    reconnect: Some(error.key()),
                },
                ErrorClass::Transient if tries < REFUSED_TRIES => {
                    Record::step(again(class, sentence, now + backoff(tries), false))
                }
                _ => Record::step(failed(class, sentence)),
            }
        }
    }
}

fn failed(class: ErrorClass, sentence: &str) -> Step {
    Step::Fail {
        class: class.as_str().to_owned(),
        sentence: sentence.to_owned(),
    }
}

/// 2 s doubled with each try, 5 minutes at most, of which a random half is left out, so that many
/// do not return at once.
pub(super) fn backoff(tries: i32) -> chrono::Duration {
    let doubled = u32::try_from(tries.saturating_sub(1).clamp(0, 10)).unwrap_or(0);
    let most = 2_000_i64.saturating_mul(1 << doubled).min(300_000);
    chrono::Duration::milliseconds(rand::random_range(most / 2..=most))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn pauses_grow_to_five_minutes_and_no_further() {
        for tries in [1, 2, 5, 20, i32::MAX] {
            let pause = backoff(tries).num_milliseconds();
            assert!((1_000..=300_000).contains(&pause), "{tries}: {pause}");
        }
        assert!(backoff(12).num_milliseconds() >= 150_000);
    }
}
