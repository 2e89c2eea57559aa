//! What a comparison found for one question.

use chrono::{DateTime, Utc};
use db::{DbResult, TenantTx};
use kernel::{EvaluationCaseId, EvaluationId, Limit, Page};
use serde::{Deserialize, Serialize};

use super::referee::Judged;
use super::side::Side;
use crate::rehearse::Line;
use crate::store;

/// How the candidate did beside the baseline.
#[derive(
    Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize, sqlx::Type, utoipa::ToSchema,
)]
#[serde(rename_all = "snake_case")]
#[sqlx(type_name = "text", rename_all = "snake_case")]
#[schema(as = EvaluationVerdict)]
pub enum Verdict {
    /// Both come to the same.
    Same,
    /// The candidate does better.
    Better,
    /// The candidate does worse.
    Worse,
    /// They differ, and nobody can tell which is better.
    Different,
    /// One of them could not be played.
    Failed,
}

impl Verdict {
    /// All of them, those to look at first in front.
    pub const ALL: [Self; 5] = [
        Self::Worse,
        Self::Different,
        Self::Better,
        Self::Failed,
        Self::Same,
    ];

    /// The name in the database.
    pub const fn as_str(self) -> &'static str {
        match self {
            Self::Same => "same",
            Self::Better => "better",
            Self::Worse => "worse",
            Self::Different => "different",
            Self::Failed => "failed",
        }
    }
}

/// A question, and what both sides made of it.
#[derive(Clone, Debug, PartialEq, Serialize, utoipa::ToSchema)]
#[schema(as = EvaluationResult)]
pub struct CaseResult {
    /// The question's id.
    pub case_id: EvaluationCaseId,
    /// What the customer asked.
    pub question: String,
    /// What was said before, the oldest first.
    pub thread: Vec<Line>,
    /// The answer that would be right; empty: nobody knows.
    pub expected: String,
    /// Whether nothing should be answered, and a person be asked.
    pub should_abstain: bool,
    /// What is compared with; absent when it could not be played.
    pub baseline: Option<Side>,
    /// What is tried; absent when it could not be played.
    pub candidate: Option<Side>,
    /// How the candidate did.
    pub verdict: Verdict,
    /// What the judge said, when one was asked and answered.
    pub judged: Option<Judged>,
    /// When both were played.
    pub finished_at: DateTime<Utc>,
}

/// Where a page of results starts: behind the place of a verdict, and a question.
pub type Spot = (i32, EvaluationCaseId);

/// The results of a comparison: what to look at first in front.
pub async fn list(
    tx: &mut TenantTx,
    evaluation: EvaluationId,
    verdict: Option<Verdict>,
    after: Option<Spot>,
    limit: Limit,
) -> DbResult<Page<CaseResult>> {
    let rows = store::results::list(tx, evaluation, verdict, after, limit).await?;
    Ok(Page::from_probe(rows, limit, |one| {
        (place(one.verdict), one.case_id)
    }))
}

/// The place of a verdict in lists.
fn place(verdict: Verdict) -> i32 {
    let places = Verdict::ALL.iter().zip(0..);
    places
        .into_iter()
        .find_map(|(one, place)| (*one == verdict).then_some(place))
        .unwrap_or_default()
}
