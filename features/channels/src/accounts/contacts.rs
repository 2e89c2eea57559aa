//! What a platform says of the people who write to an account.

use db::{AccountRef, DbResult};
use meta::client::ContactProfile;

use super::{AccountState, account};
use crate::Channels;

impl Channels {
    /// The profile of a person who wrote to an Instagram account; none when the platform does not
    /// tell (the person did not consent, the account is not connected, or it can't be asked now).
    pub async fn contact_profile(
        &self,
        of: &AccountRef,
        person: &str,
    ) -> DbResult<Option<ContactProfile>> {
        let mut tx = self.db.tenant(&of.scope).await?;
        let found = account(&mut tx, of.account).await?;
        let found = found.filter(|account| account.state == AccountState::Connected);
        let access = found.and_then(|account| self.token(&tx, &account).ok());
        drop(tx);
        let Some(access) = access else {
            return Ok(None);
        };
        match self.meta.instagram_contact(&access, person).await {
            Ok(profile) => Ok(Some(profile)),
            Err(error) => {
                tracing::debug!(account = %of.account, %error, "a profile was not told");
                Ok(None)
            }
        }
    }
}
