//! Knowledge gaps: what customers ask and nobody has written down, grouped by meaning, each with a
//! draft of the answer and a look at what it would change.

mod alike;
pub mod api;
pub mod close;
mod cluster;
pub mod detail;
pub mod draft;
mod identity;
pub mod personal;
pub mod preview;
pub(crate) mod question;
pub mod refresh;
mod write;

use chrono::{DateTime, Utc};
use db::{DbError, DbResult, TenantTx};
use kernel::{FaqId, GapId, Limit, Page};
use serde::{Deserialize, Serialize};

use crate::store;

/// Whether something is still to be written.
#[derive(
    Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize, sqlx::Type, utoipa::ToSchema,
)]
#[serde(rename_all = "snake_case")]
#[sqlx(type_name = "text", rename_all = "snake_case")]
pub enum GapState {
    /// Nothing known answers it.
    Open,
    /// It is answered by now.
    Answered,
    /// Somebody put it away.
    Dismissed,
}

impl GapState {
    /// All of them.
    pub const ALL: [Self; 3] = [Self::Open, Self::Answered, Self::Dismissed];

    /// Its name in the API.
    pub const fn as_str(self) -> &'static str {
        match self {
            Self::Open => "open",
            Self::Answered => "answered",
            Self::Dismissed => "dismissed",
        }
    }
}

/// Questions that mean the same and that nothing known answers.
#[derive(Clone, Debug, PartialEq, Serialize, utoipa::ToSchema)]
pub struct Gap {
    /// Its id.
    pub id: GapId,
    /// Whether something is still to be written.
    pub state: GapState,
    /// The question that stands for all of them: the one that is nearest to the others.
    pub question: String,
    /// How often it was asked.
    pub questions: i64,
    /// How many of these nothing answers to this day.
    pub open: i64,
    /// By how many customers.
    pub customers: i64,
    /// In which languages, by their tags.
    pub languages: Vec<String>,
    /// When it was asked last.
    pub newest_at: DateTime<Utc>,
    /// How sure the best passage is to answer the likeliest of them, 0 to 1.
    pub score: f32,
    /// The FAQ entry that was written for it.
    pub faq_id: Option<FaqId>,
    /// When that was.
    pub closed_at: Option<DateTime<Utc>>,
    /// When somebody put it away.
    pub dismissed_at: Option<DateTime<Utc>>,
}

/// What a list of gaps is ordered by: how often it was asked, when last, its id.
pub type After = (i64, DateTime<Utc>, GapId);

/// When gaps were looked for.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, utoipa::ToSchema)]
#[schema(as = GapsRefreshed)]
pub struct Refreshed {
    /// Whether they are being looked for.
    pub running: bool,
    /// When they were looked for last.
    pub refreshed_at: Option<DateTime<Utc>>,
    /// Whether questions were grouped by meaning, across languages; else by their words.
    pub by_meaning: bool,
    /// Whether the knowledge changed since.
    pub knowledge_changed: bool,
}

/// Why nothing was done with a gap.
#[derive(Debug, thiserror::Error)]
pub enum GapError {
    /// There is no such gap.
    #[error("there is no such gap")]
    NotFound,
    /// The database failed.
    #[error("the gap could not be changed")]
    Db(#[from] DbError),
}

/// The gaps in a state, those that were asked about most first.
pub async fn list(
    tx: &mut TenantTx,
    state: Option<GapState>,
    after: Option<After>,
    limit: Limit,
) -> DbResult<Page<Gap>> {
    let mut rows = store::gaps::list::list(tx, state, after, limit).await?;
    for gap in &mut rows {
        gap.question = question::cleaned(&gap.question);
    }
    Ok(Page::from_probe(rows, limit, |gap| {
        (gap.questions, gap.newest_at, gap.id)
    }))
}

/// One gap.
pub async fn load(tx: &mut TenantTx, id: GapId) -> Result<Gap, GapError> {
    let found = store::gaps::list::find(tx, id).await?;
    let mut gap = found.ok_or(GapError::NotFound)?;
    gap.question = question::cleaned(&gap.question);
    Ok(gap)
}

/// When gaps were looked for.
pub async fn refreshed(tx: &mut TenantTx) -> DbResult<Refreshed> {
    store::gaps::state::load(tx).await
}

/// Puts a gap away: it and new questions like it stay out of sight.
pub async fn dismiss(tx: &mut TenantTx, id: GapId, now: DateTime<Utc>) -> Result<Gap, GapError> {
    let by = tx.scope().actor().user();
    set_dismissed(tx, id, Some((now, by))).await
}

/// Takes a gap back into sight.
pub async fn restore(tx: &mut TenantTx, id: GapId) -> Result<Gap, GapError> {
    set_dismissed(tx, id, None).await
}

async fn set_dismissed(
    tx: &mut TenantTx,
    id: GapId,
    dismissed: Option<(DateTime<Utc>, Option<kernel::UserId>)>,
) -> Result<Gap, GapError> {
    if !store::gaps::list::set_dismissed(tx, id, dismissed).await? {
        return Err(GapError::NotFound);
    }
    tx.signal("gaps-changed");
    load(tx, id).await
}
