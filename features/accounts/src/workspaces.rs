//! The workspaces of a person.

use chrono::{DateTime, Utc};
use db::{DbError, DbResult, Membership, TenantTx};
use kernel::{SessionId, UserId, WorkspaceId};

use crate::rule::{self, Check};
use crate::{Accounts, Broken, store};

/// Why nothing was done about a workspace.
#[derive(Debug, thiserror::Error)]
pub enum WorkspaceError {
    /// The name breaks a rule.
    #[error("the workspace can't be accepted")]
    Invalid(#[from] Broken),
    /// The person has no seat there, or it does not exist.
    #[error("there is no such workspace")]
    Unknown,
    /// The database failed.
    #[error("the workspace could not be saved")]
    Db(#[from] DbError),
}

/// The name of the change signal of the first steps.
const FIRST_STEPS_CHANGED: &str = "first-steps-changed";

/// Whether the list of first steps is put away.
pub async fn first_steps_dismissed(tx: &mut TenantTx) -> DbResult<bool> {
    store::workspace::first_steps_dismissed(tx).await
}

/// Puts the list of first steps away, for everybody in the workspace.
pub async fn dismiss_first_steps(tx: &mut TenantTx, now: DateTime<Utc>) -> DbResult<()> {
    tx.signal(FIRST_STEPS_CHANGED);
    store::workspace::set_first_steps_dismissed(tx, Some(now)).await
}

/// Shows the list of first steps again.
pub async fn resume_first_steps(tx: &mut TenantTx) -> DbResult<()> {
    tx.signal(FIRST_STEPS_CHANGED);
    store::workspace::set_first_steps_dismissed(tx, None).await
}

impl Accounts {
    /// The workspaces of a person with their role in each, the oldest seat first.
    pub async fn workspaces(&self, user: UserId) -> Result<Vec<Membership>, WorkspaceError> {
        Ok(self.db.people().await?.memberships(user).await?)
    }

    /// Makes another workspace with this person as its owner.
    pub async fn create_workspace(
        &self,
        owner: UserId,
        name: &str,
    ) -> Result<Membership, WorkspaceError> {
        let mut check = Check::default();
        let name = check.take(rule::workspace(name));
        check.done()?;
        let mut tx = self.db.people().await?;
        let user = store::people::user(&mut tx, owner)
            .await?
            .ok_or(WorkspaceError::Unknown)?;
        let speech = (user.locale.as_str(), user.time_zone.as_str());
        let id = self.found(&mut tx, owner, &name, speech).await?;
        let seat = tx
            .membership(owner, id)
            .await?
            .ok_or(WorkspaceError::Unknown)?;
        tx.commit().await?;
        Ok(seat)
    }

    /// Makes a session work in another workspace of its person.
    pub async fn switch_workspace(
        &self,
        user: UserId,
        session: SessionId,
        workspace: WorkspaceId,
    ) -> Result<(), WorkspaceError> {
        let mut tx = self.db.people().await?;
        tx.membership(user, workspace)
            .await?
            .ok_or(WorkspaceError::Unknown)?;
        store::sessions::set_workspace(&mut tx, session, workspace).await?;
        tx.commit().await?;
        Ok(())
    }

    /// Gives the workspace another name.
    pub async fn rename_workspace(
        &self,
        tx: &mut TenantTx,
        name: &str,
    ) -> Result<(), WorkspaceError> {
        let mut check = Check::default();
        let name = check.take(rule::workspace(name));
        check.done()?;
        store::workspace::rename(tx, &name).await?;
        store::workspace::audit(tx, "workspace.renamed", &name, self.clock.now()).await?;
        Ok(())
    }
}
