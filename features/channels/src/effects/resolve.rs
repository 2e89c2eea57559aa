//! What a person says to an effect whose outcome nobody else can find out.

use chrono::{DateTime, Utc};
use db::{DbError, DbResult, Ledger, TenantTx};
use kernel::EffectId;

use super::settle::{self, Step};
use super::{Effect, EffectState, store};

/// Why a person's word was not taken.
#[derive(Debug, thiserror::Error)]
pub enum ResolveError {
    /// No such effect in this workspace.
    #[error("there is no such effect")]
    NotFound,
    /// It does not wait for a person (any more).
    #[error("this one does not wait for a decision")]
    NotResting,
    /// The database.
    #[error("the decision could not be stored")]
    Database(#[from] DbError),
}

/// "It was sent."
pub async fn mark_sent(
    tx: &mut TenantTx,
    id: EffectId,
    now: DateTime<Utc>,
) -> Result<Effect, ResolveError> {
    resting(tx, id).await?;
    settle::confirm(tx, id, None, now)
        .await?
        .ok_or(ResolveError::NotResting)
}

/// "It was not sent: send it again."
pub async fn send_again(
    tx: &mut TenantTx,
    id: EffectId,
    now: DateTime<Utc>,
) -> Result<Effect, ResolveError> {
    let token = resting(tx, id).await?;
    let step = Step::Wait {
        due: now,
        class: None,
        sentence: None,
        uncounted: false,
    };
    let effect = changed(settle::apply(tx, id, None, token, &step, now).await)?;
    tx.wake(Ledger::Effects);
    Ok(effect)
}

/// "Do not send it."
pub async fn do_not_send(
    tx: &mut TenantTx,
    id: EffectId,
    now: DateTime<Utc>,
) -> Result<Effect, ResolveError> {
    let token = resting(tx, id).await?;
    let step = Step::Cancel {
        reason: "dropped_by_person".to_owned(),
    };
    changed(settle::apply(tx, id, None, token, &step, now).await)
}

fn changed(result: DbResult<Option<Effect>>) -> Result<Effect, ResolveError> {
    result?.ok_or(ResolveError::NotResting)
}

async fn resting(tx: &mut TenantTx, id: EffectId) -> Result<i64, ResolveError> {
    let effect = store::load(tx, id).await?.ok_or(ResolveError::NotFound)?;
    if effect.state != EffectState::Unknown || !effect.resting {
        return Err(ResolveError::NotResting);
    }
    store::lock_token(tx, id)
        .await?
        .ok_or(ResolveError::NotFound)
}
