//! Settings as they are kept, with keys sealed.

use std::collections::BTreeMap;

use db::{DbError, DbResult, TenantTx};
use kernel::{Sealed, Secret, SecretKey, SettingsVersionId};
use url::Url;

use super::{Settings, document};
use crate::store::settings::Kept;
use crate::store::versions::New;
use crate::{Agent, store};

/// The longest note of a version, in characters.
const LONGEST_NOTE: usize = 500;

/// Settings as they are stored.
#[derive(Clone, Debug)]
pub struct Stored {
    /// The settings.
    pub settings: Settings,
    /// The model's key.
    pub key: Option<Sealed>,
    /// The key of a moderation that is not the model's provider.
    pub moderation_key: Option<Sealed>,
    /// Raised with every save; 0 when nothing was ever saved.
    pub version: i32,
    /// The workspace's time zone.
    pub time_zone: String,
    /// The tag of the workspace's language.
    pub locale: String,
    /// The workspace's name: the business.
    pub business: String,
}

/// What is to become of a key.
#[derive(Clone, Debug, Default)]
pub enum KeyChange {
    /// It stays. The model's goes all the same when the provider's address changes: a key only goes
    /// where it was meant for.
    #[default]
    Keep,
    /// There is none from now on.
    Remove,
    /// This one from now on.
    Set(Secret),
}

/// What is to become of the keys.
#[derive(Clone, Debug, Default)]
pub struct Keys {
    /// The model's.
    pub model: KeyChange,
    /// The moderation's.
    pub moderation: KeyChange,
}

/// What is saved.
#[derive(Clone, Debug)]
pub struct Save<'a> {
    /// The settings.
    pub settings: &'a Settings,
    /// What is to become of the keys.
    pub keys: Keys,
    /// Why, for whoever reads the versions later; may be empty.
    pub note: &'a str,
    /// The version that this one returns to.
    pub restores: Option<i32>,
    /// The version that was changed, when that matters: a newer one is not written over.
    pub expects: Option<i32>,
}

impl<'a> Save<'a> {
    /// These settings, with the keys as they are.
    pub fn of(settings: &'a Settings) -> Self {
        Self {
            settings,
            keys: Keys::default(),
            note: "",
            restores: None,
            expects: None,
        }
    }
}

/// What is said of a provider inside the operator's network.
const NOT_PUBLIC: &str = "This is not on the public internet. Who operates this installation can \
                          allow it (SOCIALSYNC_FETCH_ALLOW).";

/// Why settings can't be saved.
#[derive(Debug, thiserror::Error)]
pub enum SaveError {
    /// Fields that can't be so, each with a sentence.
    #[error("some settings can't be so")]
    Invalid(BTreeMap<String, String>),
    /// A newer version than the one that was changed.
    #[error("the settings were changed meanwhile; read them again")]
    Stale,
    /// The key could not be sealed.
    #[error("the key could not be sealed")]
    Seal(#[from] kernel::crypto::CryptoError),
    /// The database.
    #[error("the settings could not be saved")]
    Db(#[from] DbError),
}

/// The settings; the defaults when nothing was ever saved.
pub async fn load(tx: &mut TenantTx) -> DbResult<Stored> {
    store::settings::load(tx).await
}

/// The settings, which nobody else changes until the end of the transaction.
pub async fn hold(tx: &mut TenantTx) -> DbResult<Stored> {
    store::settings::hold(tx).await?;
    load(tx).await
}

/// Whether somebody chose what the agent does; until then it does what it does by default.
pub async fn chosen(tx: &mut TenantTx) -> DbResult<bool> {
    store::settings::chosen(tx).await
}

/// Where the model's key is sealed to: it can't be opened in another workspace.
fn place(tx: &TenantTx) -> String {
    format!("{}/ai_settings/key", tx.workspace())
}

fn moderation_place(tx: &TenantTx) -> String {
    format!("{}/ai_settings/moderation_key", tx.workspace())
}

fn open(keys: &SecretKey, sealed: Option<&Sealed>, place: &str) -> Secret {
    sealed
        .map(|sealed| keys.open(sealed, place))
        .transpose()
        .unwrap_or_else(|error| {
            tracing::warn!(%error, "a key can't be opened");
            None
        })
        .unwrap_or_default()
}

/// The model's key in the clear, for the moment of a call.
pub fn open_key(tx: &TenantTx, keys: &SecretKey, stored: &Stored) -> Secret {
    open(keys, stored.key.as_ref(), &place(tx))
}

/// The moderation's own key in the clear, for the moment of a call.
pub fn open_moderation_key(tx: &TenantTx, keys: &SecretKey, stored: &Stored) -> Secret {
    open(keys, stored.moderation_key.as_ref(), &moderation_place(tx))
}

/// Saves the settings as a new version and gives them back as stored.
pub async fn save(tx: &mut TenantTx, agent: &Agent, save: Save<'_>) -> Result<Stored, SaveError> {
    let keys = &agent.key;
    let mut settings = save.settings.clone();
    let mut problems = settings.problems();
    let closed = |url: &Url| agent.reach.road(url).is_none();
    if settings.base_url.as_ref().is_some_and(closed) {
        problems
            .entry("base_url".to_owned())
            .or_insert_with(|| NOT_PUBLIC.to_owned());
    }
    if save.note.chars().count() > LONGEST_NOTE {
        let sentence = format!("At most {LONGEST_NOTE} characters.");
        problems.insert("note".to_owned(), sentence);
    }
    if !problems.is_empty() {
        return Err(SaveError::Invalid(problems));
    }
    let before = hold(tx).await?;
    if save
        .expects
        .is_some_and(|version| version != before.version)
    {
        return Err(SaveError::Stale);
    }
    // An account that is gone meanwhile needs no mode.
    let accounts = store::settings::accounts(tx).await?;
    settings
        .channel_modes
        .retain(|account, _| accounts.contains(account));
    let moved = before.settings.base_url.as_ref().map(Url::origin)
        != settings.base_url.as_ref().map(Url::origin);
    let sealed = |change: KeyChange, kept: Option<Sealed>, place: String| match change {
        KeyChange::Set(secret) if !secret.is_empty() => keys.seal(&secret, &place).map(Some),
        KeyChange::Keep => Ok(kept),
        KeyChange::Remove | KeyChange::Set(_) => Ok(None),
    };
    let kept = before.key.filter(|_| !moved);
    let key = sealed(save.keys.model, kept, place(tx))?;
    let moderation_key = sealed(
        save.keys.moderation,
        before.moderation_key,
        moderation_place(tx),
    )?;
    let corrupt = |error| DbError::Corrupt(format!("settings: {error}"));
    let changes = document::changes(&before.settings, &settings).map_err(corrupt)?;
    let kept = Kept {
        document: settings.document().map_err(corrupt)?.into(),
        key,
        moderation_key,
        now: agent.clock.now(),
    };
    let version = store::settings::save(tx, &kept).await?;
    let new = New {
        id: SettingsVersionId::new(),
        version,
        document: &kept.document,
        changed: changes.into_iter().map(|change| change.field).collect(),
        note: save.note.trim(),
        restores: save.restores,
        now: kept.now,
    };
    store::versions::insert(tx, &new).await?;
    tx.signal("agent-settings-changed");
    Ok(load(tx).await?)
}
