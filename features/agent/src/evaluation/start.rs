//! Beginning a comparison.

use db::{DbError, TenantTx};
use kernel::{EvaluationId, EvaluationSetId, FaqId, TrialId};
use knowledge::document::State;
use knowledge::faq::{Draft, FaqError};
use knowledge::trial::{self, TrialError};

use super::comparison::{Comparison, Sides};
use super::run::{self, RunEvaluation};
use super::tried::{Tried, TriedDocument};
use super::{comparison, upload};
use crate::rehearse::{Variant, VariantError};
use crate::store::evaluations::New;
use crate::{Agent, settings, spend, store};

/// Comparisons of a workspace that are under way at a time, at most.
const AT_ONCE: i64 = 5;
/// The longest note and the longest name of a model, in characters.
const LONGEST_NOTE: usize = 500;
const LONGEST_MODEL: usize = 200;

/// What is to be compared.
#[derive(Clone, Debug)]
pub struct Wanted {
    /// The questions.
    pub set: EvaluationSetId,
    /// What is compared with: the settings in force unless something else is said.
    pub baseline: Variant,
    /// What is tried.
    pub candidate: Variant,
    /// Instead of a baseline: what this earlier comparison found for its candidate, whose settings
    /// are tried again, unless others are, with the knowledge of today.
    pub earlier: Option<EvaluationId>,
    /// An entry of the FAQ that is tried, with the settings of the baseline: what it would say, and
    /// the entry that it changes.
    pub entry: Option<(Option<FaqId>, Draft)>,
    /// A document that is tried before it is put to use, with the settings of the baseline.
    pub document: Option<TrialId>,
    /// The model that is asked which answer is better.
    pub judge: Option<String>,
    /// What it is for; may be empty.
    pub note: String,
}

impl Wanted {
    /// Nothing but the settings in force over this set, to be changed.
    pub fn over(set: EvaluationSetId) -> Self {
        Self {
            set,
            baseline: Variant::default(),
            candidate: Variant::default(),
            earlier: None,
            entry: None,
            document: None,
            judge: None,
            note: String::new(),
        }
    }
}

/// Which side something is about.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Part {
    /// What is compared with.
    Baseline,
    /// What is tried.
    Candidate,
}

