//! Keeping the answer to a gap: an ordinary FAQ entry, and the gap is answered.

use chrono::{DateTime, Utc};
use db::{DbError, TenantTx};
use kernel::GapId;
use knowledge::faq::{self, Draft, Entry, FaqError};

use super::personal::MARK;
use super::{GapError, load, refresh};
use crate::store;

/// Why no answer was kept.
#[derive(Debug, thiserror::Error)]
pub enum CloseError {
    /// There is no such gap.
    #[error("there is no such gap")]
    NotFound,
    /// The answer still has places where something was taken out.
    #[error("fill in or remove the places marked […]")]
    Marked,
    /// The entry has mistakes.
    #[error(transparent)]
    Entry(#[from] FaqError),
    /// The database failed.
    #[error("the answer could not be kept")]
    Db(#[from] DbError),
}

impl From<GapError> for CloseError {
    fn from(error: GapError) -> Self {
        match error {
            GapError::NotFound => Self::NotFound,
            GapError::Db(error) => Self::Db(error),
        }
    }
}

/// Keeps a draft as an FAQ entry that answers a gap. Other gaps that it answers, too, are found in
/// the background.
pub async fn close(
    tx: &mut TenantTx,
    id: GapId,
    draft: Draft,
    now: DateTime<Utc>,
) -> Result<Entry, CloseError> {
    load(tx, id).await?;
    let marked = |text: &String| text.contains(MARK);
    if marked(&draft.answer) || draft.questions.iter().any(marked) {
        return Err(CloseError::Marked);
    }
    let entry = faq::create(tx, draft, now).await?;
    store::gaps::list::close(tx, id, entry.id, now).await?;
    refresh::follow(tx, now).await?;
    tx.signal("gaps-changed");
    Ok(entry)
}
