//! A person's "try again" to a write that failed: it provably did not happen, so nothing can happen
//! twice. All rules are asked once more before it is sent.

use chrono::{DateTime, Utc};
use db::{DbError, Ledger, Scope};
use kernel::EffectId;

use super::{Effect, EffectState, settle, store};
use crate::Channels;
use crate::events::Outcome;

/// Why a write was not tried again.
#[derive(Debug, thiserror::Error)]
pub enum RetryError {
    /// No such effect in this workspace.
    #[error("there is no such effect")]
    NotFound,
    /// It did not fail.
    #[error("only what failed can be tried again")]
    NotFailed,
    /// The database.
    #[error("the next attempt could not be stored")]
    Database(#[from] DbError),
}

impl Channels {
    /// Has a failed write tried again.
    pub async fn retry_failed(&self, scope: &Scope, id: EffectId) -> Result<Effect, RetryError> {
        let now: DateTime<Utc> = self.clock.now();
        let mut tx = self.db.tenant(scope).await?;
        let found = store::load(&mut tx, id)
            .await?
            .ok_or(RetryError::NotFound)?;
        // The conversation first, as everybody who holds both does.
        (self.hold)(&mut tx, &found).await?;
        if found.state != EffectState::Failed || !store::revive(&mut tx, id, now).await? {
            return Err(RetryError::NotFailed);
        }
        let effect = settle::tell(&mut tx, id, Outcome::Revived).await?;
        tx.wake(Ledger::Effects);
        tx.commit().await?;
        Ok(effect)
    }
}
