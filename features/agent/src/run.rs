//! A run: from a claimed row to a decision. Steps that need no network are taken in one short
//! transaction; before a model is asked it is committed, so that nothing is held meanwhile.

pub(crate) mod ask;
pub(crate) mod look;
pub(crate) mod meaning;
pub(crate) mod sight;

use std::time::Duration;

use chrono::{DateTime, Utc};
use db::{Claim, DbResult, TenantTx};
use inbox::conversation::{self, Conversation};
use kernel::RunId;
use llm::Endpoint;

use crate::comment::Under;
use crate::letter::Stationery;
use crate::moderate::Side;
use crate::provider::Provider;
use crate::settings::{self, Mode, Stored};
use crate::spend::{self, Period};
use crate::step::{self, Next, Step, Ways};
use crate::store::runs::{self, End, Held, Undecided};
use crate::{Agent, outcome, overspent, withdraw};
use ask::Question;
pub(crate) use look::asked;
use meaning::{Looked, Vectors};

/// A run that is begun more often than this breaks something each time.
const ATTEMPTS: i32 = 12;

enum Progress {
    /// The claim no longer counts: somebody else has the run.
    Lost,
    /// The run ended or was given back.
    Ended,
    Ask(Box<Question>),
    /// These questions have to become vectors.
    Understand(Vec<String>),
    /// Whether this provider's model sees pictures has to be asked.
    Learn(Box<Provider>),
}

/// What a run works with.
pub(crate) struct Work {
    pub(crate) held: Held,
    pub(crate) conversation: Conversation,
    pub(crate) stored: Stored,
    /// The model that answers; without one passages are quoted word for word.
    pub(crate) provider: Option<Provider>,
    /// The provider's moderation, where there is one.
    pub(crate) moderation: Option<Endpoint>,
    /// The budget that is spent, when one is: no model is asked then.
    pub(crate) spent: Option<Period>,
    /// Whether the model is shown pictures.
    pub(crate) sees_pictures: bool,
    /// What it stands under, when it is a public comment and no message.
    pub(crate) under: Option<Under>,
    pub(crate) steps: Vec<Step>,
    pub(crate) now: DateTime<Utc>,
}

impl Agent {
    /// Works on a claimed run until it ended, was given back, or belongs to somebody else.
    pub async fn handle(&self, claim: Claim) {
        let Err(error) = self.work(&claim).await else {
            return;
        };
        tracing::warn!(run = %RunId::from_uuid(claim.id), error = %telemetry(&error), "a run was cut off");
        // A row that stays claimed by a living process would wait for ever.
        while let Err(error) = self.give_back(&claim).await {
            tracing::debug!(%error, "a run can't be given back yet");
            tokio::time::sleep(Duration::from_millis(500)).await;
        }
    }

    async fn work(&self, claim: &Claim) -> DbResult<()> {
        let mut vectors = Vectors::default();
        loop {
            let mut tx = self.db.tenant(&claim.scope).await?;
            match self.advance(&mut tx, claim, &vectors).await? {
                Progress::Lost => return Ok(()),
                Progress::Ended => return tx.commit().await,
                Progress::Ask(mut question) => {
                    tx.commit().await?;
                    self.show(&claim.scope, &mut question).await;
                    if !self.ask(claim, &question).await? {
                        return Ok(());
                    }
                }
                Progress::Learn(provider) => {
                    tx.commit().await?;
                    self.learn_models(claim.scope.workspace(), &provider).await;
                }
                Progress::Understand(questions) => {
                    tx.commit().await?;
                    self.understand(&claim.scope, questions, &mut vectors)
                        .await?;
                }
            }
        }
    }

