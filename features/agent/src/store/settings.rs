//! The settings in force.

use chrono::{DateTime, Utc};
use db::{DbError, DbResult, TenantTx};
use kernel::{AccountId, Sealed, UserId};
use serde_json::Value;

use crate::settings::{Settings, Stored};

/// Whether somebody has saved settings.
pub(crate) async fn chosen(tx: &mut TenantTx) -> DbResult<bool> {
    Ok(
        sqlx::query_scalar!(r#"SELECT EXISTS (SELECT FROM ai_settings) AS "found!""#)
            .fetch_one(tx.conn())
            .await?,
    )
}

/// Holds the settings until the end of the transaction, when there are any.
pub(crate) async fn hold(tx: &mut TenantTx) -> DbResult<()> {
    sqlx::query!("SELECT version FROM ai_settings FOR UPDATE")
        .fetch_optional(tx.conn())
        .await?;
    Ok(())
}

pub(crate) async fn load(tx: &mut TenantTx) -> DbResult<Stored> {
    let row = sqlx::query!(
        r#"SELECT w.name, w.time_zone, w.locale, s.settings AS "settings?", s.key_sealed AS "key_sealed?",
                  s.key_id AS "key_id?", s.moderation_key_sealed AS "moderation_key_sealed?",
                  s.moderation_key_id AS "moderation_key_id?", s.version AS "version?"
           FROM workspaces w LEFT JOIN ai_settings s ON s.workspace_id = w.workspace_id"#
    )
    .fetch_optional(tx.conn())
    .await?;
    let Some(row) = row else {
        return Err(DbError::Corrupt("no workspace".to_owned()));
    };
    let sealed = |bytes: Option<Vec<u8>>, key_id: Option<String>| {
        let (bytes, key_id) = bytes.zip(key_id)?;
        Some(Sealed { key_id, bytes })
    };
    Ok(Stored {
        settings: row.settings.map(settings).transpose()?.unwrap_or_default(),
        key: sealed(row.key_sealed, row.key_id),
        moderation_key: sealed(row.moderation_key_sealed, row.moderation_key_id),
        version: row.version.unwrap_or_default(),
        time_zone: row.time_zone,
        locale: row.locale,
        business: row.name,
    })
}

/// Reads a document that was kept.
pub(super) fn settings(document: Value) -> DbResult<Settings> {
    Settings::kept(document).map_err(|error| DbError::Corrupt(format!("settings: {error}")))
}

/// What is written.
#[derive(Clone, Debug)]
pub(crate) struct Kept {
    pub(crate) document: Value,
    pub(crate) key: Option<Sealed>,
    pub(crate) moderation_key: Option<Sealed>,
    pub(crate) now: DateTime<Utc>,
}

/// Writes the settings and gives the number of this version.
pub(crate) async fn save(tx: &mut TenantTx, kept: &Kept) -> DbResult<i32> {
    let workspace = tx.workspace().uuid();
    let user = tx.scope().actor().user().map(UserId::uuid);
    let (key, moderation) = (kept.key.as_ref(), kept.moderation_key.as_ref());
    Ok(sqlx::query_scalar!(
        "INSERT INTO ai_settings (workspace_id, settings, key_sealed, key_id, moderation_key_sealed,
            moderation_key_id, updated_by, updated_at)
         VALUES ($1, $2, $3, $4, $5, $6, $7, $8)
         ON CONFLICT (workspace_id) DO UPDATE SET settings = excluded.settings,
            key_sealed = excluded.key_sealed, key_id = excluded.key_id,
            moderation_key_sealed = excluded.moderation_key_sealed,
            moderation_key_id = excluded.moderation_key_id, updated_by = excluded.updated_by,
            updated_at = excluded.updated_at, version = ai_settings.version + 1
         RETURNING version",
        workspace,
        kept.document,
        key.map(|k| k.bytes.as_slice()),
        key.map(|k| k.key_id.as_str()),
        moderation.map(|k| k.bytes.as_slice()),
        moderation.map(|k| k.key_id.as_str()),
        user,
        kept.now,
    )
    .fetch_one(tx.conn())
    .await?)
}

/// The workspace's accounts.
pub(crate) async fn accounts(tx: &mut TenantTx) -> DbResult<Vec<AccountId>> {
    Ok(
        sqlx::query_scalar!(r#"SELECT id AS "id: AccountId" FROM social_accounts"#)
            .fetch_all(tx.conn())
            .await?,
    )
}

/// A connected account, as the settings show it.
#[derive(Clone, Debug)]
pub(crate) struct Channel {
    pub(crate) id: AccountId,
    pub(crate) platform: String,
    pub(crate) name: String,
}

/// The connected accounts.
pub(crate) async fn channels(tx: &mut TenantTx) -> DbResult<Vec<Channel>> {
    Ok(sqlx::query_as!(
        Channel,
        r#"SELECT id AS "id: AccountId", platform,
                  coalesce(nullif(name, ''), nullif(username, ''), external_id) AS "name!"
           FROM social_accounts WHERE state <> 'disconnected' ORDER BY platform, connected_at, id"#
    )
    .fetch_all(tx.conn())
    .await?)
}
