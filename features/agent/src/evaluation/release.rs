//! Putting in force what was tried, and returning to what was in force before; stopping what is
//! under way.

use db::{DbError, TenantTx};
use kernel::EvaluationId;
use knowledge::faq::FaqError;

use super::comparison::{self, Comparison, Ended, State};
use crate::settings::{self, Save, SaveError, versions};
use crate::{Agent, store};

/// Why nothing was released, returned to or stopped.
#[derive(Debug, thiserror::Error)]
pub enum ReleaseError {
    /// There is no such comparison.
    #[error("there is no such evaluation")]
    NotFound,
    /// It has not ended.
    #[error("The evaluation has not come to its end. Only one that has can be released.")]
    Unfinished,
    /// It has ended already.
    #[error("The evaluation has ended already.")]
    Ended,
    /// It was released before.
    #[error("These settings were released already, as version {0}.")]
    Released(i32),
    /// What is in force is not what it was compared with.
    #[error(
        "The settings in force are not those of the baseline any more. Run the evaluation again."
    )]
    Moved,
    /// The entry that was tried was kept already.
    #[error("This entry was kept already.")]
    Kept,
    /// The entry says something else than when it was tried.
    #[error("The entry was changed since it was tried. Try it again.")]
    EntryMoved,
    /// What was tried is in force already.
    #[error("These settings are in force already.")]
    InForce,
    /// Its version is not in force.
    #[error(
        "The version that was released is not in force any more. Choose one among the versions."
    )]
    Replaced,
    /// The settings can't be saved any more.
    #[error(transparent)]
    Save(#[from] SaveError),
    /// The database failed.
    #[error("nothing was released")]
    Db(#[from] DbError),
}

impl ReleaseError {
    /// What a page says, as a key; none for what it has no words for.
    pub const fn key(&self) -> Option<&'static str> {
        match self {
            Self::Unfinished => Some("evaluations.error.unfinished"),
            Self::Ended => Some("evaluations.error.ended"),
            Self::Released(_) => Some("evaluations.error.released"),
            Self::Moved => Some("evaluations.error.moved"),
            Self::Kept => Some("evaluations.error.kept"),
            Self::EntryMoved => Some("evaluations.error.entry_moved"),
            Self::InForce => Some("evaluations.error.in_force"),
            Self::Replaced => Some("evaluations.error.replaced"),
            Self::NotFound | Self::Save(_) | Self::Db(_) => None,
        }
    }
}

/// An entry that is gone was changed, too.
fn of_entry(error: FaqError) -> ReleaseError {
    match error {
        FaqError::Db(error) => error.into(),
        FaqError::NotFound | FaqError::Invalid(_) => ReleaseError::EntryMoved,
    }
}

/// Keeps the entry that was tried, or makes the settings that were tried those in force, as a version that names its evaluation.
/// Refuses when something else than the baseline is in force by now.
pub async fn release(
    tx: &mut TenantTx,
    agent: &Agent,
    id: EvaluationId,
    note: &str,
) -> Result<Comparison, ReleaseError> {
    let present = settings::hold(tx).await?;
    let held = store::evaluations::hold(tx, id).await?;
    let held = held.ok_or(ReleaseError::NotFound)?;
    if held.state != State::Done {
        return Err(ReleaseError::Unfinished);
    }
    if let Some(version) = held.released_version {
        return Err(ReleaseError::Released(version));
    }
    if let Some(tried) = &held.entry {
        if held.released_entry.is_some() {
            return Err(ReleaseError::Kept);
        }
        let kept = tried.keep(tx, agent.clock.now()).await.map_err(of_entry)?;
        let entry = kept.ok_or(ReleaseError::EntryMoved)?;
        store::evaluations::set_released_entry(tx, id, Some(entry)).await?;
        tx.signal("evaluations-changed");
        return reloaded(tx, id).await;
    }
    let sides = store::evaluations::sides(tx, id).await?;
    let sides = sides.ok_or(ReleaseError::NotFound)?;
    if present.settings == sides.candidate {
        return Err(ReleaseError::InForce);
    }
    if present.settings != sides.baseline {
        return Err(ReleaseError::Moved);
    }
    let note = if note.trim().is_empty() {
        &held.note
    } else {
        note
    };
    let save = Save {
        note,
        restores: held.candidate_version,
        ..Save::of(&sides.candidate)
    };
    let version = settings::save(tx, agent, save).await?.version;
    versions::name_evaluation_of(tx, version, id).await?;
    store::evaluations::set_released(tx, id, version).await?;
    tx.signal("evaluations-changed");
    reloaded(tx, id).await
}

/// Returns to the version that was in force before the release, as a new version.
pub async fn take_back(
    tx: &mut TenantTx,
    agent: &Agent,
    id: EvaluationId,
) -> Result<Comparison, ReleaseError> {
    let present = settings::hold(tx).await?;
    let held = store::evaluations::hold(tx, id).await?;
    let held = held.ok_or(ReleaseError::NotFound)?;
    if let (Some(tried), Some(entry)) = (&held.entry, held.released_entry) {
        let now = agent.clock.now();
        let undone = tried.take_back(tx, entry, now).await.map_err(of_entry)?;
        if !undone {
            return Err(ReleaseError::EntryMoved);
        }
        store::evaluations::set_released_entry(tx, id, None).await?;
        tx.signal("evaluations-changed");
        return reloaded(tx, id).await;
    }
    if held.released_version != Some(present.version) {
        return Err(ReleaseError::Replaced);
    }
    let before = present.version.saturating_sub(1);
    let found = versions::numbered(tx, before).await?;
    let settings = found.ok_or(ReleaseError::Replaced)?;
    let save = Save {
        restores: Some(before),
        ..Save::of(&settings)
    };
    settings::save(tx, agent, save).await?;
    tx.signal("evaluations-changed");
    reloaded(tx, id).await
}

/// Stops what is under way. The question that is being played is not kept.
pub async fn stop(
    tx: &mut TenantTx,
    agent: &Agent,
    id: EvaluationId,
) -> Result<Comparison, ReleaseError> {
    let held = store::evaluations::hold(tx, id).await?;
    let held = held.ok_or(ReleaseError::NotFound)?;
    if !held.is_running() {
        return Err(ReleaseError::Ended);
    }
    store::evaluations::end(tx, id, Some(Ended::Person), agent.clock.now()).await?;
    tx.signal("evaluations-changed");
    reloaded(tx, id).await
}

async fn reloaded(tx: &mut TenantTx, id: EvaluationId) -> Result<Comparison, ReleaseError> {
    let found = comparison::load(tx, id).await?;
    Ok(found.ok_or(ReleaseError::NotFound)?.0)
}
