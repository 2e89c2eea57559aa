//! A comparison of two versions of the agent over a set of questions.

use chrono::{DateTime, Utc};
use db::{DbError, DbResult, TenantTx};
use kernel::{EvaluationId, EvaluationSetId, FaqId, Limit, Page, UserId};
use serde::{Deserialize, Serialize};
use sqlx::types::Json;

use super::set::SetKind;
use super::tried::{Tried, TriedDocument};
use crate::settings::Settings;
use crate::settings::versions::{Change, compare};
use crate::store;

/// How far it is.
#[derive(
    Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize, sqlx::Type, utoipa::ToSchema,
)]
#[serde(rename_all = "snake_case")]
#[sqlx(type_name = "text", rename_all = "snake_case")]
#[schema(as = EvaluationState)]
pub enum State {
    /// Under way, or about to be.
    Running,
    /// Every question was played.
    Done,
    /// It ended before its end.
    Stopped,
}

impl State {
    /// The name in the database.
    pub const fn as_str(self) -> &'static str {
        match self {
            Self::Running => "running",
            Self::Done => "done",
            Self::Stopped => "stopped",
        }
    }
}

/// Why a comparison ended before its end.
#[derive(
    Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize, sqlx::Type, utoipa::ToSchema,
)]
#[serde(rename_all = "snake_case")]
#[sqlx(type_name = "text", rename_all = "snake_case")]
#[schema(as = EvaluationEnded)]
pub enum Ended {
    /// Somebody stopped it.
    Person,
    /// The budget for models is spent.
    Budget,
    /// One question after another could not be played: the model does not answer.
    Model,
    /// It was tried too often.
    Broken,
    /// The document that it tries was put to use or discarded meanwhile.
    TrialOver,
}

impl Ended {
    /// The name in the database.
    pub const fn as_str(self) -> &'static str {
        match self {
            Self::Person => "person",
            Self::Budget => "budget",
            Self::Model => "model",
            Self::Broken => "broken",
            Self::TrialOver => "trial_over",
        }
    }
}

/// A comparison, as lists show it.
#[derive(Clone, Debug, PartialEq, Serialize, utoipa::ToSchema)]
#[schema(as = Evaluation)]
pub struct Comparison {
    /// Its id.
    pub id: EvaluationId,
    /// The questions.
    pub set_id: EvaluationSetId,
    /// What the set is called.
    pub set_name: String,
    /// Where its questions come from.
    pub set_kind: SetKind,
    /// The number of the version that is compared with.
    pub baseline_version: i32,
    /// The number of the version that is tried; absent for settings that nobody had saved.
    pub candidate_version: Option<i32>,
    /// The comparison whose answers are the other side: the knowledge of then.
    pub baseline_evaluation: Option<EvaluationId>,
    /// An entry of the FAQ that is tried instead of other settings.
    #[schema(value_type = Option<Tried>)]
    pub entry: Option<Json<Tried>>,
    /// A document that is tried instead of other settings.
    #[schema(value_type = Option<TriedDocument>)]
    pub document: Option<Json<TriedDocument>>,
    /// The entry that was kept on the strength of it.
    pub released_entry: Option<FaqId>,
    /// How far it is.
    pub state: State,
    /// Why it ended before its end.
    pub ended: Option<Ended>,
    /// How many questions there are.
    pub cases: i32,
    /// How many of them were played.
    pub done: i32,
    /// What it is for, in the words of who began it.
    pub note: String,
    /// The model that is asked which answer is better.
    pub judge: Option<String>,
    /// The version that was released on its strength.
    pub released_version: Option<i32>,
    /// Who began it; absent for a key.
    pub created_by: Option<UserId>,
    /// When it began.
    pub created_at: DateTime<Utc>,
    /// When it ended.
    pub finished_at: Option<DateTime<Utc>>,
}

impl Comparison {
    /// Whether it is under way.
    pub fn is_running(&self) -> bool {
        self.state == State::Running
    }
}

/// The settings of both sides.
#[derive(Clone, Debug, PartialEq)]
pub struct Sides {
    /// What is compared with.
    pub baseline: Settings,
    /// What is tried.
    pub candidate: Settings,
}

impl Sides {
    /// What the candidate changes.
    pub fn changes(&self) -> DbResult<Vec<Change>> {
        compare(&self.baseline, &self.candidate)
    }
}

/// The comparisons, the newest first.
pub async fn list(
    tx: &mut TenantTx,
    after: Option<(DateTime<Utc>, EvaluationId)>,
    limit: Limit,
) -> DbResult<Page<Comparison>> {
    let rows = store::evaluations::list(tx, after, limit).await?;
    Ok(Page::from_probe(rows, limit, |one| {
        (one.created_at, one.id)
    }))
}

/// One comparison with the settings of both sides.
pub async fn load(tx: &mut TenantTx, id: EvaluationId) -> DbResult<Option<(Comparison, Sides)>> {
    let Some(comparison) = store::evaluations::find(tx, id).await? else {
        return Ok(None);
    };
    let sides = store::evaluations::sides(tx, id).await?;
    let sides = sides.ok_or_else(|| DbError::Corrupt("an evaluation without sides".to_owned()))?;
    Ok(Some((comparison, sides)))
}

/// Why a comparison was not removed.
#[derive(Debug, thiserror::Error)]
pub enum DeleteError {
    /// There is none.
    #[error("there is no such evaluation")]
    NotFound,
    /// A version names it.
    #[error("A version was released on its strength, so it stays.")]
    Released,
    /// The database failed.
    #[error("the evaluation could not be removed")]
    Db(#[from] DbError),
}

/// Removes a comparison with what it found. What is under way ends.
pub async fn delete(tx: &mut TenantTx, id: EvaluationId) -> Result<(), DeleteError> {
    let found = store::evaluations::hold(tx, id).await?;
    let found = found.ok_or(DeleteError::NotFound)?;
    if found.released_version.is_some() {
        return Err(DeleteError::Released);
    }
    store::evaluations::delete(tx, id).await?;
    tx.signal("evaluations-changed");
    Ok(())
}
