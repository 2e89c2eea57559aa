//! The SQL of this feature.

pub mod entries;
pub mod files;
pub mod passages;
pub mod sources;
pub mod state;
pub mod trials;
pub mod vectors;
pub mod versions;

use db::{DbResult, TenantTx};

/// Whether the workspace knows anything: an entry or a document.
pub async fn anything(tx: &mut TenantTx) -> DbResult<bool> {
    Ok(sqlx::query_scalar!(
        r#"SELECT EXISTS (SELECT FROM faq_qa) OR EXISTS (SELECT FROM files) AS "found!""#
    )
    .fetch_one(tx.conn())
    .await?)
}
