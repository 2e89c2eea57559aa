//! What people think of a decision: right, or wrong and what would have been better. Each mark is a
//! case for comparisons.

use std::collections::BTreeMap;

use chrono::{DateTime, Utc};
use db::{DbError, TenantTx};
use kernel::{DecisionId, UserId};
use serde::{Deserialize, Serialize};

use super::{Decision, Outcome, load};
use crate::evaluation::set;
use crate::store;

/// The longest better answer, in characters.
const LONGEST: usize = 4000;

/// A person's word on a decision.
#[derive(
    Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize, sqlx::Type, utoipa::ToSchema,
)]
#[serde(rename_all = "snake_case")]
#[sqlx(type_name = "text", rename_all = "snake_case")]
pub enum Mark {
    /// It was right.
    Right,
    /// It was wrong.
    Wrong,
}

impl Mark {
    /// The name in the database.
    pub const fn as_str(self) -> &'static str {
        match self {
            Self::Right => "right",
            Self::Wrong => "wrong",
        }
    }
}

/// What somebody said of a decision.
#[derive(Clone, Debug, PartialEq, Serialize, utoipa::ToSchema)]
pub struct Marked {
    /// Whether it was right.
    pub mark: Mark,
    /// The better answer; may be empty.
    pub better: String,
    /// Nothing should have been answered; a person should have been asked.
    pub should_abstain: bool,
    /// Who said so; absent for a key.
    pub marked_by: Option<UserId>,
    /// When.
    pub marked_at: DateTime<Utc>,
}

/// What somebody says of a decision.
#[derive(Clone, Debug, Deserialize, utoipa::ToSchema)]
#[serde(deny_unknown_fields)]
pub struct NewMark {
    /// Whether it was right.
    pub mark: Mark,
    /// The better answer to a wrong one, of at most 4000 characters.
    #[serde(default)]
    pub better: String,
    /// Nothing should have been answered; a person should have been asked.
    #[serde(default)]
    pub should_abstain: bool,
}

/// Why a decision was not marked.
#[derive(Debug, thiserror::Error)]
pub enum MarkError {
    /// There is no such decision.
    #[error("there is no such decision")]
    NotFound,
    /// Something can't be so; by field, the i18n key of what is wrong.
    #[error("the mark has mistakes")]
    Invalid(BTreeMap<&'static str, &'static str>),
    /// The database failed.
    #[error("the mark could not be kept")]
    Db(#[from] DbError),
}

fn check(new: NewMark) -> Result<NewMark, MarkError> {
    let better: String = new.better.chars().filter(|c| *c != '\0').collect();
    let better = better.trim().to_owned();
    let mistake = if better.chars().count() > LONGEST {
        Some("decisions.error.long")
    } else if new.mark == Mark::Right && (!better.is_empty() || new.should_abstain) {
        Some("decisions.error.right_needs_none")
    } else if new.should_abstain && !better.is_empty() {
        Some("decisions.error.answer_or_person")
    } else {
        None
    };
    match mistake {
        Some(key) => Err(MarkError::Invalid(BTreeMap::from([("better", key)]))),
        None => Ok(NewMark { better, ..new }),
    }
}

/// What would have been right: an answer, and whether a person should have been asked.
pub(crate) fn truth<'a>(decision: &'a Decision, mark: &'a Marked) -> (&'a str, bool) {
    let answered = matches!(decision.outcome, Outcome::Answered | Outcome::Suggested);
    match mark.mark {
        Mark::Right if answered => (decision.answer().unwrap_or_default(), false),
        Mark::Right => ("", true),
        Mark::Wrong => (&mark.better, mark.should_abstain),
    }
}

/// Says what one thinks of a decision, and makes a case of it.
pub async fn set(
    tx: &mut TenantTx,
    id: DecisionId,
    new: NewMark,
    now: DateTime<Utc>,
) -> Result<Decision, MarkError> {
    let new = check(new)?;
    let mut decision = load(tx, id).await?.ok_or(MarkError::NotFound)?;
    let marked = Marked {
        mark: new.mark,
        better: new.better,
        should_abstain: new.should_abstain,
        marked_by: tx.scope().actor().user(),
        marked_at: now,
    };
    store::marks::put(tx, decision.message_id, &marked).await?;
    set::keep_mark(tx, &decision, &marked, now).await?;
    tx.signal("decisions-changed");
    decision.mark = Some(marked);
    Ok(decision)
}

/// Takes the word back, and the case with it.
pub async fn clear(tx: &mut TenantTx, id: DecisionId) -> Result<Decision, MarkError> {
    let mut decision = load(tx, id).await?.ok_or(MarkError::NotFound)?;
    store::marks::delete(tx, decision.message_id).await?;
    set::forget_mark(tx, decision.message_id).await?;
    tx.signal("decisions-changed");
    decision.mark = None;
    Ok(decision)
}

#[cfg(test)]
mod tests {
    use super::*;

    fn new(mark: Mark, better: &str, should_abstain: bool) -> Result<NewMark, MarkError> {
        check(NewMark {
            mark,
            better: better.to_owned(),
            should_abstain,
        })
    }

    #[test]
    fn a_wrong_one_has_a_better_answer_or_a_person_and_a_right_one_neither() {
        assert_eq!(new(Mark::Wrong, " Yes. ", false).unwrap().better, "Yes.");
        assert!(new(Mark::Wrong, "", true).is_ok() && new(Mark::Wrong, "", false).is_ok());
        assert!(new(Mark::Right, "", false).is_ok());
        for (mark, better, abstain) in [
            (Mark::Wrong, "Yes.", true),
            (Mark::Right, "Yes.", false),
            (Mark::Right, "", true),
            (Mark::Wrong, "a".repeat(LONGEST + 1).as_str(), false),
        ] {
            let refused = new(mark, better, abstain);
            assert!(matches!(refused, Err(MarkError::Invalid(_))), "{better}");
        }
    }
}
