//! Ending the connection of an account, by a member or by the platform.

use db::{DbError, DbResult, Scope};
use kernel::{AccountId, Platform};
use meta::Access;

use super::{AccountState, store};
use crate::Channels;

/// Why an account was not disconnected.
#[derive(Debug, thiserror::Error)]
pub enum DisconnectError {
    /// No such account in this workspace.
    #[error("there is no such account")]
    NotFound,
    /// The database.
    #[error("the account could not be disconnected")]
    Database(#[from] DbError),
}

impl Channels {
    /// Ends an account for a member: first here, so that nothing more is sent, then at the
    /// platform, whose refusal changes nothing.
    pub async fn disconnect(&self, scope: &Scope, id: AccountId) -> Result<(), DisconnectError> {
        let mut tx = self.db.tenant(scope).await?;
        let account = store::account(&mut tx, id)
            .await?
            .ok_or(DisconnectError::NotFound)?;
        if account.state == AccountState::Disconnected {
            return Ok(());
        }
        let token = self.open_token(&tx, &account);
        let now = self.clock.now();
        store::disconnect(&mut tx, id, "by_member", now).await?;
        super::lose::found(&mut tx, id, now).await?;
        let siblings = super::connected(&mut tx).await?;
        tx.commit().await?;
        let Ok(token) = token else { return Ok(()) };
        let access = Access {
            account_id: account.external_id.clone(),
            token,
        };
        let told = match (account.platform, account.parent_id) {
            (Platform::Instagram, _) => self.meta.instagram_unsubscribe(&access).await,
            // The numbers of a business account share one subscription.
            (Platform::Whatsapp, Some(waba))
                if !siblings
                    .iter()
                    .any(|one| one.parent_id.as_ref() == Some(&waba)) =>
            {
                self.meta.whatsapp_unsubscribe(&access, &waba).await
            }
            (Platform::Whatsapp, _) => Ok(()),
        };
        if let Err(error) = told {
            tracing::info!(%id, %error, "the platform was not told of a disconnect");
        }
        Ok(())
    }

    /// Ends every account with this parent, in all workspaces: the platform says that the app was
    /// removed. Answers how many there were.
    pub async fn deauthorize(&self, platform: Platform, parent_id: &str) -> DbResult<i32> {
        let mut system = self.db.system().await?;
        let found = system.accounts_under(platform, parent_id).await?;
        system.commit().await?;
        let mut ended = 0;
        for one in found {
            let mut tx = self.db.tenant(&one.scope).await?;
            let now = self.clock.now();
            if store::disconnect(&mut tx, one.account, "app_removed", now).await? {
                ended += 1;
            }
            tx.commit().await?;
        }
        Ok(ended)
    }
}
