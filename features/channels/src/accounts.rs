//! Connected Instagram accounts and WhatsApp numbers.

mod connect;
mod contacts;
mod disconnect;
mod lose;
mod posts;
mod refresh;
pub(crate) mod store;

use chrono::{DateTime, Utc};
use db::{DbResult, TenantTx};
use kernel::{AccountId, Platform, Sealed};
use serde::{Deserialize, Serialize};

pub use connect::{Begun, ConnectError};
pub use disconnect::DisconnectError;
pub(crate) use lose::lose;
pub use posts::Told;
pub use store::{account, any_connected, list, set_automation};

/// Whether an account works.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize, utoipa::ToSchema)]
#[serde(rename_all = "snake_case")]
pub enum AccountState {
    /// It receives and sends.
    Connected,
    /// The platform no longer accepts the token: a person must connect it again.
    Reconnect,
    /// It was disconnected; its history stays.
    Disconnected,
}

impl AccountState {
    /// The name in the database and the API.
    pub const fn as_str(self) -> &'static str {
        match self {
            Self::Connected => "connected",
            Self::Reconnect => "reconnect",
            Self::Disconnected => "disconnected",
        }
    }

    pub(crate) fn parse(text: &str) -> Option<Self> {
        [Self::Connected, Self::Reconnect, Self::Disconnected]
            .into_iter()
            .find(|state| state.as_str() == text)
    }
}

/// A connected account, without its token.
#[derive(Clone, Debug, Serialize, utoipa::ToSchema)]
pub struct Account {
    /// Its id.
    pub id: AccountId,
    /// Its platform.
    pub platform: Platform,
    /// What webhooks name: the professional account id, or the phone number id.
    pub external_id: String,
    /// Instagram's app-scoped id, or the WhatsApp business account.
    pub parent_id: Option<String>,
    /// User name, or the number as people read it.
    pub username: String,
    /// The name customers see.
    pub name: String,
    /// Picture; the platform's links expire.
    pub picture_url: Option<String>,
    /// Whether it works.
    pub state: AccountState,
    /// Why a person must act, as a stable key of [`meta::PlatformError::key`] or of this feature.
    pub state_reason: Option<String>,
    /// When the token ends.
    pub token_expires_at: Option<DateTime<Utc>>,
    /// Whether the AI may answer here.
    pub automation: bool,
    /// Percent of the platform's hourly allowance in use, as it was told last.
    pub usage_percent: i32,
    /// The platform takes no calls until then.
    pub paused_until: Option<DateTime<Utc>>,
    /// When a webhook came last.
    pub last_webhook_at: Option<DateTime<Utc>>,
    /// Since when it is connected.
    pub connected_at: DateTime<Utc>,
    #[serde(skip)]
    #[schema(ignore)]
    pub(crate) sealed: Option<Sealed>,
}

impl Account {
    /// How people call it.
    pub fn label(&self) -> &str {
        if self.username.is_empty() {
            &self.name
        } else {
            &self.username
        }
    }
}

/// What is known of an account when it is connected.
#[derive(Clone, Debug)]
pub(crate) struct NewAccount {
    pub(crate) platform: Platform,
    pub(crate) external_id: String,
    pub(crate) parent_id: Option<String>,
    pub(crate) username: String,
    pub(crate) name: String,
    pub(crate) picture_url: Option<String>,
    pub(crate) token_expires_at: Option<DateTime<Utc>>,
    pub(crate) scopes: Vec<String>,
}

/// Where a token is sealed for.
pub(crate) fn token_place(tx: &TenantTx, account: AccountId) -> String {
    format!("{}/{account}/token", tx.workspace())
}

/// The accounts that are not disconnected.
pub async fn connected(tx: &mut TenantTx) -> DbResult<Vec<Account>> {
    let mut all = list(tx).await?;
    all.retain(|account| account.state != AccountState::Disconnected);
    Ok(all)
}
