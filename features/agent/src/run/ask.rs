//! Asking the model: with no transaction open, and what it said kept before anything follows from
//! it.

use std::time::Duration;

use chrono::TimeDelta;
use db::{Claim, DbResult, Scope, TenantTx};
use kernel::RunId;
use llm::{ChatRequest, Endpoint, Prices};

use super::look::asked;
use super::sight::Shows;
use super::{Work, ending};
use crate::context::Context;
use crate::moderate::{Judged, Side};
use crate::settings::Settings;
use crate::spend::{self, Call, PriceSource};
use crate::step::Step;
use crate::store::runs;
use crate::{Agent, prompt, settings};
use inbox::conversation::{self, Conversation};
use inbox::message::{Author, Message, MessageState};

/// A model that is busy or broken is asked again in this many claims.
const MODEL_ATTEMPTS: i32 = 3;
/// How many messages of the thread the model sees.
pub(crate) const THREAD: u16 = 20;

/// How long a moderation may take.
const MODERATION: Duration = Duration::from_secs(8);

/// What is asked of somebody else before the next step.
pub(crate) struct Question {
    pub(crate) asked: Asked,
    pub(crate) within: Duration,
    ordinal: usize,
}

/// Whom it is asked of.
pub(crate) enum Asked {
    /// The model that answers.
    Model {
        endpoint: Endpoint,
        request: Box<ChatRequest>,
        /// The turns that show pictures.
        shows: Vec<Shows>,
    },
    /// A provider's moderation.
    Moderation {
        endpoint: Endpoint,
        side: Side,
        text: String,
    },
}

/// What was said in a conversation so far, as a model is shown it.
pub(super) async fn thread(
    tx: &mut TenantTx,
    conversation: &Conversation,
) -> DbResult<Vec<Message>> {
    let (mut thread, _) = inbox::thread::recent(tx, conversation.id, THREAD).await?;
    thread.retain(|message| was_heard(message, conversation.epoch));
    Ok(thread)
}

impl Agent {
    /// What the model is asked next, after this thread; none without a model.
    pub(crate) async fn question(
        &self,
        tx: &mut TenantTx,
        work: &Work,
        thread: &[Message],
    ) -> DbResult<Option<Question>> {
        let Some(provider) = &work.provider else {
            return Ok(None);
        };
        let (_, language) = asked(&work.steps);
        let model = provider.model.clone();
        let seen_from = thread.first().map(|message| message.sent_at);
        let (conversation, language) = (&work.conversation, language.as_deref());
        let context =
            Context::of(&work.stored, conversation, language, work.now).under(work.under.clone());
        let context = context.widened(tx, conversation, seen_from).await?;
        let settings = &work.stored.settings;
        let (request, mut shows) = prompt::request(settings, &context, model, thread, &work.steps);
        if !work.sees_pictures {
            shows.clear();
        }
        Ok(Some(Question {
            asked: Asked::Model {
                endpoint: provider.endpoint(),
                request: Box::new(request),
                shows,
            },
            within: self.left(work),
            ordinal: work.steps.len(),
        }))
    }

    /// What a moderation is asked about this text; none without one.
    pub(crate) fn scruple(&self, work: &Work, side: Side, text: String) -> Option<Question> {
        Some(Question {
            asked: Asked::Moderation {
                endpoint: work.moderation.clone()?,
                side,
                text,
            },
            within: self.left(work).min(MODERATION),
            ordinal: work.steps.len(),
        })
    }

    /// How much of its time the run still has.
    fn left(&self, work: &Work) -> Duration {
        let spent = (work.now - work.held.leased_at)
            .to_std()
            .unwrap_or_default();
        self.longest.saturating_sub(spent)
    }

    /// Asks, in one piece.
    pub(crate) async fn hear(&self, question: &Question) -> Heard {
        match &question.asked {
            Asked::Model {
                endpoint, request, ..
            } => {
                let answered = self.llm.chat(endpoint, request, question.within);
                Heard::model(answered.await)
            }
            Asked::Moderation {
                endpoint,
                side,
                text,
            } => {
                let texts = [text.as_str()];
                let judged =
                    self.llm
                        .moderate(endpoint, llm::MODERATION_MODEL, &texts, question.within);
                Heard::moderation(judged.await, *side, text)
            }
        }
    }

    /// What the provider's list says of the price of what was said, where the answer says none. No
    /// transaction may be open.
    pub(crate) async fn listed_for(
        &self,
        scope: &Scope,
        question: &Question,
        step: &Step,
    ) -> Option<Prices> {
        match (question.asked_model(), step) {
            (
                Some(asked),
                Step::CallModel {
                    answer: Some(answer),
                    ..
                },
            ) => self.listed(scope, asked, answer).await,
            _ => None,
        }
    }

