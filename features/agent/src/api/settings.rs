//! The settings of the agent, and their versions.

use std::collections::BTreeMap;

use axum::extract::State;
use db::{DbResult, TenantTx};
use kernel::{Page, Secret, SettingsVersionId};
use serde::{Deserialize, Serialize};
use serde_json::{Map, Value};
use utoipa::ToSchema;
use web::{Json, ListQuery, Member, Path, Problem, Query};

use crate::Agent;
use crate::settings::versions::{self, Full, Version};
use crate::settings::{
    self, KeyChange, Keys, RestoreError, Save, SaveError, Settings, Stored, patched,
};
use crate::spend::{self, Spend};

/// The settings of the agent, with other names that programs know some of them by.
#[derive(Debug, Serialize, ToSchema)]
pub(super) struct SettingsBody {
    #[serde(flatten)]
    settings: Settings,
    /// `model`.
    ai_model: String,
    /// `language`.
    lang: String,
    /// `blocked_keywords`.
    flagged_keywords: Vec<String>,
    /// `blocked_phrases`.
    flagged_phrases: Vec<String>,
    /// `ai_control_enabled`.
    is_active: bool,
    /// Whether a key for the model is stored; the key itself is never shown.
    has_key: bool,
    /// Whether a key of its own for the moderation is stored.
    has_moderation_key: bool,
    /// The model of this installation, which answers while no provider is set here.
    installed_model: Option<String>,
    /// Whether a provider's moderation is asked beside the filter of this machine.
    moderation: bool,
    /// What models cost today and this month.
    spend: Spend,
    /// Raised with every save.
    version: i32,
}

impl SettingsBody {
    async fn new(tx: &mut TenantTx, stored: Stored, agent: &Agent) -> DbResult<Self> {
        let spend = spend::so_far(tx, &stored, agent.clock.now()).await?;
        let moderation = agent.moderation_of(tx, &stored).is_some();
        let settings = stored.settings;
        Ok(Self {
            ai_model: settings.model.clone(),
            lang: settings.language.clone(),
            flagged_keywords: settings.blocked_keywords.clone(),
            flagged_phrases: settings.blocked_phrases.clone(),
            is_active: settings.ai_control_enabled,
            has_key: stored.key.is_some(),
            has_moderation_key: stored.moderation_key.is_some(),
            installed_model: agent.provider.as_ref().map(|p| p.model.clone()),
            moderation,
            spend,
            version: stored.version,
            settings,
        })
    }
}

/// New settings, in the shape in which they are shown: under their names or under the other names
/// that an answer shows. Those that are left out stay as they are. They may also stand together
/// under `settings`.
#[derive(Debug, ToSchema)]
pub(super) struct NewSettings {
    /// Settings, together.
    #[schema(value_type = Option<Settings>)]
    settings: Option<Map<String, Value>>,
    /// The version that was read: when a newer one was saved meanwhile, nothing is saved (409).
    version: Option<i32>,
    /// The model's key: left out it stays, empty it is removed.
    #[schema(value_type = Option<String>)]
    api_key: Option<Secret>,
    /// The key of a moderation that is not the model's provider: left out it stays, empty it is
    /// removed.
    #[schema(value_type = Option<String>)]
    moderation_key: Option<Secret>,
    /// Why, for whoever reads the versions later.
    note: Option<String>,
    /// Single settings.
    #[schema(ignore)]
    fields: Map<String, Value>,
}

impl NewSettings {
    fn read(body: Value) -> Result<Self, Problem> {
        let Value::Object(mut fields) = body else {
            return Err(Problem::invalid([("body", "It has to be an object.")]));
        };
        let mut text = |name: &str| match fields.remove(name) {
            None | Some(Value::Null) => Ok(None),
            Some(Value::String(text)) => Ok(Some(text)),
            Some(_) => Err(Problem::invalid([(name, "It has to be a text.")])),
        };
        let (api_key, moderation_key, note) =
            (text("api_key")?, text("moderation_key")?, text("note")?);
        let whole = |version: &Value| version.as_i64().and_then(|n| i32::try_from(n).ok());
        let version = match fields.remove("version") {
            None | Some(Value::Null) => None,
            Some(version) => {
                let refused = || Problem::invalid([("version", "It has to be a whole number.")]);
                Some(whole(&version).ok_or_else(refused)?)
            }
        };
        let settings = match fields.remove("settings") {
            None | Some(Value::Null) => None,
            Some(Value::Object(settings)) => Some(settings),
            Some(_) => return Err(Problem::invalid([("settings", "It has to be an object.")])),
        };
        Ok(Self {
            settings,
            version,
            api_key: api_key.map(Secret::new),
            moderation_key: moderation_key.map(Secret::new),
            note,
            fields,
        })
    }
}

pub(crate) fn key_change(key: Option<Secret>) -> KeyChange {
    match key {
        None => KeyChange::Keep,
        Some(key) if key.is_empty() => KeyChange::Remove,
        Some(key) => KeyChange::Set(key),
    }
}

