//! Returning to a version of before.

use db::TenantTx;
use kernel::SettingsVersionId;

use super::{Save, SaveError, Stored, save, versions};
use crate::Agent;

/// Why nothing was returned to.
#[derive(Debug, thiserror::Error)]
pub enum RestoreError {
    /// No such version in this workspace.
    #[error("there is no such version")]
    NotFound,
    /// It can't be saved any more.
    #[error(transparent)]
    Save(#[from] SaveError),
}

impl From<db::DbError> for RestoreError {
    fn from(error: db::DbError) -> Self {
        Self::Save(error.into())
    }
}

/// Makes the settings of this version those in force, as a new version. Keys stay what they are,
/// unless the provider's address is another one then: a key only goes where it was meant for.
pub async fn restore(
    tx: &mut TenantTx,
    agent: &Agent,
    id: SettingsVersionId,
    note: &str,
) -> Result<Stored, RestoreError> {
    let found = versions::load(tx, id).await?;
    let found = found.ok_or(RestoreError::NotFound)?;
    let again = Save {
        note,
        restores: Some(found.version.version),
        ..Save::of(&found.settings)
    };
    Ok(save(tx, agent, again).await?)
}
