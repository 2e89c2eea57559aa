//! A decision of before, made again with today's settings and knowledge. Nothing is sent.

use db::{DbError, Scope};
use kernel::DecisionId;
use serde::Serialize;

use super::{Decision, load};
use crate::Agent;
use crate::rehearse::past::{self, Past};
use crate::rehearse::{Rehearsal, Trace, Variant, VariantError};

/// What was decided then, and what would be decided now.
#[derive(Clone, Debug, PartialEq, Serialize, utoipa::ToSchema)]
pub struct Replay {
    /// Then.
    pub then: Decision,
    /// Now.
    pub now: Trace,
    /// Whether both come to the same: the outcome and the words.
    pub same: bool,
}

/// Why nothing was replayed.
#[derive(Debug, thiserror::Error)]
pub enum ReplayError {
    /// There is no such decision.
    #[error("there is no such decision")]
    NotFound,
    /// There are no such settings.
    #[error(transparent)]
    Settings(#[from] VariantError),
    /// The database failed.
    #[error("the decision could not be replayed")]
    Db(#[from] DbError),
}

/// What a decision was about, as it would be played again.
pub(crate) fn again(decision: &Decision, past: Past, stored: crate::settings::Stored) -> Rehearsal {
    Rehearsal {
        stored,
        mode: None,
        thread: past.thread,
        messages: past.messages,
        language: decision.language().map(str::to_owned),
        // Opening hours go by the moment at which it was asked.
        at: decision.created_at,
        beside: None,
        under: None,
    }
}

impl Agent {
    /// Decides again about the message of a decision, with these settings.
    pub async fn replay(
        &self,
        scope: &Scope,
        id: DecisionId,
        settings: &Variant,
    ) -> Result<Replay, ReplayError> {
        let mut tx = self.db.tenant(scope).await?;
        let then = load(&mut tx, id).await?.ok_or(ReplayError::NotFound)?;
        let past = past::of_message(&mut tx, then.conversation_id, then.message_id).await?;
        let mut stored = settings.stored(&mut tx).await?;
        drop(tx);
        // The conversation of a rehearsal stands on no channel.
        stored.settings.mode = stored.settings.mode_on(then.account_id);
        stored.settings.channel_modes.clear();
        let now = self.rehearse(scope, again(&then, past, stored)).await?;
        let same = then.outcome == now.outcome && then.answer() == now.text.as_deref();
        Ok(Replay { then, now, same })
    }
}
