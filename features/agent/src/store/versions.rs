//! The versions of the settings.

use chrono::{DateTime, Utc};
use db::{Actor, DbResult, TenantTx};
use kernel::{ApiKeyId, EvaluationId, Limit, SettingsVersionId, UserId};
use serde_json::Value;

use super::settings::settings;
use crate::settings::Settings;
use crate::settings::versions::Version;

/// What is written of a version.
#[derive(Clone, Debug)]
pub(crate) struct New<'a> {
    pub(crate) id: SettingsVersionId,
    pub(crate) version: i32,
    pub(crate) document: &'a Value,
    pub(crate) changed: Vec<String>,
    pub(crate) note: &'a str,
    pub(crate) restores: Option<i32>,
    pub(crate) now: DateTime<Utc>,
}

pub(crate) async fn insert(tx: &mut TenantTx, new: &New<'_>) -> DbResult<()> {
    let workspace = tx.workspace().uuid();
    let (user, key) = match tx.scope().actor() {
        Actor::User(user) => (Some(user.uuid()), None),
        Actor::ApiKey(key) => (None, Some(key.uuid())),
        Actor::System => (None, None),
    };
    sqlx::query!(
        "INSERT INTO ai_settings_versions (workspace_id, id, version, settings, changed, note,
            restores, saved_by, saved_by_key, saved_at)
         VALUES ($1, $2, $3, $4, $5, $6, $7, $8, $9, $10)",
        workspace,
        new.id.uuid(),
        new.version,
        new.document,
        &new.changed,
        new.note,
        new.restores,
        user,
        key,
        new.now,
    )
    .execute(tx.conn())
    .await?;
    Ok(())
}

/// The versions before this number, the newest first.
pub(crate) async fn list(
    tx: &mut TenantTx,
    before: Option<i32>,
    limit: Limit,
) -> DbResult<Vec<Version>> {
    Ok(sqlx::query_as!(
        Version,
        r#"SELECT v.id AS "id: SettingsVersionId", v.version, v.changed, v.note, v.restores,
                  v.evaluation_id AS "evaluation_id: EvaluationId",
                  v.saved_by AS "saved_by: UserId", v.saved_by_key AS "saved_by_key: ApiKeyId",
                  u.name AS "saved_by_name?", v.saved_at
           FROM ai_settings_versions v LEFT JOIN users u ON u.id = v.saved_by
           WHERE $1::int IS NULL OR v.version < $1
           ORDER BY v.version DESC LIMIT $2"#,
        before,
        limit.probe(),
    )
    .fetch_all(tx.conn())
    .await?)
}

/// One version with its settings.
pub(crate) async fn load(
    tx: &mut TenantTx,
    id: SettingsVersionId,
) -> DbResult<Option<(Version, Settings)>> {
    let row = sqlx::query!(
        r#"SELECT v.version, v.settings, v.changed, v.note, v.restores,
                  v.evaluation_id AS "evaluation_id: EvaluationId",
                  v.saved_by AS "saved_by: UserId", v.saved_by_key AS "saved_by_key: ApiKeyId",
                  u.name AS "saved_by_name?", v.saved_at
           FROM ai_settings_versions v LEFT JOIN users u ON u.id = v.saved_by
           WHERE v.id = $1"#,
        id.uuid(),
    )
    .fetch_optional(tx.conn())
    .await?;
    let Some(row) = row else {
        return Ok(None);
    };
    let version = Version {
        id,
        version: row.version,
        changed: row.changed,
        note: row.note,
        restores: row.restores,
        evaluation_id: row.evaluation_id,
        saved_by: row.saved_by,
        saved_by_key: row.saved_by_key,
        saved_by_name: row.saved_by_name,
        saved_at: row.saved_at,
    };
    Ok(Some((version, settings(row.settings)?)))
}

/// The settings of the version before this number.
pub(crate) async fn before(tx: &mut TenantTx, version: i32) -> DbResult<Option<Settings>> {
    let document = sqlx::query_scalar!(
        "SELECT settings FROM ai_settings_versions WHERE version < $1
         ORDER BY version DESC LIMIT 1",
        version,
    )
    .fetch_optional(tx.conn())
    .await?;
    document.map(settings).transpose()
}

/// The settings of this number.
pub(crate) async fn numbered(tx: &mut TenantTx, version: i32) -> DbResult<Option<Settings>> {
    let document = sqlx::query_scalar!(
        "SELECT settings FROM ai_settings_versions WHERE version = $1",
        version,
    )
    .fetch_optional(tx.conn())
    .await?;
    document.map(settings).transpose()
}

/// Notes the evaluation of a version.
pub(crate) async fn name_evaluation(
    tx: &mut TenantTx,
    id: SettingsVersionId,
    evaluation: Option<EvaluationId>,
) -> DbResult<bool> {
    let done = sqlx::query!(
        "UPDATE ai_settings_versions SET evaluation_id = $2 WHERE id = $1",
        id.uuid(),
        evaluation.map(EvaluationId::uuid),
    )
    .execute(tx.conn())
    .await?;
    Ok(done.rows_affected() > 0)
}

/// The id of the version of this number.
pub(crate) async fn id_of(tx: &mut TenantTx, version: i32) -> DbResult<Option<SettingsVersionId>> {
    Ok(sqlx::query_scalar!(
        r#"SELECT id AS "id: SettingsVersionId" FROM ai_settings_versions WHERE version = $1"#,
        version,
    )
    .fetch_optional(tx.conn())
    .await?)
}
