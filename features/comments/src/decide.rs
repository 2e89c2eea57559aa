//! What follows from a judgement, in one transaction: the decision, and a reply on its way, a draft for
//! approval, or a comment for people.

use agent::decision::Outcome;
use agent::rehearse::Trace;
use chrono::{DateTime, Utc};
use db::{DbResult, TenantTx};
use kernel::{CommentId, DecisionId};

use crate::answer::{self, Written};
use crate::comment::{self, Comment, State};
use crate::decision::{self, Decision};
use crate::process::passed_by;
use crate::{progress, store};

/// What was made of a comment.
pub(crate) struct Judged {
    /// The epoch that it was judged for.
    pub(crate) epoch: i64,
    /// The version of the settings that it was judged with.
    pub(crate) version: i32,
    /// What is clear without the agent.
    pub(crate) plain: Option<(Outcome, &'static str)>,
    /// What the agent says; none when there was nothing to judge.
    pub(crate) trace: Option<Trace>,
}

/// What became of a judgement.
pub(crate) enum Decided {
    /// It holds, or nothing was to be decided.
    Kept,
    /// The settings changed since.
    Outdated,
}

/// Decides, and does it. What stands together with the comment is held first, so that nothing can
/// come between the look at its epoch and the effect.
pub(crate) async fn keep(
    tx: &mut TenantTx,
    id: CommentId,
    judged: &Judged,
    now: DateTime<Utc>,
) -> DbResult<Decided> {
    let Some(held) = comment::lock(tx, id).await? else {
        return Ok(Decided::Kept);
    };
    if held.own || decision::of(tx, id).await?.is_some() {
        return Ok(Decided::Kept);
    }
    let plain =
        |(outcome, reason)| Decision::without_a_look(id, (outcome, reason), judged.version, now);
    let overtaken = passed_by(&held).map(|reason| (Outcome::Silent, reason));
    let decision = match (judged.plain.or(overtaken), &judged.trace) {
        (Some(plainly), None) => plain(plainly),
        // What the agent found stays to be seen, though nothing follows from it.
        (Some((outcome, reason)), Some(trace)) => Decision {
            outcome,
            reason: reason.to_owned(),
            ..of(id, judged, trace, now)
        },
        (None, Some(trace)) => {
            if agent::settings::load(tx).await?.version != judged.version {
                return Ok(Decided::Outdated);
            }
            of(id, judged, trace, now)
        }
        (None, None) => return Ok(Decided::Outdated),
    };
    record(tx, &held, &decision).await?;
    Ok(Decided::Kept)
}

fn of(id: CommentId, judged: &Judged, trace: &Trace, now: DateTime<Utc>) -> Decision {
    Decision {
        id: DecisionId::new(),
        comment_id: id,
        outcome: trace.outcome,
        reason: trace.reason.clone(),
        explanation: trace.explanation.clone(),
        text: trace.text.clone(),
        confidence: trace.confidence,
        model: trace.model.clone(),
        settings_version: judged.version,
        micro_usd: trace.micro_usd,
        created_at: now,
    }
}

/// Keeps a decision and does what follows from it; nothing when there is one already.
pub(crate) async fn record(tx: &mut TenantTx, held: &Comment, decision: &Decision) -> DbResult<()> {
    if !store::decisions::insert(tx, decision).await? {
        return Ok(());
    }
    comment::tell(tx);
    let (outcome, now) = (decision.outcome, decision.created_at);
    metrics::counter!("comment_decisions_total", "outcome" => outcome.as_str()).increment(1);
    // Somebody dealt with it meanwhile: that holds, whatever is decided late.
    if held.state != State::Waiting {
        return Ok(());
    }
    let text = decision.text.as_deref();
    match outcome {
        Outcome::Answered => {
            let written = Written::by_agent(text.unwrap_or_default());
            answer::create(tx, held, &written, now).await?;
        }
        Outcome::Suggested => {
            progress::move_to(tx, held, State::Suggested, text, now).await?;
        }
        Outcome::Escalated | Outcome::Failed => {
            progress::move_to(tx, held, State::NeedsPerson, None, now).await?;
        }
        Outcome::Silent | Outcome::Shadowed => {
            let state = unspoken(outcome, &decision.reason);
            progress::move_to(tx, held, state, None, now).await?;
        }
    }
    Ok(())
}

/// What a comment is to which the agent says nothing: over only if that closes it. What the agent may
/// not answer is for people.
fn unspoken(outcome: Outcome, reason: &str) -> State {
    if outcome == Outcome::Shadowed {
        return State::NeedsPerson;
    }
    match reason {
        "native_replied" => State::Answered,
        "nothing_to_answer" | "ignored_example" | "comment_gone" | "comment_hidden"
        | "live_comment" | "resolved" => State::Done,
        _ => State::NeedsPerson,
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn silence_closes_a_comment_only_where_nobody_waits_for_an_answer() {
        for (outcome, reason, state) in [
            (Outcome::Silent, "nothing_to_answer", State::Done),
            (Outcome::Silent, "comment_gone", State::Done),
            (Outcome::Silent, "native_replied", State::Answered),
            (Outcome::Silent, "human_replied", State::NeedsPerson),
            (Outcome::Silent, "comments_off", State::NeedsPerson),
            (Outcome::Silent, "budget_spent", State::NeedsPerson),
            (Outcome::Silent, "outside_hours", State::NeedsPerson),
            (Outcome::Shadowed, "passage_found", State::NeedsPerson),
        ] {
            assert_eq!(unspoken(outcome, reason), state, "{reason}");
        }
    }
}