    /// Takes every step up to the next question or the end.
    async fn advance(
        &self,
        tx: &mut TenantTx,
        claim: &Claim,
        vectors: &Vectors,
    ) -> DbResult<Progress> {
        let id = RunId::from_uuid(claim.id);
        // The conversation first, as everybody who holds both does.
        let Some(conversation) = runs::conversation_of(tx, id).await? else {
            return Ok(Progress::Lost);
        };
        let Some(conversation) = conversation::lock(tx, conversation).await? else {
            return Ok(Progress::Lost);
        };
        let Some(held) = runs::hold(tx, claim).await? else {
            return Ok(Progress::Lost);
        };
        let mut work = Work {
            held,
            conversation,
            provider: None,
            moderation: None,
            spent: None,
            sees_pictures: false,
            under: None,
            stored: settings::load(tx).await?,
            steps: runs::steps(tx, id).await?,
            now: self.clock.now(),
        };
        self.equip(tx, &mut work).await?;
        match (self.sees(&claim.scope, &work), &work.provider) {
            (Some(sees), _) => work.sees_pictures = sees,
            (None, Some(provider)) => {
                let undecided = runs::undecided(tx, work.conversation.id).await?;
                if undecided.iter().any(|message| message.kind == "image") {
                    return Ok(Progress::Learn(Box::new(provider.clone())));
                }
            }
            (None, _) => {}
        }
        overspent::tell_once(tx, &work, self.stationery()).await?;
        if runs::newer_waits(tx, work.conversation.id).await? {
            end(tx, &work, "superseded", "newer_run").await?;
            return Ok(Progress::Ended);
        }
        if work.held.attempts > ATTEMPTS {
            outcome::fail(tx, &work).await?;
            return Ok(Progress::Ended);
        }
        if let Some(Step::CheckConversationState { epoch, .. }) = work.steps.first()
            && *epoch != work.conversation.epoch
            && !goes_on_in_shadow(&work)
        {
            return moved_on(tx, &work).await;
        }
        loop {
            let late = self.late(&work.held, work.now);
            match step::next(&work.steps, work.ways(late)) {
                Next::Check => {
                    withdraw::overtake(tx, &work.conversation, work.now).await?;
                    let undecided = runs::undecided(tx, work.conversation.id).await?;
                    if undecided.is_empty() {
                        end(tx, &work, "done", "nothing_new").await?;
                        return Ok(Progress::Ended);
                    }
                    if let Some(due) = self.still_writing(&work, &undecided) {
                        runs::put_back(tx, id, due, false).await?;
                        return Ok(Progress::Ended);
                    }
                    let checked = self.check(tx, &work, &undecided).await?;
                    self.keep(tx, &mut work, checked).await?;
                }
                Next::Moderate => {
                    let (text, _) = asked(&work.steps);
                    if let Some(question) = self.scruple(&work, Side::Incoming, text) {
                        return Ok(Progress::Ask(Box::new(question)));
                    }
                }
                Next::Retrieve => match look::retrieve(tx, &work.steps, vectors).await? {
                    Looked::Found(found) => self.keep(tx, &mut work, found).await?,
                    Looked::Needs(them) => return Ok(Progress::Understand(them)),
                },
                Next::RunTools => match look::run_tools(tx, &work.steps, vectors).await? {
                    Looked::Found(ran) => self.keep(tx, &mut work, ran).await?,
                    Looked::Needs(them) => return Ok(Progress::Understand(them)),
                },
                Next::CallModel => {
                    let thread = ask::thread(tx, &work.conversation).await?;
                    if let Some(question) = self.question(tx, &work, &thread).await? {
                        return Ok(Progress::Ask(Box::new(question)));
                    }
                }
                Next::Decide => {
                    let text = outcome::unjudged(&work);
                    let scruple = text.and_then(|text| self.scruple(&work, Side::Outgoing, text));
                    if let Some(question) = scruple {
                        return Ok(Progress::Ask(Box::new(question)));
                    }
                    outcome::decide(tx, &work, self.stationery()).await?;
                    return Ok(Progress::Ended);
                }
            }
        }
    }

