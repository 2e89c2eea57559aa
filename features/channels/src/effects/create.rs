//! Bringing an effect into being, and withdrawing one that was not taken yet.

use chrono::{DateTime, Utc};
use db::{DbResult, Ledger, TenantTx};
use kernel::{ConversationId, EffectId};

use super::{NewEffect, settle, store};
use crate::events::Outcome;

/// Writes the effect and wakes the workers. A second one of the same kind and subject is the first
/// one.
pub async fn create(tx: &mut TenantTx, new: &NewEffect, now: DateTime<Utc>) -> DbResult<EffectId> {
    let id = store::insert(tx, new, now).await?;
    tx.wake(Ledger::Effects);
    Ok(id)
}

/// Withdraws what the AI wrote in a conversation and no worker has taken yet (a person took over).
/// What is already under way is left alone. Answers how many were withdrawn.
pub async fn cancel_pending(
    tx: &mut TenantTx,
    conversation: ConversationId,
    reason: &'static str,
    now: DateTime<Utc>,
) -> DbResult<usize> {
    let ids = store::cancel_pending_of_ai(tx, conversation, reason, now).await?;
    for id in &ids {
        let outcome = Outcome::Cancelled {
            reason: reason.to_owned(),
        };
        settle::tell(tx, *id, outcome).await?;
    }
    Ok(ids.len())
}