    /// Asks and keeps what was said. `false`: the run was given back or lost.
    pub(super) async fn ask(&self, claim: &Claim, question: &Question) -> DbResult<bool> {
        let began = self.clock.now();
        let Heard { step, error } = self.hear(question).await;
        let ended = self.clock.now();
        let listed = self.listed_for(&claim.scope, question, &step).await;
        let mut tx = self.db.tenant(&claim.scope).await?;
        let Some(held) = runs::hold(&mut tx, claim).await? else {
            return Ok(false);
        };
        let stored = settings::load(&mut tx).await?;
        let call = question.call(&stored.settings, &step, listed.as_ref());
        let call = Call {
            run: Some(held.id),
            ..call
        };
        spend::record(&mut tx, &stored, &call, ended).await?;
        let again = error.filter(|error| error.is_passing() && held.attempts < MODEL_ATTEMPTS);
        if let (Asked::Model { .. }, Some(error)) = (&question.asked, again) {
            let wait = match error {
                llm::Error::RateLimited {
                    retry_after: Some(wait),
                } => wait.min(self.longest),
                _ => Duration::from_secs(2),
            };
            tx.commit().await?;
            self.give_back_after(claim, wait).await?;
            return Ok(false);
        }
        if let Step::CallModel {
            answer: Some(answer),
            ..
        } = &step
        {
            runs::add_usage(
                &mut tx,
                held.id,
                &answer.model,
                &answer.usage,
                call.micro_usd,
            )
            .await?;
        }
        runs::keep_step(&mut tx, held.id, question.ordinal, &step, (began, ended)).await?;
        tx.commit().await?;
        Ok(true)
    }

    pub(super) async fn give_back(&self, claim: &Claim) -> DbResult<()> {
        self.give_back_after(claim, Duration::from_secs(1)).await
    }

    /// Gives a run back to be claimed again, unless a newer one waits already.
    async fn give_back_after(&self, claim: &Claim, wait: Duration) -> DbResult<()> {
        let mut tx = self.db.tenant(&claim.scope).await?;
        let id = RunId::from_uuid(claim.id);
        let Some(conversation) = runs::conversation_of(&mut tx, id).await? else {
            return Ok(());
        };
        conversation::lock(&mut tx, conversation).await?;
        let Some(held) = runs::hold(&mut tx, claim).await? else {
            return Ok(());
        };
        let now = self.clock.now();
        if runs::newer_waits(&mut tx, conversation).await? {
            runs::finish(&mut tx, held.id, &ending("superseded", "newer_run"), now).await?;
        } else {
            let due = now + TimeDelta::from_std(wait).unwrap_or_default();
            runs::put_back(&mut tx, held.id, due, true).await?;
        }
        tx.commit().await
    }
}

/// What was said to a question.
pub(crate) struct Heard {
    /// As a step.
    pub(crate) step: Step,
    /// Why nothing was said.
    pub(crate) error: Option<llm::Error>,
}

impl Heard {
    /// What a model said.
    pub(crate) fn model(answered: Result<llm::Answer, llm::Error>) -> Self {
        let (answer, error) = halves(answered);
        let class = error.as_ref().map(|error| error.class().to_owned());
        Self {
            step: Step::CallModel {
                answer,
                error: class,
            },
            error,
        }
    }

    /// What a moderation said of a text.
    fn moderation(judged: Result<llm::Moderation, llm::Error>, side: Side, text: &str) -> Self {
        let (moderation, error) = halves(judged);
        let judged = moderation.as_ref().and_then(Judged::of);
        let class = error.as_ref().map(|error| error.class().to_owned());
        let unreadable = judged.is_none().then(|| "malformed".to_owned());
        Self {
            step: Step::Moderate {
                side,
                text: (side == Side::Outgoing).then(|| text.to_owned()),
                judged,
                error: class.or(unreadable),
            },
            error,
        }
    }
}

fn halves<T, E>(result: Result<T, E>) -> (Option<T>, Option<E>) {
    match result {
        Ok(value) => (Some(value), None),
        Err(error) => (None, Some(error)),
    }
}

impl Question {
    /// What a model is asked; none when a moderation is.
    fn asked_model(&self) -> Option<spend::Asked<'_>> {
        match &self.asked {
            Asked::Model {
                endpoint, request, ..
            } => Some(spend::Asked {
                purpose: "answer",
                endpoint,
                model: &request.model,
            }),
            Asked::Moderation { .. } => None,
        }
    }

    /// What asking it used, for the ledger; `listed` is what the provider's list says of its price.
    pub(crate) fn call<'a>(
        &'a self,
        settings: &Settings,
        step: &'a Step,
        listed: Option<&Prices>,
    ) -> Call<'a> {
        match (self.asked_model(), step) {
            (Some(asked), Step::CallModel { answer, error }) => {
                let answered = answer.as_ref().ok_or(error.as_deref());
                asked.call(answered, settings, listed)
            }
            (_, step) => {
                let (Asked::Model { endpoint, .. } | Asked::Moderation { endpoint, .. }) =
                    &self.asked;
                let asked = spend::Asked {
                    purpose: "moderation",
                    endpoint,
                    model: llm::MODERATION_MODEL,
                };
                let error = match step {
                    Step::Moderate { error, .. } => error.as_deref(),
                    _ => None,
                };
                // It asks no money (OpenAI, "Moderation").
                Call {
                    micro_usd: Some(0),
                    source: PriceSource::List,
                    ..asked.call(Err(error), settings, None)
                }
            }
        }
    }
}

/// Whether the customer got or gets this message. What was withdrawn, or waits to be, was never
/// said.
pub(crate) fn was_heard(message: &Message, epoch: i64) -> bool {
    match message.state {
        MessageState::Cancelled | MessageState::Failed => false,
        MessageState::Queued => message.author != Author::Ai || message.epoch == epoch,
        _ => true,
    }
}
