//! What waits for a member, out of the features that know.

use db::{Db, Scope};
use futures::FutureExt as _;
use futures::future::BoxFuture;
use kernel::{Role, UserId};
use web::{Problem, Waiting, Watch};

use crate::first_steps;

/// Asks the features.
#[derive(Clone, Debug)]
pub struct Features(pub Db);

impl Features {
    /// What waits for this person in this workspace.
    pub async fn ask(&self, scope: Scope, user: UserId, role: Role) -> Result<Waiting, Problem> {
        let mut tx = self.0.tenant(&scope).await?;
        let conversations = inbox::list::unread(&mut tx).await?;
        // Who can't take them is not asked to.
        let first_steps = if role >= Role::Admin {
            first_steps::remaining(&mut tx).await?
        } else {
            None
        };
        Ok(Waiting {
            first_steps,
            conversations: u32::try_from(conversations).unwrap_or(u32::MAX),
            notifications: accounts::notifications::unread(&mut tx, user).await?,
        })
    }
}

impl Watch for Features {
    fn waiting(
        &self,
        scope: Scope,
        user: UserId,
        role: Role,
    ) -> BoxFuture<'_, Result<Waiting, Problem>> {
        self.ask(scope, user, role).boxed()
    }
}
