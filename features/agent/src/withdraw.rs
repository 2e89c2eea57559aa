//! Reaction: an answer that was withdrawn before it was sent is no answer, and its decision says so.

use channels::events::{EffectSettled, Outcome};
use chrono::{DateTime, TimeDelta, Utc};
use db::{DbResult, Ledger, TenantTx};
use futures::future::BoxFuture;
use inbox::conversation::Conversation;

use crate::store;

/// The answer was overtaken by the customer: what it answered is decided anew.
pub(crate) const SUPERSEDED: &str = "superseded";

/// Corrects the decision behind a withdrawn answer. When it was the customer who wrote again, a
/// run looks at all of it once more.
pub fn withdraw<'a>(tx: &'a mut TenantTx, event: &'a EffectSettled) -> BoxFuture<'a, DbResult<()>> {
    Box::pin(async move {
        let Outcome::Cancelled { reason } = &event.outcome else {
            return Ok(());
        };
        // What a person wrote was decided by that person.
        let (Some(message), Some(_)) = (event.effect.message, event.effect.epoch) else {
            return Ok(());
        };
        let found = store::withdrawals::unsent_answer(tx, message).await?;
        let Some((run, conversation)) = found else {
            return Ok(());
        };
        let reason = reason_of(reason);
        store::withdrawals::mark(tx, run, reason).await?;
        if reason == SUPERSEDED {
            let now = event.effect.finished_at.unwrap_or(event.effect.due_at);
            store::withdrawals::look_again(tx, conversation, now).await?;
            tx.wake(Ledger::Runs);
        }
        tx.signal("decisions-changed");
        Ok(())
    })
}

/// For how long a draft that nobody took up is made anew, together with what the customer wrote
/// since: as long as Instagram and WhatsApp let a business answer freely.
const DRAFTS: TimeDelta = TimeDelta::hours(24);

/// Answers that are still on their way to the last look and will not pass it, and drafts that nobody
/// took up before the customer wrote again: what they answered is decided together with the newer
/// words. The conversation has to be held.
pub(crate) async fn overtake(
    tx: &mut TenantTx,
    held: &Conversation,
    now: DateTime<Utc>,
) -> DbResult<()> {
    let mut runs = store::withdrawals::doomed(tx, held.id, held.epoch).await?;
    runs.extend(store::withdrawals::outrun(tx, held.id, now - DRAFTS).await?);
    for run in runs {
        store::withdrawals::mark(tx, run, SUPERSEDED).await?;
    }
    Ok(())
}

/// The decision's reason for what a withdrawn answer met.
fn reason_of(cancelled: &str) -> &str {
    match cancelled {
        "human_reply" => "human_replied",
        "native_reply" => "native_replied",
        "ai_switched_off" => "conversation_off",
        "account_disconnected" => "account_off",
        other => other,
    }
}
