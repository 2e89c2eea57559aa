//! A post of the business: what comments stand under.

use chrono::{DateTime, Utc};
use db::{DbResult, TenantTx};
use kernel::{AccountId, PostId};
use serde::Serialize;

use crate::store;

/// A post, as far as it is known.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, utoipa::ToSchema)]
pub struct Post {
    /// Its id.
    pub id: PostId,
    /// The account it belongs to.
    pub account_id: AccountId,
    /// The platform's id.
    pub external_id: String,
    /// `FEED`, `REELS`, `STORY`, `AD`, `LIVE`, …; empty when the platform does not say.
    pub kind: String,
    /// The words under it; empty when there are none or they are not known.
    pub caption: String,
    /// Its address for people.
    pub permalink: Option<String>,
    /// When the platform was last asked for it.
    pub read_at: Option<DateTime<Utc>>,
}

/// The posts of these ids.
pub async fn load_all(tx: &mut TenantTx, ids: &[PostId]) -> DbResult<Vec<Post>> {
    store::posts::load_all(tx, ids).await
}

/// One post.
pub async fn load(tx: &mut TenantTx, id: PostId) -> DbResult<Option<Post>> {
    Ok(load_all(tx, &[id]).await?.pop())
}