    /// The first step, and what the run works with from then on.
    async fn check(
        &self,
        tx: &mut TenantTx,
        work: &Work,
        undecided: &[Undecided],
    ) -> DbResult<Step> {
        let conversation = &work.conversation;
        let mode = work.stored.settings.mode_on(conversation.account_id);
        let version = work.stored.version;
        runs::begin(tx, work.held.id, conversation.epoch, mode, version).await?;
        let account_on = runs::account_on(tx, conversation.id).await?;
        let known = match &conversation.language {
            Some(known) => Some(known.clone()),
            None => runs::spoken(tx, conversation.id).await?,
        };
        Ok(look::check(work, undecided, known.as_deref(), account_on))
    }

    /// Gives a run what it works with: whom it may ask, and whether it may.
    pub(crate) async fn equip(&self, tx: &mut TenantTx, work: &mut Work) -> DbResult<()> {
        let stored = &work.stored;
        let provider = self.provider_of(tx, stored);
        work.moderation = self.moderation_of(tx, stored);
        if provider.is_some() && stored.settings.budget.is_set() {
            work.spent = spend::so_far(tx, stored, work.now).await?.spent;
        }
        work.provider = provider.filter(|_| work.spent.is_none());
        Ok(())
    }

    pub(crate) fn stationery(&self) -> Stationery<'_> {
        Stationery {
            key: &self.key,
            public_url: &self.public_url,
        }
    }

    pub(crate) fn late(&self, held: &Held, now: DateTime<Utc>) -> bool {
        (now - held.leased_at)
            .to_std()
            .is_ok_and(|spent| spent >= self.longest)
    }

    async fn keep(&self, tx: &mut TenantTx, work: &mut Work, step: Step) -> DbResult<()> {
        let times = (work.now, self.clock.now());
        runs::keep_step(tx, work.held.id, work.steps.len(), &step, times).await?;
        work.now = times.1;
        work.steps.push(step);
        Ok(())
    }
}

impl Work {
    /// What the run can do.
    pub(crate) fn ways(&self, late: bool) -> Ways {
        Ways {
            model: self.provider.is_some(),
            moderation: self.moderation.is_some(),
            late,
            public: self.under.is_some(),
        }
    }
}

/// Whether a draft in shadow is finished though something happened: a person's answer is what it is
/// compared with.
fn goes_on_in_shadow(work: &Work) -> bool {
    let mode = work.stored.settings.mode_on(work.conversation.account_id);
    mode == Mode::Shadow && work.conversation.epoch_cause != "inbound"
}

/// An error and what caused it, in one line.
fn telemetry(error: &dyn std::error::Error) -> String {
    let causes = std::iter::successors(error.source(), |e| e.source());
    causes.fold(error.to_string(), |line, cause| format!("{line}: {cause}"))
}

fn ending<'a>(state: &'a str, reason: &'a str) -> End<'a> {
    End {
        state,
        outcome: None,
        reason,
        language: None,
        confidence: None,
        answer: None,
        error: None,
    }
}

async fn end(tx: &mut TenantTx, work: &Work, state: &str, reason: &str) -> DbResult<()> {
    runs::finish(tx, work.held.id, &ending(state, reason), work.now).await
}

/// Something happened since the run looked at the conversation. When it was the customer, it looks
/// again; when it was a person, the agent has nothing to say any more.
async fn moved_on(tx: &mut TenantTx, work: &Work) -> DbResult<Progress> {
    let cause = match work.conversation.epoch_cause.as_str() {
        "human_reply" => "human_replied",
        "native_reply" => "native_replied",
        "owner" => "owner_changed",
        "resolved" => "resolved",
        _ => {
            runs::forget_steps(tx, work.held.id).await?;
            runs::put_back(tx, work.held.id, work.now, true).await?;
            tx.wake(db::Ledger::Runs);
            return Ok(Progress::Ended);
        }
    };
    outcome::silence(tx, work, cause).await?;
    Ok(Progress::Ended)
}
