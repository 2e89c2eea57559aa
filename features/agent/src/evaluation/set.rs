//! Sets of questions: out of marks, out of past conversations, or brought along.

use chrono::{DateTime, Utc};
use db::{DbResult, TenantTx};
use kernel::{EvaluationSetId, MessageId};
use serde::{Deserialize, Serialize};

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
