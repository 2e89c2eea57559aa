//! The versions of the settings: who saved what, when and why.

use chrono::{DateTime, Utc};
use db::{DbError, DbResult, TenantTx};
use kernel::{ApiKeyId, EvaluationId, Limit, Page, SettingsVersionId, UserId};
use serde::Serialize;

use super::Settings;
use super::document;
pub use super::document::Change;
use crate::store;

/// A version, as lists show it.
#[derive(Clone, Debug, PartialEq, Serialize, utoipa::ToSchema)]
pub struct Version {
    /// Its id.
    pub id: SettingsVersionId,
    /// Counts up from 1; runs and decisions name it.
    pub version: i32,
    /// The settings that differ from the version before.
    pub changed: Vec<String>,
    /// Why, in the words of who saved it; may be empty.
    pub note: String,
    /// The version that it returned to.
    pub restores: Option<i32>,
    /// The evaluation on whose strength it was released.
    pub evaluation_id: Option<EvaluationId>,
    /// The member who saved it; absent for a key and for the product itself.
    pub saved_by: Option<UserId>,
    /// The key that saved it.
    pub saved_by_key: Option<ApiKeyId>,
    /// The member's name, while the member has a seat here.
    pub saved_by_name: Option<String>,
    /// When.
    pub saved_at: DateTime<Utc>,
}

/// A version with its settings, and what they changed.
#[derive(Clone, Debug, PartialEq, Serialize, utoipa::ToSchema)]
pub struct Full {
    /// The version.
    #[serde(flatten)]
    pub version: Version,
    /// Its settings.
    pub settings: Settings,
    /// What differs from the version before; for the first one, from the defaults.
    pub changes: Vec<Change>,
}

/// The versions, the newest first.
pub async fn list(tx: &mut TenantTx, before: Option<i32>, limit: Limit) -> DbResult<Page<Version>> {
    let rows = store::versions::list(tx, before, limit).await?;
    Ok(Page::from_probe(rows, limit, |version| version.version))
}

/// One version with its settings.
pub async fn load(tx: &mut TenantTx, id: SettingsVersionId) -> DbResult<Option<Full>> {
    let Some((version, settings)) = store::versions::load(tx, id).await? else {
        return Ok(None);
    };
    let before = store::versions::before(tx, version.version).await?;
    let changes = compare(&before.unwrap_or_default(), &settings)?;
    Ok(Some(Full {
        version,
        settings,
        changes,
    }))
}

/// The settings of a version by its number, as runs and decisions name it; 0 is what holds while
/// nothing was ever saved.
pub async fn numbered(tx: &mut TenantTx, version: i32) -> DbResult<Option<Settings>> {
    if version == 0 {
        return Ok(Some(Settings::default()));
    }
    store::versions::numbered(tx, version).await
}

/// What differs between two versions, in the order of the settings.
pub fn compare(before: &Settings, after: &Settings) -> DbResult<Vec<Change>> {
    document::changes(before, after).map_err(|error| DbError::Corrupt(format!("settings: {error}")))
}

/// Notes the evaluation on whose strength a version was released; `false` when there is no such
/// version.
pub async fn name_evaluation(
    tx: &mut TenantTx,
    id: SettingsVersionId,
    evaluation: Option<EvaluationId>,
) -> DbResult<bool> {
    let named = store::versions::name_evaluation(tx, id, evaluation).await?;
    tx.signal("agent-settings-changed");
    Ok(named)
}

/// Notes the evaluation on whose strength the version of this number was released.
pub(crate) async fn name_evaluation_of(
    tx: &mut TenantTx,
    version: i32,
    evaluation: EvaluationId,
) -> DbResult<()> {
    if let Some(id) = store::versions::id_of(tx, version).await? {
        name_evaluation(tx, id, Some(evaluation)).await?;
    }
    Ok(())
}
