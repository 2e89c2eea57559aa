//! The worker: begins an attempt, sends once, records what came of it.

use std::time::{Duration, Instant};

use chrono::{DateTime, Utc};
use db::{Claim, DbResult, TenantTx};
use kernel::EffectId;
use meta::{Access, ErrorClass, Problem};

use super::settle::{self, Step};
use super::{Effect, EffectState, Verdict, store};
use crate::Channels;
use crate::accounts::{self, Account, AccountState};

/// A worker that got stuck for longer than this after its claim does not send: by now others may
/// have taken the row.
const FRESH: Duration = Duration::from_secs(5);

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
    /// A write that happened, with the platform's id of what it made, or the step to make.
    pub(super) result: Result<Option<String>, Step>,
    /// A stop that the platform demands of the whole account.
    pub(super) pause: Option<DateTime<Utc>>,
    /// The platform no longer takes the token: why.
    pub(super) reconnect: Option<&'static str>,
}

impl Record {
    pub(super) fn done(provider_id: Option<String>) -> Self {
        Self {
            result: Ok(provider_id),
            pause: None,
            reconnect: None,
        }
    }

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
                let record = self.attempt(&claim.scope, &effect, &account, &access).await;
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
            // Whatever settles an effect holds what it belongs to first, as whoever takes in a
            // webhook does: in another order the two would wait for each other.
            (self.hold)(&mut tx, &effect).await?;
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
        let access = match access {
            Ok(access) => access,
            // The platform may well take the token: it is our key that does not fit. Connecting
            // again would help nobody, and the right key helps at once.
            Err(error) => {
                tracing::error!(account = %account.id, %error, "a token can't be opened; check SOCIALSYNC_SECRET_KEY");
                let step = unreadable(now + chrono::Duration::minutes(1));
                return self.step_now(tx, claim, id, &step).await;
            }
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
        (self.hold)(&mut tx, effect).await?;
        match &record.result {
            Ok(provider_id) if told => {
                settle::confirm(&mut tx, id, provider_id.as_deref(), now).await?;
            }
            Ok(provider_id) => {
                store::confirm(&mut tx, id, provider_id.as_deref(), now).await?;
            }
            Err(step) if told => {
                settle::apply(&mut tx, id, Some(lease.owner), lease.token, step, now).await?;
            }
            Err(step) => {
                store::apply(&mut tx, id, Some(lease.owner), lease.token, step, now).await?;
            }
        }
        if let Some(reason) = record.reconnect {
            accounts::lose(&mut tx, account.id, reason, now).await?;
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

/// The account's token can't be opened here.
fn unreadable(due: DateTime<Utc>) -> Step {
    Step::Wait {
        due,
        class: Some(ErrorClass::Token.as_str().to_owned()),
        sentence: Some(
            "The account's token can't be opened here. Ask who runs the installation.".to_owned(),
        ),
        uncounted: false,
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
