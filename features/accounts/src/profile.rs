//! A person, and what they say about themselves.

use chrono::{DateTime, Utc};
use db::DbError;
use kernel::UserId;
use serde::{Deserialize, Serialize};

use crate::rule::{self, Check};
use crate::{Accounts, Broken, store};

/// A person who can sign in.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, utoipa::ToSchema)]
pub struct User {
    /// The person's id.
    pub id: UserId,
    /// The address, in lower case.
    pub email: String,
    /// The name that others see.
    pub name: String,
    /// The language's tag: `en`, `fr` or `es`.
    pub locale: String,
    /// The IANA time zone.
    pub time_zone: String,
    /// `auto`, `light` or `dark`.
    pub theme: String,
    /// Since when.
    pub created_at: DateTime<Utc>,
}

/// What a person may change about themselves.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize, utoipa::ToSchema)]
pub struct Profile {
    /// The name that others see, 1 to 80 characters.
    pub name: String,
    /// The language's tag: `en`, `fr` or `es`.
    pub locale: String,
    /// The IANA time zone.
    pub time_zone: String,
    /// `auto`, `light` or `dark`.
    pub theme: String,
}

/// Why a profile was not changed.
#[derive(Debug, thiserror::Error)]
pub enum ProfileError {
    /// A field breaks a rule.
    #[error("the profile can't be accepted")]
    Invalid(#[from] Broken),
    /// The person is gone.
    #[error("there is no such person")]
    Unknown,
    /// The database failed.
    #[error("the profile could not be saved")]
    Db(#[from] DbError),
}

impl Accounts {
    /// The person with this id.
    pub async fn user(&self, id: UserId) -> Result<User, ProfileError> {
        let mut tx = self.db.people().await?;
        store::people::user(&mut tx, id)
            .await?
            .ok_or(ProfileError::Unknown)
    }

    /// Changes a person's name, language, zone and theme.
    pub async fn change_profile(&self, id: UserId, wanted: &Profile) -> Result<User, ProfileError> {
        let mut check = Check::default();
        let profile = Profile {
            name: check.take(rule::name(&wanted.name)),
            locale: check.take(rule::locale(&wanted.locale)),
            time_zone: check.take(rule::time_zone(&wanted.time_zone)),
            theme: check.take(rule::theme(&wanted.theme)),
        };
        check.done()?;
        let mut tx = self.db.people().await?;
        store::people::set_profile(&mut tx, id, &profile).await?;
        let user = store::people::user(&mut tx, id)
            .await?
            .ok_or(ProfileError::Unknown)?;
        tx.commit().await?;
        Ok(user)
    }
}
