//! A rehearsal: the agent's own steps over words that nobody has to have written, with any settings.
//! Nothing is sent and nothing is kept but what the models cost; what every step found is given back.

pub(crate) mod api;
mod ask;
mod partial;
pub mod past;
mod scene;
pub(crate) mod stream;
mod trace;
mod variant;

use std::sync::Arc;
use std::time::Duration;

use chrono::{DateTime, Utc};
use db::{DbResult, Scope, TenantTx};
use tokio::time::Instant;

use crate::comment::Under;
use crate::moderate::Side;
use crate::run::Work;
use crate::run::ask::Question;
pub(crate) use crate::run::meaning::Beside;
use crate::run::meaning::{Looked, Vectors};
use crate::run::{asked, look};
use crate::settings::{Mode, Stored};
use crate::spend::{self, Call};
use crate::step::{self, Next, Step};
use crate::{Agent, outcome};
pub use scene::{Line, Speaker};
pub use trace::{Source, Trace};
pub use variant::{Variant, VariantError};

/// What is rehearsed.
#[derive(Clone, Debug)]
pub struct Rehearsal {
    /// The settings to work with, saved or not.
    pub stored: Stored,
    /// The mode to judge in; that of the settings when absent.
    pub mode: Option<Mode>,
    /// What was said before.
    pub thread: Vec<Line>,
    /// What the customer writes now, one text a message.
    pub messages: Vec<String>,
    /// The customer's language, when it is known beforehand.
    pub language: Option<String>,
    /// The moment at which it happens, which opening hours go by.
    pub at: DateTime<Utc>,
    /// Knowledge that nobody kept and that is tried.
    pub beside: Option<Arc<Beside>>,
    /// What it stands under, when it is a public comment and no message.
    pub under: Option<Under>,
}

/// What a listener is told while it goes on.
#[derive(Clone, Copy, Debug)]
pub enum News<'a> {
    /// A step was taken.
    Step(&'a Step),
    /// The answer goes on with these words.
    Words(&'a str),
    /// The words so far were not the answer; it begins anew.
    Anew,
}

/// Who hears how it goes on.
pub type Listener<'a> = &'a mut (dyn FnMut(News<'_>) + Send);

/// A turn that was played through.
pub(crate) struct Played {
    pub(crate) work: Work,
    cost: Option<i64>,
    took: Duration,
}

impl Played {
    /// What it came to.
    pub(crate) fn trace(&self) -> Trace {
        trace::of(&self.work, self.cost, self.took)
    }
}

/// What a rehearsal needs next.
enum Prepared {
    /// Nothing: it is at its end.
    Done,
    /// A model has to be asked.
    Ask(Box<Question>),
    /// These questions have to become vectors.
    Understand(Vec<String>),
}

impl Agent {
    /// Plays one turn through. No transaction is open while a model is asked.
    pub async fn rehearse(&self, scope: &Scope, rehearsal: Rehearsal) -> DbResult<Trace> {
        let played = self.play(scope, rehearsal, "rehearsal", None).await?;
        Ok(played.trace())
    }

    /// The same; what happens is told as it comes.
    pub async fn rehearse_aloud(
        &self,
        scope: &Scope,
        rehearsal: Rehearsal,
        listener: Listener<'_>,
    ) -> DbResult<Trace> {
        let listener = Some(listener);
        let played = self.play(scope, rehearsal, "rehearsal", listener).await?;
        Ok(played.trace())
    }

    /// Plays one turn through; `purpose` is what the ledger says that models were asked for.
    pub(crate) async fn play(
        &self,
        scope: &Scope,
        rehearsal: Rehearsal,
        purpose: &'static str,
        mut listener: Option<Listener<'_>>,
    ) -> DbResult<Played> {
        let began = Instant::now();
        let at = rehearsal.at;
        let mut vectors = Vectors::with(rehearsal.beside.clone());
        let mut scene = scene::set(rehearsal);
        let mut cost = Some(0);
        loop {
            scene.work.now = at + began.elapsed();
            let mut tx = self.db.tenant(scope).await?;
            let next = self
                .prepare(&mut tx, &mut scene, &vectors, &mut listener)
                .await?;
            // Nothing was written, and nothing is held while a model is asked.
            drop(tx);
            let question = match next {
                Prepared::Done => break,
                Prepared::Ask(mut question) => {
                    self.show(scope, &mut question).await;
                    question
                }
                Prepared::Understand(questions) => {
                    self.understand(scope, questions, &mut vectors).await?;
                    continue;
                }
            };
            let left = self.longest.saturating_sub(began.elapsed());
            let step = self.ask_aloud(&question, left, &mut listener).await;
            let listed = self.listed_for(scope, &question, &step).await;
            let call = Call {
                purpose,
                ..question.call(&scene.work.stored.settings, &step, listed.as_ref())
            };
            cost = cost.zip(call.micro_usd).map(|(all, one)| all + one);
            let mut tx = self.db.tenant(scope).await?;
            spend::record(&mut tx, &scene.work.stored, &call, self.clock.now()).await?;
            tx.commit().await?;
            keep(&mut scene.work, step, &mut listener);
        }
        Ok(Played {
            work: scene.work,
            cost,
            took: began.elapsed(),
        })
    }

    /// Takes every step that needs no network; what a model has to be asked next.
    async fn prepare(
        &self,
        tx: &mut TenantTx,
        scene: &mut scene::Scene,
        vectors: &Vectors,
        listener: &mut Option<Listener<'_>>,
    ) -> DbResult<Prepared> {
        let asking = |question: Option<Question>| {
            question.map_or(Prepared::Done, |question| Prepared::Ask(Box::new(question)))
        };
        let work = &mut scene.work;
        self.equip(tx, work).await?;
        work.sees_pictures = self.sees(&tx.scope(), work).unwrap_or(false);
        loop {
            let late = self.late(&work.held, work.now);
            let next = match step::next(&work.steps, work.ways(late)) {
                Next::Check => {
                    let known = work.conversation.language.as_deref();
                    let account_on = work.under.as_ref().is_none_or(|it| it.account_on);
                    look::check(work, &scene.asked, known, account_on)
                }
                Next::Moderate => {
                    let (text, _) = asked(&work.steps);
                    return Ok(asking(self.scruple(work, Side::Incoming, text)));
                }
                Next::Retrieve => match look::retrieve(tx, &work.steps, vectors).await? {
                    Looked::Found(found) => found,
                    Looked::Needs(them) => return Ok(Prepared::Understand(them)),
                },
                Next::RunTools => match look::run_tools(tx, &work.steps, vectors).await? {
                    Looked::Found(ran) => ran,
                    Looked::Needs(them) => return Ok(Prepared::Understand(them)),
                },
                Next::CallModel => {
                    return Ok(asking(self.question(tx, work, &scene.thread).await?));
                }
                Next::Decide => {
                    let text = outcome::unjudged(work);
                    let scruple = text.and_then(|text| self.scruple(work, Side::Outgoing, text));
                    return Ok(asking(scruple));
                }
            };
            keep(work, next, listener);
        }
    }
}

fn keep(work: &mut Work, step: Step, listener: &mut Option<Listener<'_>>) {
    if let Some(listener) = listener {
        listener(News::Step(&step));
    }
    work.steps.push(step);
}

/// How long the next piece of a streamed answer may take.
const IDLE: Duration = Duration::from_secs(20);
