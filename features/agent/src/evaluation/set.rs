//! Sets of questions: out of marks, out of past conversations, or brought along.

use chrono::{DateTime, Utc};
use db::{DbError, DbResult, TenantTx};
use kernel::{EvaluationCaseId, EvaluationSetId, Limit, MessageId, Page, UserId};
use serde::{Deserialize, Serialize};

use super::Case;
use super::case::NewCase;
use crate::decision::Decision;
use crate::decision::mark::{Marked, truth};
use crate::rehearse::past;
use crate::store;

/// Where the questions of a set come from.
#[derive(
    Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize, sqlx::Type, utoipa::ToSchema,
)]
#[serde(rename_all = "snake_case")]
#[sqlx(type_name = "text", rename_all = "snake_case")]
pub enum SetKind {
    /// What people marked right or wrong; it follows the marks.
    Marks,
    /// Past conversations.
    Past,
    /// Brought along as a file.
    Upload,
}

impl SetKind {
    /// The name in the database.
    pub const fn as_str(self) -> &'static str {
        match self {
            Self::Marks => "marks",
            Self::Past => "past",
            Self::Upload => "upload",
        }
    }
}

/// A set of questions.
#[derive(Clone, Debug, PartialEq, Serialize, utoipa::ToSchema)]
#[schema(as = EvaluationSet)]
pub struct Set {
    /// Its id.
    pub id: EvaluationSetId,
    /// What it is called.
    pub name: String,
    /// Where its questions come from.
    pub kind: SetKind,
    /// How many questions there are.
    pub cases: i64,
    /// For how many of them it is known what would be right.
    pub known: i64,
    /// Who made it; absent for a key and for the product itself.
    pub created_by: Option<UserId>,
    /// When.
    pub created_at: DateTime<Utc>,
}

/// The sets of a workspace, at most.
pub(crate) const MOST_SETS: i64 = 100;
/// The longest name of a set, in characters.
const LONGEST_NAME: usize = 120;

/// Why a set was not made or not removed.
#[derive(Debug, thiserror::Error)]
pub enum SetError {
    /// There is none.
    #[error("there is no such set")]
    NotFound,
    /// The name is too long.
    #[error("A name of at most 120 characters.")]
    Name,
    /// No conversation is fit for it.
    #[error("There is no conversation yet in which a customer was answered.")]
    NoPast,
    /// There are too many.
    #[error("There are 100 sets. Remove one that is not needed any more.")]
    TooMany,
    /// It follows the marks.
    #[error("This set follows the marks of decisions. Take the marks back instead.")]
    OfMarks,
    /// A version names an evaluation on it.
    #[error("A version was released on the strength of this set, so it stays.")]
    Released,
    /// The lines that can't be read.
    #[error("some lines can't be read")]
    Lines(Vec<super::upload::Fault>),
    /// The database failed.
    #[error("the set could not be kept")]
    Db(#[from] DbError),
}

/// The sets, the newest first.
pub async fn list(
    tx: &mut TenantTx,
    after: Option<(DateTime<Utc>, EvaluationSetId)>,
    limit: Limit,
) -> DbResult<Page<Set>> {
    let rows = store::sets::list(tx, after, limit).await?;
    Ok(Page::from_probe(rows, limit, |set| {
        (set.created_at, set.id)
    }))
}

/// One set.
pub async fn load(tx: &mut TenantTx, id: EvaluationSetId) -> DbResult<Option<Set>> {
    store::sets::find(tx, id).await
}

/// The questions of a set, in the order in which they were added.
pub async fn cases(
    tx: &mut TenantTx,
    id: EvaluationSetId,
    after: Option<EvaluationCaseId>,
    limit: Limit,
) -> DbResult<Page<Case>> {
    let rows = store::cases::list(tx, id, after, limit).await?;
    Ok(Page::from_probe(rows, limit, |case| case.id))
}

/// Makes a set of these questions.
pub(super) async fn make(
    tx: &mut TenantTx,
    kind: SetKind,
    name: &str,
    cases: &[NewCase],
    now: DateTime<Utc>,
) -> Result<EvaluationSetId, SetError> {
    let name = name.trim();
    if name.is_empty() || name.chars().count() > LONGEST_NAME {
        return Err(SetError::Name);
    }
    if store::sets::count(tx).await? >= MOST_SETS {
        return Err(SetError::TooMany);
    }
    let id = EvaluationSetId::new();
    store::sets::insert(tx, id, kind, name, now).await?;
    store::cases::put(tx, id, cases, now).await?;
    tx.signal("evaluations-changed");
    Ok(id)
}

/// Removes a set with its questions and the comparisons over them.
pub async fn delete(tx: &mut TenantTx, id: EvaluationSetId) -> Result<(), SetError> {
    let set = load(tx, id).await?.ok_or(SetError::NotFound)?;
    if set.kind == SetKind::Marks {
        return Err(SetError::OfMarks);
    }
    if store::evaluations::any_released(tx, id).await? {
        return Err(SetError::Released);
    }
    store::sets::delete(tx, id).await?;
    tx.signal("evaluations-changed");
    Ok(())
}

/// The name that the set of marks is kept under; pages call it in the reader's language.
const MARKS: &str = "Marked decisions";

/// Makes a case of a mark, or changes the one that there is. A mark that does not say what would be
/// right is none.
pub(crate) async fn keep_mark(
    tx: &mut TenantTx,
    decision: &Decision,
    marked: &Marked,
    now: DateTime<Utc>,
) -> DbResult<()> {
    let (expected, should_abstain) = truth(decision, marked);
    let asked = past::of_message(tx, decision.conversation_id, decision.message_id).await?;
    let question = asked.question().trim().to_owned();
    if question.is_empty() || (expected.is_empty() && !should_abstain) {
        return forget_mark(tx, decision.message_id).await;
    }
    let case = NewCase {
        question,
        thread: asked.thread,
        expected: expected.to_owned(),
        should_abstain,
        language: decision.language().map(str::to_owned),
        message: Some(decision.message_id),
        asked_at: Some(decision.created_at),
    };
    let set = store::sets::marks(tx, EvaluationSetId::new(), MARKS, now).await?;
    store::cases::put(tx, set, &[case], now).await?;
    tx.signal("evaluations-changed");
    Ok(())
}

/// Removes the case that was made of a mark.
pub(crate) async fn forget_mark(tx: &mut TenantTx, message: MessageId) -> DbResult<()> {
    store::cases::forget_mark(tx, message).await?;
    tx.signal("evaluations-changed");
    Ok(())
}
