//! The end of a run: one decision for each message, in one transaction with what follows from it.

pub(crate) mod explain;

use db::{DbResult, TenantTx};
use inbox::reply::ReplyError;
use inbox::suggestion::Offer;
use kernel::MessageId;
use serde_json::{Value, json};

use crate::context::Context;
use crate::decision::Outcome;
use crate::doubt::{Doubt, Facts, doubts};
use crate::escalate::{self, Stationery};
use crate::extractive;
use crate::gates::Stop;
use crate::judge::{Draft, Proposal, Verdict, judge};
use crate::run::{Work, asked};
use crate::settings::Mode;
use crate::step::{self, Step};
use crate::store::decisions::New;
use crate::store::runs::{self, End};
use crate::{store, tools};

/// What a customer who only greets is told.
fn greeting(language: Option<&str>) -> &'static str {
    match language {
        Some("fr") => "Bonjour ! Comment pouvons-nous vous aider ?",
        Some("es") => "¡Hola! ¿En qué podemos ayudarte?",
        _ => "Hello! How can we help you?",
    }
}

/// What the agent came up with, from its steps.
fn proposal(work: &Work) -> Proposal {
    let steps = &work.steps;
    let settings = &work.stored.settings;
    let (_, language) = asked(steps);
    let language = language.as_deref();
    let found = step::passages(steps);
    let quote = |otherwise: &str| match extractive::choose(&found, language, settings.confidence) {
        Some(passage) => Proposal::Answer(Draft {
            text: passage.content.trim().to_owned(),
            language: Some(passage.language.clone()),
            confidence: passage.score,
            sources: vec![passage.chunk],
            sourced: true,
            language_fits: true,
            quoted: true,
            reason: "passage_found",
        }),
        None => Proposal::Escalate {
            reason: otherwise.to_owned(),
        },
    };
    match steps.last() {
        Some(Step::CheckConversationState {
            stop: Some(stop), ..
        }) => match stop {
            Stop::Silent { reason } => Proposal::Silent {
                reason: reason.clone(),
            },
            Stop::Escalate { reason } => Proposal::Escalate {
                reason: reason.clone(),
            },
            Stop::Greet => Proposal::Answer(Draft {
                text: greeting(language).to_owned(),
                language: language.map(str::to_owned),
                confidence: 1.0,
                sources: Vec::new(),
                sourced: true,
                language_fits: true,
                quoted: true,
                reason: "greeting",
            }),
        },
        Some(Step::CallModel {
            answer: Some(answer),
            ..
        }) => {
            // A language that is none of the known ones can't be compared.
            tools::proposal(answer, &found, language.filter(|tag| *tag != "simple"))
        }
        Some(Step::CallModel { answer: None, .. }) => quote("model_unavailable"),
        _ if work.provider.is_some() => quote("limit_reached"),
        _ => quote("no_answer_found"),
    }
}

/// What is to be done, by the steps and the settings, and what speaks against the answer.
pub(crate) fn verdict(work: &Work) -> (Verdict, Vec<Doubt>) {
    let settings = &work.stored.settings;
    let mode = settings.mode_on(work.conversation.account_id);
    let proposal = proposal(work);
    let doubts = match &proposal {
        Proposal::Answer(draft) => doubted(work, draft),
        _ => Vec::new(),
    };
    let verdict = judge(proposal, mode, settings.confidence, &doubts);
    (verdict, doubts)
}

/// What speaks against an answer.
fn doubted(work: &Work, draft: &Draft) -> Vec<Doubt> {
    let settings = &work.stored.settings;
    let (asked, language) = asked(&work.steps);
    let context = Context::of(
        &work.stored,
        &work.conversation,
        language.as_deref(),
        work.now,
    );
    let found = step::passages(&work.steps);
    let facts = Facts::about(draft, settings, &context, &found, &asked);
    doubts(draft, settings, &facts)
}

/// Decides, and does it.
pub(crate) async fn decide(
    tx: &mut TenantTx,
    work: &Work,
    stationery: Stationery<'_>,
) -> DbResult<()> {
    let settings = &work.stored.settings;
    let mode = settings.mode_on(work.conversation.account_id);
    let (verdict, doubts) = verdict(work);
    let (outcome, reason, draft, reply) = match verdict {
        Verdict::Silent { reason } => (Outcome::Silent, reason, None, None),
        Verdict::Send { draft, reason } => match send(tx, work, &draft).await? {
            Ok(reply) => (Outcome::Answered, reason, Some(draft), reply),
            Err(refusal) => (Outcome::Silent, refusal, Some(draft), None),
        },
        Verdict::Suggest { draft, reason } => match suggest(tx, work, &draft).await? {
            Ok(()) => (Outcome::Suggested, reason, Some(draft), None),
            Err(refusal) => (Outcome::Silent, refusal, Some(draft), None),
        },
        Verdict::Escalate { draft, reason } => {
            escalate::to_person(tx, work, &reason, mode == Mode::Auto, stationery).await?;
            (Outcome::Escalated, reason, draft, None)
        }
    };
    let decided = Decided {
        outcome,
        reason: &reason,
        draft: draft.as_ref(),
        doubts: &doubts,
        reply,
    };
    record(tx, work, decided).await
}

