//! What waits for a member, out of the features that know.

use db::{Db, Scope};
use futures::FutureExt as _;
use futures::future::BoxFuture;
use kernel::{Clock, Role, UserId};
use web::{Problem, Waiting, Watch};

use crate::first_steps;

/// Asks the features.
#[derive(Clone, Debug)]
pub struct Features {
    /// The database.
    pub db: Db,
    /// Where instants come from.
    pub clock: Clock,
}

impl Features {
    /// What waits for this person in this workspace.
    pub async fn ask(&self, scope: Scope, user: UserId, role: Role) -> Result<Waiting, Problem> {
        let mut tx = self.db.tenant(&scope).await?;
        let conversations = inbox::list::unread(&mut tx).await?;
        let (comments, _) = comments::list::waiting(&mut tx).await?;
        // Who can't take them is not asked to.
        let first_steps = if role >= Role::Admin {
            first_steps::remaining(&mut tx, self.clock.now()).await?
        } else {
            None
        };
        let notifications = accounts::notifications::unread(&mut tx, user).await?;
        tx.commit().await?;
        Ok(Waiting {
            conversations: u32::try_from(conversations).unwrap_or(u32::MAX),
            comments: u32::try_from(comments).unwrap_or(u32::MAX),
            notifications,
            first_steps,
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
