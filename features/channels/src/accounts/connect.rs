//! Connecting accounts: by login at the platform, or with a token that is at hand.

use chrono::{DateTime, Utc};
use db::{DbError, Scope, TenantTx};
use kernel::{AccountId, Platform, Secret, UserId};
use meta::client::{App, INSTAGRAM_FIELDS, INSTAGRAM_SCOPES, PhoneNumber, WHATSAPP_SCOPES};
use meta::{Access, CallError};
use sha2::{Digest, Sha256};

use super::{NewAccount, store, token_place};
use crate::{Channels, effects};

/// How long a person may take to consent.
const STATE_MINUTES: i64 = 30;

/// The rule that an account answers in one workspace at a time.
const ONE_WORKSPACE: &str = "social_accounts_external";

/// A connect that was begun.
#[derive(Clone, Debug)]
pub struct Begun {
    /// Where the person consents.
    pub authorize_url: String,
}

/// Why nothing was connected.
#[derive(Debug, thiserror::Error)]
pub enum ConnectError {
    /// The operator did not register an app for this platform.
    #[error("{} is not set up on this installation", .0.label())]
    NotConfigured(Platform),
    /// The answer belongs to no connect that this person began here, or came too late.
    #[error("the sign-in was not begun here, was used before or is too old; please start again")]
    UnknownState,
    /// The token was made for another app.
    #[error("the token was made for another app")]
    ForeignToken,
    /// The login opens no WhatsApp number.
    #[error("the login gives access to no WhatsApp number")]
    NoNumber,
    /// Another workspace answers for the account.
    #[error("the account is connected in another workspace")]
    ConnectedElsewhere,
    /// The platform.
    #[error("the platform did not let the account be connected")]
    Platform(#[from] CallError),
    /// The token can't be sealed.
    #[error("the token could not be sealed")]
    Crypto(#[from] kernel::crypto::CryptoError),
    /// The database.
    #[error("the account could not be stored")]
    Database(DbError),
}

impl From<DbError> for ConnectError {
    fn from(error: DbError) -> Self {
        if error.is_duplicate(ONE_WORKSPACE) {
            Self::ConnectedElsewhere
        } else {
            Self::Database(error)
        }
    }
}

fn hash(state: &str) -> Vec<u8> {
    Sha256::digest(state.as_bytes()).to_vec()
}

impl Channels {
    /// Where the platform sends people back to.
    pub fn redirect_uri(&self, platform: Platform) -> String {
        let base = self.public_url.trim_end_matches('/');
        format!("{base}/channels/{platform}/callback")
    }

    fn app(&self, platform: Platform) -> Result<&App, ConnectError> {
        match platform {
            Platform::Instagram => self.instagram_app.as_ref(),
            Platform::Whatsapp => self.whatsapp_app.as_ref(),
        }
        .ok_or(ConnectError::NotConfigured(platform))
    }

    /// Begins a connect for a member: the address where they consent.
    pub async fn begin_connect(
        &self,
        tx: &mut TenantTx,
        platform: Platform,
        user: UserId,
    ) -> Result<Begun, ConnectError> {
        let app = self.app(platform)?;
        let state = hex::encode(rand::random::<[u8; 32]>());
        let now = self.clock.now();
        let redirect = self.redirect_uri(platform);
        let until = now + chrono::Duration::minutes(STATE_MINUTES);
        store::insert_state(tx, &hash(&state), platform, user, &redirect, now, until).await?;
        let url = match platform {
            Platform::Instagram => {
                let scopes = INSTAGRAM_SCOPES;
                self.meta
                    .instagram_authorize_url(&app.id, &redirect, &scopes, &state)
            }
            Platform::Whatsapp => {
                let scopes = WHATSAPP_SCOPES;
                self.meta
                    .whatsapp_authorize_url(&app.id, &redirect, &scopes, &state)
            }
        };
        Ok(Begun {
            authorize_url: url.to_string(),
        })
    }

    /// Finishes a connect with what the platform's redirect brought. The platform is not called
    /// while a transaction is open. Answers the connected accounts.
    pub async fn finish_connect(
        &self,
        scope: &Scope,
        platform: Platform,
        user: UserId,
        state: &str,
        code: &str,
    ) -> Result<Vec<AccountId>, ConnectError> {
        let app = self.app(platform)?;
        let mut tx = self.db.tenant(scope).await?;
        let now = self.clock.now();
        let redirect = store::take_state(&mut tx, &hash(state), platform, user, now)
            .await?
            .ok_or(ConnectError::UnknownState)?;
        tx.commit().await?;
        match platform {
            Platform::Instagram => {
                let short = self
                    .meta
                    .instagram_exchange_code(app, &redirect, code)
                    .await?;
                let long = self.meta.instagram_long_token(app, &short.token).await?;
                let expires = self.clock.now()
                    + chrono::Duration::from_std(long.expires_in).unwrap_or_default();
                let (token, scopes) = (long.token, short.permissions);
                self.connect_instagram(scope, token, Some(expires), scopes, Some(user))
                    .await
            }
            Platform::Whatsapp => {
                let token = self
                    .meta
                    .whatsapp_exchange_code(app, &redirect, code)
                    .await?
                    .token;
                self.connect_whatsapp(scope, token, Some(user)).await
            }
        }
    }

    /// Connects what a token opens: the Instagram account, or every WhatsApp number.
    pub async fn connect_with_token(
        &self,
        scope: &Scope,
        platform: Platform,
        token: Secret,
    ) -> Result<Vec<AccountId>, ConnectError> {
        let by = scope.actor().user();
        match platform {
            Platform::Instagram => {
                self.connect_instagram(scope, token, None, Vec::new(), by)
                    .await
            }
            Platform::Whatsapp => self.connect_whatsapp(scope, token, by).await,
        }
    }

    async fn connect_instagram(
        &self,
        scope: &Scope,
        token: Secret,
        expires: Option<DateTime<Utc>>,
        scopes: Vec<String>,
        by: Option<UserId>,
    ) -> Result<Vec<AccountId>, ConnectError> {
        let mut access = Access {
            account_id: "me".to_owned(),
            token,
        };
        let me = self.meta.instagram_me(&access).await?;
        access.account_id.clone_from(&me.user_id);
        self.meta
            .instagram_subscribe(&access, &INSTAGRAM_FIELDS)
            .await?;
        let account = NewAccount {
            platform: Platform::Instagram,
            external_id: me.user_id,
            parent_id: me.app_scoped_id,
            username: me.username.unwrap_or_default(),
            name: me.name.unwrap_or_default(),
            picture_url: me.picture_url,
            token_expires_at: expires,
            scopes,
        };
        self.store(scope, &[account], &access.token, by).await
    }

    async fn connect_whatsapp(
        &self,
        scope: &Scope,
        token: Secret,
        by: Option<UserId>,
    ) -> Result<Vec<AccountId>, ConnectError> {
        let app = self.app(Platform::Whatsapp)?;
        let info = self.meta.debug_token(app, &token).await?;
        if !info.is_valid || info.app_id.as_ref().is_some_and(|id| *id != app.id) {
            return Err(ConnectError::ForeignToken);
        }
        let mut found = Vec::new();
        for waba in &info.whatsapp_account_ids {
            let access = Access {
                account_id: waba.clone(),
                token: token.clone(),
            };
            let numbers = self.meta.whatsapp_phone_numbers(&access, waba, 10).await?;
            if numbers.items.is_empty() {
                continue;
            }
            self.meta.whatsapp_subscribe(&access, waba).await?;
            let known = |number| whatsapp_account(waba, number, info.expires_at, &info.scopes);
            found.extend(numbers.items.into_iter().map(known));
        }
        if found.is_empty() {
            return Err(ConnectError::NoNumber);
        }
        self.store(scope, &found, &token, by).await
    }

    async fn store(
        &self,
        scope: &Scope,
        accounts: &[NewAccount],
        token: &Secret,
        by: Option<UserId>,
    ) -> Result<Vec<AccountId>, ConnectError> {
        let now = self.clock.now();
        let mut tx = self.db.tenant(scope).await?;
        let mut ids = Vec::new();
        for account in accounts {
            let id = store::upsert(&mut tx, account, by, now).await?;
            let sealed = self.key.seal(token, &token_place(&tx, id))?;
            store::store_token(&mut tx, id, &sealed, account.token_expires_at, None).await?;
            super::lose::found(&mut tx, id, now).await?;
            ids.push(id);
        }
        tx.signal("channels-changed");
        tx.commit().await?;
        // What waited for the token goes now. A transaction of its own: workers hold messages
        // before they hold an account.
        let mut tx = self.db.tenant(scope).await?;
        for id in &ids {
            effects::store::wake_waiting(&mut tx, *id, now).await?;
        }
        tx.wake(db::Ledger::Effects);
        tx.commit().await?;
        Ok(ids)
    }
}

fn whatsapp_account(
    waba: &str,
    number: PhoneNumber,
    expires: Option<DateTime<Utc>>,
    scopes: &[String],
) -> NewAccount {
    NewAccount {
        platform: Platform::Whatsapp,
        external_id: number.id,
        parent_id: Some(waba.to_owned()),
        username: number.display_phone_number.unwrap_or_default(),
        name: number.verified_name.unwrap_or_default(),
        picture_url: None,
        token_expires_at: expires,
        scopes: scopes.to_vec(),
    }
}
