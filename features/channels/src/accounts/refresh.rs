//! Tokens: opening them for a call, and renewing them before they end.

use db::{AccountRef, DbResult, TenantTx};
use kernel::crypto::CryptoError;
use kernel::{Platform, Secret};
use meta::{Access, CallError, ErrorClass};

use super::{Account, store, token_place};
use crate::Channels;

/// Tokens live 60 days; they are renewed when 10 are left.
const REFRESH_BEFORE_DAYS: i64 = 10;

/// Instagram renews no token that is younger than a day.
const YOUNGEST_HOURS: i64 = 25;

impl Channels {
    /// An account's token.
    pub(crate) fn open_token(
        &self,
        tx: &TenantTx,
        account: &Account,
    ) -> Result<Secret, CryptoError> {
        let sealed = account.sealed.as_ref().ok_or(CryptoError::Tampered)?;
        self.key.open(sealed, &token_place(tx, account.id))
    }

    /// What calls in an account's name need.
    ///
    /// # Errors
    /// When the account has no token, or one that can't be opened.
    pub fn token(&self, tx: &TenantTx, account: &Account) -> Result<Access, CryptoError> {
        Ok(Access {
            account_id: account.external_id.clone(),
            token: self.open_token(tx, account)?,
        })
    }

    /// Renews the tokens that end soon. Answers how many were renewed; an account whose token the
    /// platform refuses is marked for reconnecting.
    pub async fn refresh_due_tokens(&self) -> DbResult<usize> {
        let now = self.clock.now();
        let mut system = self.db.system().await?;
        let due = system
            .accounts_to_refresh(
                now + chrono::Duration::days(REFRESH_BEFORE_DAYS),
                now - chrono::Duration::hours(YOUNGEST_HOURS),
            )
            .await?;
        system.commit().await?;
        let mut renewed = 0;
        for one in due {
            match self.refresh(&one).await {
                Ok(true) => renewed += 1,
                Ok(false) => {}
                Err(error) => {
                    tracing::warn!(account = %one.account, %error, "a token was not renewed");
                }
            }
        }
        Ok(renewed)
    }

    async fn refresh(&self, one: &AccountRef) -> DbResult<bool> {
        let mut tx = self.db.tenant(&one.scope).await?;
        let Some(account) = store::account(&mut tx, one.account).await? else {
            return Ok(false);
        };
        let token = self.open_token(&tx, &account);
        tx.commit().await?;
        let Ok(token) = token else { return Ok(false) };
        let answer = self.renew(&account, &token).await;
        let mut tx = self.db.tenant(&one.scope).await?;
        let now = self.clock.now();
        let renewed = match answer {
            Ok(Some((token, lives))) => {
                let expires = lives.and_then(|lives| chrono::Duration::from_std(lives).ok());
                let place = token_place(&tx, account.id);
                match self.key.seal(&token, &place) {
                    Ok(sealed) => {
                        let expires = expires.map(|lives| now + lives);
                        store::store_token(&mut tx, account.id, &sealed, expires, Some(now))
                            .await?;
                        true
                    }
                    Err(_) => false,
                }
            }
            Ok(None) => false,
            Err(error) => {
                if error.class() == ErrorClass::Token {
                    let reason = error
                        .platform()
                        .map_or("token_invalid", |error| error.key());
                    super::lose(&mut tx, account.id, reason, now).await?;
                }
                false
            }
        };
        tx.commit().await?;
        Ok(renewed)
    }

    async fn renew(
        &self,
        account: &Account,
        token: &Secret,
    ) -> Result<Option<(Secret, Option<std::time::Duration>)>, CallError> {
        match (account.platform, &self.whatsapp_app) {
            (Platform::Instagram, _) => {
                let long = self
                    .meta
                    .instagram_refresh_token(&account.external_id, token)
                    .await?;
                Ok(Some((long.token, Some(long.expires_in))))
            }
            (Platform::Whatsapp, Some(app)) => {
                let long = self.meta.whatsapp_long_token(app, token).await?;
                Ok(Some((long.token, long.expires_in)))
            }
            (Platform::Whatsapp, None) => Ok(None),
        }
    }
}
