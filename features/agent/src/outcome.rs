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
use crate::escalate;
use crate::extractive;
use crate::gates::Stop;
use crate::judge::{Draft, Proposal, Verdict, Would, judge};
use crate::letter::Stationery;
use crate::moderate::Side;
use crate::run::{Work, asked};
use crate::settings::Mode;
use crate::step::{self, Step};
use crate::store::decisions::New;
use crate::store::runs::{self, End};
use crate::store::shadow::NewDraft;
use crate::{remark, shadow, store, tools};

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
    let (text, language) = asked(steps);
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
        // Only what is asked needs somebody to answer it.
        None if work.under.is_some() && !remark::is_question(&text) => Proposal::Silent {
            reason: "nothing_to_answer".to_owned(),
        },
        None => Proposal::Escalate {
            reason: otherwise.to_owned(),
        },
    };
    if let Some(Ok(judged)) = step::moderation(steps, Side::Incoming)
        && judged.flags()
    {
        let reason = if judged.in_danger() {
            "person_in_danger"
        } else {
            "offensive_message"
        };
        return Proposal::Escalate {
            reason: reason.to_owned(),
        };
    }
    match step::decisive(steps) {
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
            let wanted = language.filter(|tag| *tag != "simple");
            tools::proposal(answer, &found, wanted, work.under.is_some())
        }
        Some(Step::CallModel { answer: None, .. }) => quote("model_unavailable"),
        _ if work.spent.is_some() => quote("budget_spent"),
        _ if work.provider.is_some() => quote("limit_reached"),
        _ => quote("no_answer_found"),
    }
}

/// The mode to judge in. What is quoted because the budget is spent is only offered.
fn mode(work: &Work) -> Mode {
    let mode = work.stored.settings.mode_on(work.conversation.account_id);
    let stinted = match step::decisive(&work.steps) {
        Some(Step::CheckConversationState { .. }) => false,
        Some(Step::CallModel { answer, .. }) => answer.is_none(),
        _ => true,
    };
    if work.spent.is_some() && stinted {
        mode.min(Mode::Suggest)
    } else {
        mode
    }
}

/// What is to be done, by the steps and the settings, and what speaks against the answer.
pub(crate) fn verdict(work: &Work) -> (Verdict, Vec<Doubt>) {
    let settings = &work.stored.settings;
    let mode = mode(work);
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
    )
    .under(work.under.clone());
    let found = step::passages(&work.steps);
    let facts = Facts::about(draft, settings, &context, &found, &asked);
    let mut all = doubts(draft, settings, &facts);
    all.extend(scruples(work));
    all
}

/// What a provider's moderation holds against an answer, or that it could not be asked: nothing is
/// sent unjudged where there is one.
fn scruples(work: &Work) -> Option<Doubt> {
    let asked = [Side::Outgoing, Side::Incoming];
    let said = asked.map(|side| step::moderation(&work.steps, side));
    if let [Some(Ok(judged)), _] = said
        && judged.flags()
    {
        return Some(Doubt::about("moderation_out", judged.flagged.join(", ")));
    }
    let failed = said.into_iter().flatten().find_map(Result::err);
    failed.map(|class| Doubt::about("moderation_unavailable", class))
}

/// The answer that a moderation has to judge before it is sent.
pub(crate) fn unjudged(work: &Work) -> Option<String> {
    work.moderation.as_ref()?;
    let (Verdict::Send { draft, .. }
    | Verdict::Shadow {
        would: Would::Send,
        draft: Some(draft),
        ..
    }) = verdict(work).0
    else {
        return None;
    };
    let judged = step::moderation(&work.steps, Side::Outgoing);
    judged.is_none().then_some(draft.text)
}

/// Decides, and does it.
pub(crate) async fn decide(
    tx: &mut TenantTx,
    work: &Work,
    stationery: Stationery<'_>,
) -> DbResult<()> {
    let mode = mode(work);
    let (verdict, doubts) = verdict(work);
    let (outcome, reason, draft, reply) = match verdict {
        Verdict::Silent { reason } => (Outcome::Silent, reason, None, None),
        Verdict::Shadow {
            would,
            draft,
            reason,
        } => {
            keep_in_shadow(tx, work, would, draft.as_ref(), &reason).await?;
            (Outcome::Shadowed, reason, draft, None)
        }
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

/// The passages that a draft rests on, for reading.
fn sources(work: &Work, draft: &Draft) -> Value {
    let used = step::passages(&work.steps).into_iter();
    used.filter(|passage| draft.sources.contains(&passage.chunk))
        .map(
            |p| json!({"chunk": p.chunk, "title": p.title, "heading": p.heading, "score": p.score}),
        )
        .collect()
}

async fn keep_in_shadow(
    tx: &mut TenantTx,
    work: &Work,
    would: Would,
    draft: Option<&Draft>,
    reason: &str,
) -> DbResult<()> {
    let Some(Step::CheckConversationState { messages, .. }) = work.steps.first() else {
        return Ok(());
    };
    let Some(message) = messages.last() else {
        return Ok(());
    };
    let new = NewDraft {
        run: work.held.id,
        conversation: work.conversation.id,
        message: *message,
        would,
        reason,
        text: draft.map_or("", |draft| draft.text.as_str()),
        sources: draft.map_or_else(|| json!([]), |draft| sources(work, draft)),
        confidence: draft.map(|draft| draft.confidence),
        settings_version: work.stored.version,
    };
    store::shadow::insert(tx, &new, work.now).await?;
    shadow::compare(tx, work.conversation.id).await
}

async fn suggest(tx: &mut TenantTx, work: &Work, draft: &Draft) -> DbResult<Result<(), String>> {
    let offer = Offer {
        conversation: work.conversation.id,
        run: work.held.id,
        epoch: written_for(work),
        text: &draft.text,
        sources: sources(work, draft),
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