/// Why a comparison was not begun.
#[derive(Debug, thiserror::Error)]
pub enum StartError {
    /// There is no such set.
    #[error("There is no such set.")]
    NoSet,
    /// There is no question to play.
    #[error("There is no question in this set.")]
    NoCases,
    /// There is no such earlier comparison over this set, or it is under way.
    #[error("There is no such evaluation of this set that has ended.")]
    NoEarlier,
    /// Both sides are the same.
    #[error("Both sides are the same settings. Change one, or choose another version.")]
    Same,
    /// Too much is under way.
    #[error("Five evaluations are under way. Wait until one has ended, or stop one.")]
    Busy,
    /// The budget for models is spent.
    #[error("The budget for models is spent.")]
    Spent,
    /// The note is too long.
    #[error("At most 500 characters.")]
    Note,
    /// No model has such a name.
    #[error("At most 200 characters.")]
    Judge,
    /// The entry that is tried has mistakes, or is gone.
    #[error("The entry can't be tried so.")]
    Entry(#[from] FaqError),
    /// The document that is tried was not read, or its trial is over.
    #[error("The document was not read yet, or its trial is over.")]
    Document,
    /// An entry and something else are to be tried at once.
    #[error("Try an entry or a document with the settings in force, and settings for themselves.")]
    Both,
    /// There are no such settings.
    #[error("There are no such settings.")]
    Settings(VariantError, Part),
    /// The database failed.
    #[error("the evaluation could not be begun")]
    Db(#[from] DbError),
}

/// The settings of both sides, with the numbers of their versions.
struct Chosen {
    sides: Sides,
    baseline_version: i32,
    candidate_version: Option<i32>,
}

/// The number of a version, when it is tried as it is.
fn unchanged(variant: &Variant, version: i32) -> Option<i32> {
    variant.changes.is_empty().then_some(version)
}

async fn chosen(tx: &mut TenantTx, wanted: &Wanted) -> Result<Chosen, StartError> {
    let of = |part| move |error| StartError::Settings(error, part);
    if let Some(earlier) = wanted.earlier {
        let found = comparison::load(tx, earlier).await?;
        let fits = |one: &Comparison| one.set_id == wanted.set && !one.is_running();
        let (before, sides) = found
            .filter(|(one, _)| fits(one))
            .ok_or(StartError::NoEarlier)?;
        let again = wanted.candidate.is_in_force();
        let (candidate, candidate_version) = if again {
            (sides.candidate.clone(), before.candidate_version)
        } else {
            let tried = wanted.candidate.stored(tx).await;
            let tried = tried.map_err(of(Part::Candidate))?;
            let version = unchanged(&wanted.candidate, tried.version);
            (tried.settings, version)
        };
        return Ok(Chosen {
            baseline_version: before.candidate_version.unwrap_or(before.baseline_version),
            sides: Sides {
                baseline: sides.candidate,
                candidate,
            },
            candidate_version,
        });
    }
    let baseline = wanted.baseline.stored(tx).await;
    let baseline = baseline.map_err(of(Part::Baseline))?;
    let candidate = wanted.candidate.stored(tx).await;
    let candidate = candidate.map_err(of(Part::Candidate))?;
    if baseline.settings == candidate.settings
        && wanted.entry.is_none()
        && wanted.document.is_none()
    {
        return Err(StartError::Same);
    }
    Ok(Chosen {
        baseline_version: baseline.version,
        candidate_version: unchanged(&wanted.candidate, candidate.version),
        sides: Sides {
            baseline: baseline.settings,
            candidate: candidate.settings,
        },
    })
}

/// The entry that is tried.
async fn tried(tx: &mut TenantTx, wanted: &Wanted) -> Result<Option<Tried>, StartError> {
    let Some((entry, draft)) = &wanted.entry else {
        return Ok(None);
    };
    let alone = wanted.earlier.is_none() && wanted.candidate == wanted.baseline;
    if !alone {
        return Err(StartError::Both);
    }
    let tried = Tried::new(tx, *entry, draft.clone()).await?;
    if !tried.changes_something() {
        return Err(StartError::Same);
    }
    Ok(Some(tried))
}

/// The document that is tried.
async fn tried_document(
    tx: &mut TenantTx,
    wanted: &Wanted,
) -> Result<Option<TriedDocument>, StartError> {
    let Some(id) = wanted.document else {
        return Ok(None);
    };
    let alone = wanted.earlier.is_none() && wanted.candidate == wanted.baseline;
    if !alone || wanted.entry.is_some() {
        return Err(StartError::Both);
    }
    let trial = trial::find(tx, id).await.map_err(|error| match error {
        TrialError::Db(error) => StartError::Db(error),
        _ => StartError::Document,
    })?;
    if trial.state != State::Ready {
        return Err(StartError::Document);
    }
    Ok(Some(TriedDocument {
        trial: trial.id,
        content: trial.content,
        document: trial.document,
        name: trial.name,
    }))
}

impl Agent {
    /// Begins a comparison; a worker plays it.
    pub async fn compare(
        &self,
        tx: &mut TenantTx,
        wanted: Wanted,
    ) -> Result<Comparison, StartError> {
        let note = wanted.note.trim();
        if note.chars().count() > LONGEST_NOTE {
            return Err(StartError::Note);
        }
        let judge = wanted.judge.as_deref().map(str::trim);
        let judge = judge.filter(|model| !model.is_empty());
        if judge.is_some_and(|model| model.chars().count() > LONGEST_MODEL) {
            return Err(StartError::Judge);
        }
        if store::sets::find(tx, wanted.set).await?.is_none() {
            return Err(StartError::NoSet);
        }
        let tried = tried(tx, &wanted).await?;
        let document = tried_document(tx, &wanted).await?;
        let chosen = chosen(tx, &wanted).await?;
        if store::evaluations::running(tx).await? >= AT_ONCE {
            return Err(StartError::Busy);
        }
        let now = self.clock.now();
        let present = settings::load(tx).await?;
        if spend::so_far(tx, &present, now).await?.spent.is_some() {
            return Err(StartError::Spent);
        }
        let cases = store::cases::count(tx, wanted.set, wanted.earlier).await?;
        let cases = i32::try_from(cases).unwrap_or(i32::MAX);
        let most = i32::try_from(upload::MOST).unwrap_or(i32::MAX);
        if cases == 0 {
            return Err(StartError::NoCases);
        }
        let new = New {
            id: EvaluationId::new(),
            set: wanted.set,
            sides: &chosen.sides,
            entry: tried.as_ref(),
            document: document.as_ref(),
            baseline_version: chosen.baseline_version,
            candidate_version: chosen.candidate_version,
            baseline_evaluation: wanted.earlier,
            cases: cases.min(most),
            note,
            judge,
            now,
        };
        store::evaluations::insert(tx, &new).await?;
        run::enqueue(tx, RunEvaluation { evaluation: new.id }, now).await?;
        tx.signal("evaluations-changed");
        let begun = store::evaluations::find(tx, new.id).await?;
        begun.ok_or(StartError::NoSet)
    }
}
