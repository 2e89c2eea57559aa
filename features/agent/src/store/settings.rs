//! The settings' row and the modes of single channels.

use chrono::{DateTime, Utc};
use db::{DbError, DbResult, TenantTx};
use kernel::{AccountId, Sealed};

use crate::settings::{Mode, OutsideHours, Settings, Stored};

fn corrupt(what: &str) -> impl FnOnce(serde_json::Error) -> DbError {
    move |error| DbError::Corrupt(format!("{what}: {error}"))
}

/// Whether somebody has saved settings.
pub(crate) async fn chosen(tx: &mut TenantTx) -> DbResult<bool> {
    Ok(
        sqlx::query_scalar!(r#"SELECT EXISTS (SELECT FROM ai_settings) AS "found!""#)
            .fetch_one(tx.conn())
            .await?,
    )
}

pub(crate) async fn load(tx: &mut TenantTx) -> DbResult<Stored> {
    let time_zone = sqlx::query_scalar!("SELECT time_zone FROM workspaces")
        .fetch_optional(tx.conn())
        .await?
        .unwrap_or_default();
    let row = sqlx::query!(
        r#"SELECT mode AS "mode: Mode", base_url, key_sealed, key_id, model, fallback_models,
                  temperature, top_p, max_output_tokens, instructions, tone, language, confidence,
                  blocked_keywords, blocked_phrases, ignore_examples, business_hours,
                  outside_hours AS "outside_hours: OutsideHours", escalation_notice,
                  notify_emails, version
           FROM ai_settings"#
    )
    .fetch_optional(tx.conn())
    .await?;
    let Some(row) = row else {
        return Ok(Stored {
            settings: Settings::default(),
            key: None,
            version: 0,
            time_zone,
        });
    };
    let modes = sqlx::query!(
        r#"SELECT account_id AS "account: AccountId", mode AS "mode: Mode" FROM ai_channel_modes"#
    )
    .fetch_all(tx.conn())
    .await?;
    let settings = Settings {
        mode: row.mode,
        channel_modes: modes.into_iter().map(|r| (r.account, r.mode)).collect(),
        base_url: row.base_url.and_then(|url| url.parse().ok()),
        model: row.model,
        fallback_models: row.fallback_models,
        temperature: row.temperature,
        top_p: row.top_p,
        max_output_tokens: row.max_output_tokens,
        instructions: row.instructions,
        tone: row.tone,
        language: row.language,
        confidence: row.confidence,
        blocked_keywords: row.blocked_keywords,
        blocked_phrases: row.blocked_phrases,
        ignore_examples: row.ignore_examples,
        business_hours: serde_json::from_value(row.business_hours)
            .map_err(corrupt("business_hours"))?,
        outside_hours: row.outside_hours,
        escalation_notice: serde_json::from_value(row.escalation_notice)
            .map_err(corrupt("escalation_notice"))?,
        notify_emails: row.notify_emails,
    };
    let key = row
        .key_sealed
        .zip(row.key_id)
        .map(|(bytes, key_id)| Sealed { key_id, bytes });
    Ok(Stored {
        settings,
        key,
        version: row.version,
        time_zone,
    })
}

pub(crate) async fn save(
    tx: &mut TenantTx,
    settings: &Settings,
    key: Option<&Sealed>,
    now: DateTime<Utc>,
) -> DbResult<()> {
    let workspace = tx.workspace().uuid();
    let hours =
        serde_json::to_value(&settings.business_hours).map_err(corrupt("business_hours"))?;
    let notice =
        serde_json::to_value(&settings.escalation_notice).map_err(corrupt("escalation_notice"))?;
    let user = tx.scope().actor().user().map(kernel::UserId::uuid);
    sqlx::query!(
        "INSERT INTO ai_settings (workspace_id, mode, base_url, key_sealed, key_id, model,
            fallback_models, temperature, top_p, max_output_tokens, instructions, tone, language,
            confidence, blocked_keywords, blocked_phrases, ignore_examples, business_hours,
            outside_hours, escalation_notice, notify_emails, updated_by, updated_at)
         VALUES ($1, $2, $3, $4, $5, $6, $7, $8, $9, $10, $11, $12, $13, $14, $15, $16, $17, $18,
            $19, $20, $21, $22, $23)
         ON CONFLICT (workspace_id) DO UPDATE SET mode = excluded.mode,
            base_url = excluded.base_url, key_sealed = excluded.key_sealed, key_id = excluded.key_id,
            model = excluded.model, fallback_models = excluded.fallback_models,
            temperature = excluded.temperature, top_p = excluded.top_p,
            max_output_tokens = excluded.max_output_tokens, instructions = excluded.instructions,
            tone = excluded.tone, language = excluded.language, confidence = excluded.confidence,
            blocked_keywords = excluded.blocked_keywords,
            blocked_phrases = excluded.blocked_phrases, ignore_examples = excluded.ignore_examples,
            business_hours = excluded.business_hours, outside_hours = excluded.outside_hours,
            escalation_notice = excluded.escalation_notice, notify_emails = excluded.notify_emails,
            updated_by = excluded.updated_by, updated_at = excluded.updated_at,
            version = ai_settings.version + 1",
        workspace,
        settings.mode.as_str(),
        settings.base_url.as_ref().map(url::Url::as_str),
        key.map(|k| k.bytes.as_slice()),
        key.map(|k| k.key_id.as_str()),
        settings.model,
        &settings.fallback_models,
        settings.temperature,
        settings.top_p,
        settings.max_output_tokens,
        settings.instructions,
        settings.tone,
        settings.language,
        settings.confidence,
        &settings.blocked_keywords,
        &settings.blocked_phrases,
        &settings.ignore_examples,
        hours,
        settings.outside_hours.as_str(),
        notice,
        &settings.notify_emails,
        user,
        now,
    )
    .execute(tx.conn())
    .await?;
    sqlx::query!("DELETE FROM ai_channel_modes")
        .execute(tx.conn())
        .await?;
    for (account, mode) in &settings.channel_modes {
        // An account that is gone meanwhile needs no mode.
        sqlx::query!(
            "INSERT INTO ai_channel_modes (workspace_id, account_id, mode)
             SELECT $1, id, $3 FROM social_accounts WHERE id = $2",
            workspace,
            account.uuid(),
            mode.as_str(),
        )
        .execute(tx.conn())
        .await?;
    }
    Ok(())
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
           FROM social_accounts WHERE state <> 'disconnected' ORDER BY platform, connected_at"#
    )
    .fetch_all(tx.conn())
    .await?)
}