impl From<SaveError> for Problem {
    fn from(error: SaveError) -> Self {
        match error {
            SaveError::Invalid(fields) => Self::invalid(fields),
            SaveError::Stale => Self::conflict("SETTINGS_CHANGED", error.to_string()),
            SaveError::Db(error) => error.into(),
            SaveError::Seal(error) => Self::internal(&error),
        }
    }
}

impl From<RestoreError> for Problem {
    fn from(error: RestoreError) -> Self {
        match error {
            RestoreError::NotFound => Self::not_found(),
            RestoreError::Save(error) => error.into(),
        }
    }
}

/// The settings of the agent.
#[utoipa::path(get, path = "/api/ai-settings", tag = "agent", responses((status = OK, body = SettingsBody)))]
pub(super) async fn read_settings(
    State(agent): State<Agent>,
    member: Member,
) -> Result<Json<SettingsBody>, Problem> {
    let mut tx = agent.db.tenant(&member.scope).await?;
    let stored = settings::load(&mut tx).await?;
    Ok(Json(SettingsBody::new(&mut tx, stored, &agent).await?))
}

/// Changes settings of the agent; a new version.
#[utoipa::path(put, path = "/api/ai-settings", tag = "agent", request_body = NewSettings,
    responses((status = OK, body = SettingsBody)))]
pub(super) async fn save_settings(
    State(agent): State<Agent>,
    member: Member,
    Json(body): Json<Value>,
) -> Result<Json<SettingsBody>, Problem> {
    let new = NewSettings::read(body)?;
    let mut tx = agent.db.tenant(&member.scope).await?;
    let present = settings::hold(&mut tx).await?.settings;
    let wanted = match new.settings {
        Some(whole) if new.fields.is_empty() => {
            let named = |fields: BTreeMap<String, String>| {
                let under = |(field, why)| (format!("settings.{field}"), why);
                fields.into_iter().map(under).collect()
            };
            patched(&present, whole).map_err(named)
        }
        Some(_) => {
            let sentence = "Either settings under settings, or beside it.";
            return Err(Problem::invalid([("settings", sentence)]));
        }
        None => patched(&present, new.fields),
    };
    let wanted = wanted.map_err(Problem::invalid)?;
    let save = Save {
        keys: Keys {
            model: key_change(new.api_key),
            moderation: key_change(new.moderation_key),
        },
        note: new.note.as_deref().unwrap_or_default(),
        expects: new.version,
        ..Save::of(&wanted)
    };
    let stored = settings::save(&mut tx, &agent, save).await?;
    let body = SettingsBody::new(&mut tx, stored, &agent).await?;
    tx.commit().await?;
    Ok(Json(body))
}

/// The versions of the settings, the newest first.
#[utoipa::path(get, path = "/api/ai-settings/versions", tag = "agent", params(ListQuery),
    responses((status = OK, body = Page<Version>)))]
pub(super) async fn list_versions(
    State(agent): State<Agent>,
    member: Member,
    Query(query): Query<ListQuery>,
) -> Result<Json<Page<Version>>, Problem> {
    let mut tx = agent.db.tenant(&member.scope).await?;
    let page = versions::list(&mut tx, query.after()?, query.limit()).await?;
    Ok(Json(page))
}

/// One version, with its settings and what they changed.
#[utoipa::path(get, path = "/api/ai-settings/versions/{id}", tag = "agent",
    params(("id" = String, Path, description = "ver_…")), responses((status = OK, body = Full)))]
pub(super) async fn read_version(
    State(agent): State<Agent>,
    member: Member,
    Path(id): Path<SettingsVersionId>,
) -> Result<Json<Full>, Problem> {
    let mut tx = agent.db.tenant(&member.scope).await?;
    let found = versions::load(&mut tx, id).await?;
    found.map(Json).ok_or_else(Problem::not_found)
}

/// How a version is returned to.
#[derive(Debug, Default, Deserialize, ToSchema)]
pub(super) struct Restore {
    /// Why, for whoever reads the versions later.
    #[serde(default)]
    note: String,
}

/// Returns to a version of before: its settings hold again, as a new version.
#[utoipa::path(post, path = "/api/ai-settings/versions/{id}/restore", tag = "agent",
    params(("id" = String, Path, description = "ver_…")), request_body = Restore,
    responses((status = OK, body = SettingsBody)))]
pub(super) async fn restore_version(
    State(agent): State<Agent>,
    member: Member,
    Path(id): Path<SettingsVersionId>,
    Json(wanted): Json<Restore>,
) -> Result<Json<SettingsBody>, Problem> {
    let mut tx = agent.db.tenant(&member.scope).await?;
    let stored = settings::restore(&mut tx, &agent, id, &wanted.note).await?;
    let body = SettingsBody::new(&mut tx, stored, &agent).await?;
    tx.commit().await?;
    Ok(Json(body))
}
