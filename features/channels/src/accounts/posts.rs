//! What the platform says of a post of an account, and of a comment under it.

use db::{DbResult, Scope};
use kernel::AccountId;
use meta::client::{CallError, InstagramMedia, PastComment};
use meta::{Access, Problem};

use super::{Account, AccountState, account};
use crate::Channels;

/// What the platform said when it was asked for something.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Told<T> {
    /// This.
    This(T),
    /// It is deleted, or hidden from this account.
    Gone,
    /// Nothing: the account is not connected, or the platform can't be asked now.
    Nothing,
}

impl<T> Told<T> {
    fn of(asked: Result<T, CallError>, account: AccountId) -> Self {
        match asked {
            Ok(told) => Self::This(told),
            Err(error) if is_gone(&error) => Self::Gone,
            Err(error) => {
                tracing::debug!(%account, %error, "the platform does not tell");
                Self::Nothing
            }
        }
    }
}

fn is_gone(error: &CallError) -> bool {
    error
        .platform()
        .is_some_and(|error| error.problem == Problem::ObjectGone)
}

impl Channels {
    /// A post of an Instagram account. No transaction may be open.
    pub async fn read_post(
        &self,
        scope: &Scope,
        of: AccountId,
        media: &str,
    ) -> DbResult<Told<InstagramMedia>> {
        let Some(access) = self.access_of(scope, of).await? else {
            return Ok(Told::Nothing);
        };
        let asked = self.meta.instagram_media(&access, media).await;
        Ok(Told::of(asked, of))
    }

    /// A comment under a post of an Instagram account. No transaction may be open.
    pub async fn read_comment(
        &self,
        scope: &Scope,
        of: AccountId,
        comment: &str,
    ) -> DbResult<Told<PastComment>> {
        let Some(access) = self.access_of(scope, of).await? else {
            return Ok(Told::Nothing);
        };
        let asked = self.meta.instagram_comment(&access, comment).await;
        Ok(Told::of(asked, of))
    }

    async fn access_of(&self, scope: &Scope, of: AccountId) -> DbResult<Option<Access>> {
        let mut tx = self.db.tenant(scope).await?;
        let found = account(&mut tx, of).await?;
        let now = self.clock.now();
        let asks = |account: &Account| {
            account.state == AccountState::Connected
                && account.paused_until.is_none_or(|until| until <= now)
        };
        let found = found.filter(asks);
        Ok(found.and_then(|account| self.token(&tx, &account).ok()))
    }
}
