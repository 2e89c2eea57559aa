//! What is tried: the settings in force or those of a version, with changes that nobody saved.

use std::collections::BTreeMap;

use db::{DbError, TenantTx};
use serde::{Deserialize, Serialize};
use serde_json::{Map, Value};
use url::Url;

use crate::settings::versions::numbered;
use crate::settings::{Settings, Stored, load, patched};

/// The provider's address is only ever changed where settings are saved: a key goes where it was
/// meant for, and nowhere else for a trial.
const FIXED: &str = "base_url";

/// Settings to try something with.
#[derive(Clone, Debug, Default, PartialEq, Serialize, Deserialize, utoipa::ToSchema)]
#[serde(default, deny_unknown_fields)]
pub struct Variant {
    /// The number of a version; the settings in force when left out.
    pub version: Option<i32>,
    /// Single settings that differ from it, by their names. `base_url` can't be among them.
    #[schema(value_type = Object)]
    pub changes: Map<String, Value>,
}

/// Why there are no such settings.
#[derive(Debug, thiserror::Error)]
pub enum VariantError {
    /// No version has this number.
    #[error("there is no version {0}")]
    NoVersion(i32),
    /// Settings that can't be so, each with a sentence.
    #[error("some settings can't be so")]
    Invalid(BTreeMap<String, String>),
    /// The database failed.
    #[error("the settings could not be read")]
    Db(#[from] DbError),
}

impl Variant {
    /// The version of this number as it is.
    pub fn version(number: i32) -> Self {
        Self {
            version: Some(number),
            changes: Map::new(),
        }
    }

    /// Whether it is the settings in force, as they are.
    pub fn is_in_force(&self) -> bool {
        self.version.is_none() && self.changes.is_empty()
    }

    /// The settings in full.
    pub async fn stored(&self, tx: &mut TenantTx) -> Result<Stored, VariantError> {
        let mut stored = load(tx).await?;
        if let Some(version) = self.version {
            let found = numbered(tx, version).await?;
            let settings = found.ok_or(VariantError::NoVersion(version))?;
            let origin = |settings: &Settings| settings.base_url.as_ref().map(Url::origin);
            if origin(&settings) != origin(&stored.settings) {
                stored.key = None;
            }
            stored.settings = settings;
            stored.version = version;
        }
        if !self.changes.is_empty() {
            stored.settings = changed(&stored.settings, &self.changes)?;
        }
        Ok(stored)
    }
}

fn changed(settings: &Settings, changes: &Map<String, Value>) -> Result<Settings, VariantError> {
    if changes.contains_key(FIXED) {
        let sentence = "The provider's address is changed in the settings only.";
        let problem = BTreeMap::from([(FIXED.to_owned(), sentence.to_owned())]);
        return Err(VariantError::Invalid(problem));
    }
    let after = patched(settings, changes.clone()).map_err(VariantError::Invalid)?;
    let problems = after.problems();
    if problems.is_empty() {
        Ok(after)
    } else {
        Err(VariantError::Invalid(problems))
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use serde_json::json;

    fn with(changes: Value) -> Result<Settings, Vec<String>> {
        let Value::Object(changes) = changes else {
            panic!("{changes}")
        };
        changed(&Settings::default(), &changes).map_err(|error| match error {
            VariantError::Invalid(fields) => fields.into_keys().collect(),
            other => panic!("{other}"),
        })
    }

    #[test]
    fn what_is_not_changed_stays() {
        let after = with(json!({"tone": "dry", "ai_model": "second"})).unwrap();
        assert_eq!(
            (after.tone.as_str(), after.model.as_str()),
            ("dry", "second")
        );
        assert!((after.confidence - Settings::default().confidence).abs() < f32::EPSILON);
    }

    #[test]
    fn what_can_not_be_is_named_and_the_providers_address_stays() {
        assert_eq!(with(json!({"mood": "sunny"})).unwrap_err(), ["mood"]);
        assert_eq!(with(json!({"confidence": 2})).unwrap_err(), ["confidence"]);
        let elsewhere = json!({"base_url": "https://elsewhere.example"});
        assert_eq!(with(elsewhere).unwrap_err(), ["base_url"]);
    }
}
