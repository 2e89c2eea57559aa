//! Asking the model: with no transaction open, and what it said kept before anything follows from
//! it.

use std::time::Duration;

use chrono::TimeDelta;
use db::{Claim, DbResult, TenantTx};
use kernel::RunId;
use llm::{ChatRequest, Endpoint};

use super::look::asked;
use super::{Work, ending};
use crate::context::Context;
use crate::step::Step;
use crate::store::runs;
use crate::{Agent, prompt};
use inbox::conversation::{self, Conversation};
use inbox::message::{Author, Message, MessageState};

/// A model that is busy or broken is asked again in this many claims.
const MODEL_ATTEMPTS: i32 = 3;
/// How many messages of the thread the model sees.
pub(crate) const THREAD: u16 = 20;

/// A question to a model that the next step needs.
pub(crate) struct Question {
    pub(crate) endpoint: Endpoint,
    pub(crate) request: ChatRequest,
    pub(crate) within: Duration,
    ordinal: usize,
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
        let spent = (work.now - work.held.leased_at)
            .to_std()
            .unwrap_or_default();
        let model = provider.model.clone();
        let seen_from = thread.first().map(|message| message.sent_at);
        let (conversation, language) = (&work.conversation, language.as_deref());
        let context = Context::of(&work.stored, conversation, language, work.now);
        let context = context.widened(tx, conversation, seen_from).await?;
        let settings = &work.stored.settings;
        Ok(Some(Question {
            endpoint: provider.endpoint(),
            request: prompt::request(settings, &context, model, thread, &work.steps),
            within: self.longest.saturating_sub(spent),
            ordinal: work.steps.len(),
        }))
    }

    /// Asks the model and keeps what it said. `false`: the run was given back or lost.
    pub(super) async fn ask(&self, claim: &Claim, question: &Question) -> DbResult<bool> {
        let began = self.clock.now();
        let answered = self
            .llm
            .chat(&question.endpoint, &question.request, question.within)
            .await;
        let ended = self.clock.now();
        let mut tx = self.db.tenant(&claim.scope).await?;
        let Some(held) = runs::hold(&mut tx, claim).await? else {
            return Ok(false);
        };
        let step = match answered {
            Ok(answer) => {
                runs::add_usage(&mut tx, held.id, &answer.model, &answer.usage).await?;
                Step::CallModel {
                    answer: Some(answer),
                    error: None,
                }
            }
            Err(error) if error.is_passing() && held.attempts < MODEL_ATTEMPTS => {
                let wait = match error {
                    llm::Error::RateLimited {
                        retry_after: Some(wait),
                    } => wait.min(self.longest),
                    _ => Duration::from_secs(2),
                };
                drop(tx);
                self.give_back_after(claim, wait).await?;
                return Ok(false);
            }
            Err(error) => Step::CallModel {
                answer: None,
                error: Some(error.class().to_owned()),
            },
        };
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

/// Whether the customer got or gets this message. What was withdrawn, or waits to be, was never
/// said.
pub(crate) fn was_heard(message: &Message, epoch: i64) -> bool {
    match message.state {
        MessageState::Cancelled | MessageState::Failed => false,
        MessageState::Queued => message.author != Author::Ai || message.epoch == epoch,
        _ => true,
    }
}
