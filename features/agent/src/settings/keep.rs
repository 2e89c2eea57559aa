//! Settings as they are kept, with the model's key sealed.

use std::collections::BTreeMap;

use db::{DbError, DbResult, TenantTx};
use kernel::{Clock, Sealed, Secret, SecretKey};
use url::Url;

use super::Settings;
use crate::store;

/// Settings as they are stored.
#[derive(Clone, Debug)]
pub struct Stored {
    /// The settings.
    pub settings: Settings,
    /// The model's key.
    pub key: Option<Sealed>,
    /// Raised with every change; 0 when nothing was ever saved.
    pub version: i32,
    /// The workspace's time zone.
    pub time_zone: String,
}

/// What is to become of the model's key.
#[derive(Clone, Debug, Default)]
pub enum KeyChange {
    /// It stays, unless the provider's address changes: a key only goes where it was meant for.
    #[default]
    Keep,
    /// There is none from now on.
    Remove,
    /// This one from now on.
    Set(Secret),
}

/// Why settings can't be saved.
#[derive(Debug, thiserror::Error)]
pub enum SaveError {
    /// Fields that can't be so, each with a sentence.
    #[error("some settings can't be so")]
    Invalid(BTreeMap<String, String>),
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

/// Whether somebody chose what the agent does; until then it does what it does by default.
pub async fn chosen(tx: &mut TenantTx) -> DbResult<bool> {
    store::settings::chosen(tx).await
}

/// Where the key is sealed to: it can't be opened in another workspace.
fn place(tx: &TenantTx) -> String {
    format!("{}/ai_settings/key", tx.workspace())
}

/// The model's key in the clear, for the moment of a call.
pub fn open_key(tx: &TenantTx, keys: &SecretKey, stored: &Stored) -> Secret {
    let place = place(tx);
    stored
        .key
        .as_ref()
        .map(|sealed| keys.open(sealed, &place))
        .transpose()
        .unwrap_or_else(|error| {
            tracing::warn!(%error, "the model's key can't be opened");
            None
        })
        .unwrap_or_default()
}

/// Saves the settings and gives them back as stored.
pub async fn save(
    tx: &mut TenantTx,
    clock: &Clock,
    keys: &SecretKey,
    settings: &Settings,
    key: KeyChange,
) -> Result<Stored, SaveError> {
    let problems = settings.problems();
    if !problems.is_empty() {
        return Err(SaveError::Invalid(problems));
    }
    let before = load(tx).await?;
    let moved = before.settings.base_url.as_ref().map(Url::origin)
        != settings.base_url.as_ref().map(Url::origin);
    let sealed = match key {
        KeyChange::Set(secret) if !secret.is_empty() => Some(keys.seal(&secret, &place(tx))?),
        KeyChange::Keep if !moved => before.key,
        KeyChange::Keep | KeyChange::Remove | KeyChange::Set(_) => None,
    };
    store::settings::save(tx, settings, sealed.as_ref(), clock.now()).await?;
    tx.signal("agent-settings-changed");
    Ok(load(tx).await?)
}