/// Ends a run without a word.
pub(crate) async fn silence(tx: &mut TenantTx, work: &Work, reason: &str) -> DbResult<()> {
    record(tx, work, Decided::nothing(Outcome::Silent, reason)).await
}

/// Ends a run that broke something each time it was begun.
pub(crate) async fn fail(tx: &mut TenantTx, work: &Work) -> DbResult<()> {
    let broken = Decided::nothing(Outcome::Failed, "broken_run");
    record(tx, work, broken).await
}

/// Why an answer could not be used, as a stable reason.
fn refusal(error: ReplyError) -> DbResult<String> {
    let reason = match error {
        ReplyError::Database(error) => return Err(error),
        ReplyError::WindowClosed | ReplyError::HumanAgentOnly => "window_closed",
        ReplyError::Standby => "standby",
        ReplyError::Stale => "stale",
        ReplyError::NoAddress => "no_address",
        ReplyError::Empty => "empty_answer",
        ReplyError::TooLong => "too_long",
        ReplyError::NoSuchPicture
        | ReplyError::NoWebAddress
        | ReplyError::PictureTooLarge { .. } => "picture_refused",
        ReplyError::NotFound => "conversation_gone",
    };
    Ok(reason.to_owned())
}

/// The epoch that the draft was written for.
fn written_for(work: &Work) -> i64 {
    match work.steps.first() {
        Some(Step::CheckConversationState { epoch, .. }) => *epoch,
        _ => work.conversation.epoch,
    }
}

async fn send(
    tx: &mut TenantTx,
    work: &Work,
    draft: &Draft,
) -> DbResult<Result<Option<MessageId>, String>> {
    let (id, epoch) = (work.conversation.id, written_for(work));
    match inbox::reply::send_as_ai(tx, id, epoch, &draft.text, work.held.id, work.now).await {
        Ok(sent) => Ok(Ok(sent.first().copied())),
        Err(error) => Ok(Err(refusal(error)?)),
    }
}

async fn suggest(tx: &mut TenantTx, work: &Work, draft: &Draft) -> DbResult<Result<(), String>> {
    let sources: Vec<Value> = step::passages(&work.steps)
        .into_iter()
        .filter(|passage| draft.sources.contains(&passage.chunk))
        .map(
            |p| json!({"chunk": p.chunk, "title": p.title, "heading": p.heading, "score": p.score}),
        )
        .collect();
    let offer = Offer {
        conversation: work.conversation.id,
        run: work.held.id,
        epoch: written_for(work),
        text: &draft.text,
        sources: Value::Array(sources),
        confidence: draft.confidence,
    };
    match inbox::suggestion::offer(tx, offer, work.now).await {
        Ok(()) => Ok(Ok(())),
        Err(error) => Ok(Err(refusal(error)?)),
    }
}

/// What a run came to.
#[derive(Clone, Copy, Debug)]
struct Decided<'a> {
    outcome: Outcome,
    reason: &'a str,
    draft: Option<&'a Draft>,
    doubts: &'a [Doubt],
    reply: Option<MessageId>,
}

impl<'a> Decided<'a> {
    fn nothing(outcome: Outcome, reason: &'a str) -> Self {
        Self {
            outcome,
            reason,
            draft: None,
            doubts: &[],
            reply: None,
        }
    }
}

async fn record(tx: &mut TenantTx, work: &Work, decided: Decided<'_>) -> DbResult<()> {
    let Decided {
        outcome,
        reason,
        draft,
        ..
    } = decided;
    let messages = if let Some(Step::CheckConversationState { messages, .. }) = work.steps.first() {
        messages.clone()
    } else {
        let undecided = runs::undecided(tx, work.conversation.id).await?;
        undecided.into_iter().map(|message| message.id).collect()
    };
    let overtaken = store::withdrawals::overtaken(tx, work.conversation.id, &messages).await?;
    let explanation = explain::explanation(work, draft, decided.doubts, &overtaken);
    let new = New {
        conversation: work.conversation.id,
        run: work.held.id,
        outcome,
        reason,
        explanation: &explanation,
        confidence: draft.map(|draft| draft.confidence),
        reply: decided.reply,
    };
    store::decisions::insert(tx, &messages, &new, work.now).await?;
    let (_, language) = asked(&work.steps);
    let end = End {
        state: if outcome == Outcome::Failed {
            "failed"
        } else {
            "done"
        },
        outcome: Some(outcome.as_str()),
        reason,
        language: language.as_deref(),
        confidence: draft.map(|draft| draft.confidence),
        answer: draft.map(|draft| draft.text.as_str()),
        error: None,
    };
    runs::finish(tx, work.held.id, &end, work.now).await?;
    metrics::counter!("agent_decisions_total", "outcome" => outcome.as_str()).increment(1);
    tx.signal("decisions-changed");
    tx.signal(work.conversation.signal());
    Ok(())
}
