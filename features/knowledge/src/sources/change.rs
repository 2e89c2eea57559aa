//! Changing how a source is read.

use chrono::{DateTime, Utc};
use db::TenantTx;
use kernel::SourceId;
use serde::Deserialize;

use super::{Every, Source, SourceError, enqueue, load, within_limits};
use crate::document::State;
use crate::store::sources;

/// What is changed of a source; what is left out stays as it is.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Deserialize, utoipa::ToSchema)]
#[serde(default, deny_unknown_fields)]
#[schema(as = SourceChange)]
pub struct Change {
    /// How often it is read again.
    pub every: Option<Every>,
    /// Whether the pages of the same host that it leads to are read too.
    pub whole_site: Option<bool>,
    /// The most pages that are read, 1 to 500.
    pub most_pages: Option<i32>,
    /// How many links a page may be away from the first, 0 to 10.
    pub depth: Option<i32>,
}

/// Changes how a source is read from the next time on.
pub async fn change(
    tx: &mut TenantTx,
    id: SourceId,
    change: &Change,
    now: DateTime<Utc>,
) -> Result<Source, SourceError> {
    sources::hold(tx, id).await?.ok_or(SourceError::NotFound)?;
    let before = load(tx, id).await?;
    let after = Source {
        every: change.every.unwrap_or(before.every),
        whole_site: change.whole_site.unwrap_or(before.whole_site),
        most_pages: change.most_pages.unwrap_or(before.most_pages),
        depth: change.depth.unwrap_or(before.depth),
        ..before
    };
    within_limits(after.most_pages, after.depth)?;
    // One that is being read sets its next time at its end.
    let busy = matches!(after.state, State::Queued | State::Reading);
    let next = after
        .every
        .after(after.finished_at.unwrap_or(now))
        .filter(|_| !busy);
    let next = next.map(|next| next.max(now));
    sources::change(tx, &after, next).await?;
    if let Some(next) = next {
        enqueue(tx, id, next).await?;
    }
    tx.signal("knowledge-changed");
    load(tx, id).await
}
