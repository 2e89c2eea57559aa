//! Every change of an effect's state, and telling of it in the same transaction.

use chrono::{DateTime, Utc};
use db::{DbError, DbResult, TenantTx};
use kernel::{EffectId, ProcessId};

use super::{Effect, EffectState, store};
use crate::events::{EffectSettled, Outcome};

/// A change of state that only the holder of the lease may make.
#[derive(Clone, Debug)]
pub(crate) enum Step {
    /// It did not happen; again at `due`.
    Wait {
        due: DateTime<Utc>,
        class: Option<String>,
        sentence: Option<String>,
        /// The try does not count (nothing was asked of the platform, or it only asked to wait).
        uncounted: bool,
    },
    /// It may have happened; ask at `due`.
    Ask {
        due: DateTime<Utc>,
        /// Whether the platform was asked and did not know of it.
        asked: bool,
    },
    /// A person must say.
    Rest,
    /// It will not happen.
    Fail { class: String, sentence: String },
    /// The rules no longer allow it.
    Cancel { reason: String },
}

impl Step {
    pub(crate) fn state(&self) -> EffectState {
        match self {
            Self::Wait { .. } => EffectState::Pending,
            Self::Ask { .. } | Self::Rest => EffectState::Unknown,
            Self::Fail { .. } => EffectState::Failed,
            Self::Cancel { .. } => EffectState::Cancelled,
        }
    }

    fn outcome(&self) -> Outcome {
        match self.clone() {
            Self::Wait { due, .. } => Outcome::Waiting { until: due },
            Self::Ask { .. } => Outcome::Unknown,
            Self::Rest => Outcome::Resting,
            Self::Fail { class, sentence } => Outcome::Failed { class, sentence },
            Self::Cancel { reason } => Outcome::Cancelled { reason },
        }
    }
}

/// Makes the step if the lease still holds, and tells of it. None when it was lost.
pub(crate) async fn apply(
    tx: &mut TenantTx,
    id: EffectId,
    owner: Option<ProcessId>,
    token: i64,
    step: &Step,
    now: DateTime<Utc>,
) -> DbResult<Option<Effect>> {
    if !store::apply(tx, id, owner, token, step, now).await? {
        return Ok(None);
    }
    tell(tx, id, step.outcome()).await.map(Some)
}

/// The platform (or a person) says that it happened. This is always accepted, whoever holds the
/// lease, and ends every lease. None when it was confirmed before or does not exist.
pub(crate) async fn confirm(
    tx: &mut TenantTx,
    id: EffectId,
    provider_id: Option<&str>,
    now: DateTime<Utc>,
) -> DbResult<Option<Effect>> {
    if !store::confirm(tx, id, provider_id, now).await? {
        return Ok(None);
    }
    let outcome = Outcome::Confirmed {
        provider_id: provider_id.map(str::to_owned),
    };
    tell(tx, id, outcome).await.map(Some)
}

/// Emits what became of an effect.
pub(crate) async fn tell(tx: &mut TenantTx, id: EffectId, outcome: Outcome) -> DbResult<Effect> {
    let effect = store::load(tx, id)
        .await?
        .ok_or_else(|| DbError::Corrupt(format!("effect {id} vanished")))?;
    let settled = EffectSettled { effect, outcome };
    tx.emit(&settled).await?;
    Ok(settled.effect)
}
