//! What became of a reply, and of hiding a comment.

use channels::effects::{COMMENT_GONE, Effect, EffectKind, Request};
use channels::events::{EffectSettled, Outcome};
use chrono::{DateTime, Utc};
use db::{DbResult, TenantTx};
use kernel::CommentId;

use crate::comment::{self, Comment, State};
use crate::reply::{Author, Reply, ReplyState};
use crate::{progress, store};

/// Shows what became of an effect about a comment.
pub async fn apply(tx: &mut TenantTx, settled: &EffectSettled) -> DbResult<()> {
    let effect = &settled.effect;
    match effect.kind {
        EffectKind::ReplyComment => reply(tx, effect, &settled.outcome).await,
        EffectKind::HideComment => hide(tx, effect, &settled.outcome).await,
        EffectKind::SendMessage => Ok(()),
    }
}

async fn reply(tx: &mut TenantTx, effect: &Effect, outcome: &Outcome) -> DbResult<()> {
    let Some(reply) = store::replies::of_effect(tx, effect.id).await? else {
        return Ok(());
    };
    let id = reply.comment_id;
    let set = async |tx: &mut TenantTx, state, error: Option<&str>| {
        store::replies::set_state(tx, reply.id, state, error).await
    };
    let state = match outcome {
        Outcome::Confirmed { provider_id } => {
            set(tx, ReplyState::Sent, None).await?;
            if let Some(external) = provider_id {
                // The platform may have told of it before it answered: it is ours all the same.
                store::completed::forget_ours(tx, effect.account, external).await?;
                store::replies::set_external(tx, reply.id, external).await?;
            }
            Some(State::Answered)
        }
        Outcome::Failed { sentence, .. } => {
            set(tx, ReplyState::Failed, Some(sentence)).await?;
            if sentence == COMMENT_GONE {
                note_gone(tx, id, effect).await?;
                Some(State::Done)
            } else {
                Some(State::NeedsPerson)
            }
        }
        Outcome::Unknown => {
            set(tx, ReplyState::Unknown, None).await?;
            None
        }
        Outcome::Resting => {
            set(tx, ReplyState::Unknown, None).await?;
            Some(State::NeedsPerson)
        }
        Outcome::Cancelled { reason } => {
            set(tx, ReplyState::Cancelled, Some(reason)).await?;
            withdrawn(tx, &reply, effect, reason).await?
        }
        Outcome::Revived => {
            set(tx, ReplyState::Queued, None).await?;
            Some(State::Answered)
        }
        Outcome::Waiting { .. } => {
            set(tx, ReplyState::Queued, None).await?;
            None
        }
    };
    if let (Some(state), Some(comment)) = (state, comment::load(tx, id).await?)
        && still_counts(tx, &comment, &reply).await?
    {
        progress::move_to(tx, &comment, state, None, settled_at(effect)).await?;
    }
    comment::tell(tx);
    Ok(())
}

/// Whether what became of a reply says how far its comment is: not when a later reply does, nor when
/// somebody has set the comment aside.
async fn still_counts(tx: &mut TenantTx, comment: &Comment, reply: &Reply) -> DbResult<bool> {
    let set_aside = comment.state == State::Done && comment.epoch_cause == "set_aside";
    Ok(!set_aside && store::replies::newest(tx, comment.id).await? == Some(reply.id))
}

/// A reply that was withdrawn is none, and its decision says so.
async fn withdrawn(
    tx: &mut TenantTx,
    reply: &Reply,
    effect: &Effect,
    reason: &str,
) -> DbResult<Option<State>> {
    if reply.author == Author::Ai && effect.epoch.is_some() {
        let why = match reason {
            "human_reply" => "human_replied",
            "native_reply" => "native_replied",
            "account_disconnected" => "account_off",
            other => other,
        };
        store::decisions::withdraw(tx, reply.comment_id, why).await?;
    }
    Ok(match reason {
        "native_reply" => Some(State::Answered),
        "comment_gone" | "comment_hidden" | "resolved" => Some(State::Done),
        _ => Some(State::NeedsPerson),
    })
}

async fn hide(tx: &mut TenantTx, effect: &Effect, outcome: &Outcome) -> DbResult<()> {
    let (Ok(id), Request::HideComment(wanted)) =
        (effect.about().parse::<CommentId>(), &effect.request)
    else {
        return Ok(());
    };
    match outcome {
        Outcome::Confirmed { .. } => {
            store::hiding::set_hidden(tx, id, wanted.hide).await?;
        }
        Outcome::Failed { sentence, .. } => {
            store::hiding::set_hide_error(tx, id, Some(sentence)).await?;
            if sentence == COMMENT_GONE {
                note_gone(tx, id, effect).await?;
            }
        }
        Outcome::Cancelled { reason } => {
            store::hiding::set_hide_error(tx, id, Some(reason)).await?;
        }
        Outcome::Resting => store::hiding::set_hide_error(tx, id, Some("unknown")).await?,
        Outcome::Revived => store::hiding::set_hiding(tx, id, wanted.hide).await?,
        Outcome::Unknown | Outcome::Waiting { .. } => {}
    }
    comment::tell(tx);
    Ok(())
}

async fn note_gone(tx: &mut TenantTx, id: CommentId, effect: &Effect) -> DbResult<()> {
    store::comments::set_gone(tx, id, settled_at(effect)).await
}

fn settled_at(effect: &Effect) -> DateTime<Utc> {
    effect.finished_at.unwrap_or(effect.due_at)
}
