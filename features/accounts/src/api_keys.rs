//! Keys for programs: `ssk_…`, shown once. A key may do at most what its maker may at present, and is
//! void once they are no member any more.

use chrono::{DateTime, Utc};
use db::{DbError, TenantTx};
use kernel::{ApiKeyId, Role, Secret, UserId};
use serde::Serialize;

use crate::rule::{self, Check};
use crate::{Accounts, Broken, store, token};

/// What every key begins with.
pub const PREFIX: &str = "ssk_";

/// A key, without the key itself.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, utoipa::ToSchema)]
pub struct ApiKey {
    /// Its id.
    pub id: ApiKeyId,
    /// What it is for.
    pub name: String,
    /// What it may do at present; never more than its maker may.
    pub role: Role,
    /// Its first characters, to recognise it by.
    pub hint: String,
    /// Since when.
    pub created_at: DateTime<Utc>,
    /// When it was used last, to a minute.
    pub last_used_at: Option<DateTime<Utc>>,
}

/// Why nothing was done about a key.
#[derive(Debug, thiserror::Error)]
pub enum ApiKeyError {
    /// The name breaks a rule.
    #[error("the key can't be accepted")]
    Invalid(#[from] Broken),
    /// A key may not do more than who makes it.
    #[error("a key can't have a role above your own")]
    NotAllowed,
    /// There is no such key here.
    #[error("there is no such key")]
    Unknown,
    /// The database failed.
    #[error("the key could not be saved")]
    Db(#[from] DbError),
}

/// The keys that work, newest first.
pub async fn list(tx: &mut TenantTx) -> Result<Vec<ApiKey>, ApiKeyError> {
    Ok(store::workspace::keys(tx).await?)
}

impl Accounts {
    /// Makes a key and answers it with its text, which can't be had again.
    pub async fn create_key(
        &self,
        tx: &mut TenantTx,
        (creator, acting): (UserId, Role),
        name: &str,
        role: Role,
    ) -> Result<(ApiKey, Secret), ApiKeyError> {
        let mut check = Check::default();
        let name = check.take(rule::name(name));
        check.done()?;
        if role > acting {
            return Err(ApiKeyError::NotAllowed);
        }
        let text = Secret::new(format!("{PREFIX}{}", token::fresh().expose()));
        let now = self.clock.now();
        let key = ApiKey {
            id: ApiKeyId::new(),
            name,
            role,
            hint: text.expose().chars().take(10).collect(),
            created_at: now,
            last_used_at: None,
        };
        store::workspace::add_key(tx, &key, &token::digest(text.expose()), creator).await?;
        store::workspace::audit(tx, "api_key.created", &key.id.to_string(), now).await?;
        Ok((key, text))
    }

    /// Makes a key void.
    pub async fn revoke_key(&self, tx: &mut TenantTx, id: ApiKeyId) -> Result<(), ApiKeyError> {
        let now = self.clock.now();
        if !store::workspace::revoke_key(tx, id, now).await? {
            return Err(ApiKeyError::Unknown);
        }
        Ok(store::workspace::audit(tx, "api_key.revoked", &id.to_string(), now).await?)
    }
}
