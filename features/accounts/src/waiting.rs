//! Invitations that wait for a person who is signed in.
//!
//! Anybody may register with any address, so that an address alone proves nothing. Invitations are
//! shown, and accepted without their link, only to a person who once followed a link that was sent
//! to the address: an invitation's, or that for a new password.

use chrono::{DateTime, Utc};
use db::DbResult;
use kernel::{InvitationId, Role, UserId, WorkspaceId};
use serde::Serialize;

use crate::invitations::InvitationError;
use crate::{Accounts, store};

/// An invitation as the invited person sees it.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, utoipa::ToSchema)]
pub struct WaitingInvitation {
    /// Its id.
    pub id: InvitationId,
    /// The workspace's name.
    pub workspace: String,
    /// The role they get.
    pub role: Role,
    /// Until when it can be accepted.
    pub expires_at: DateTime<Utc>,
}

impl Accounts {
    /// The invitations that wait for a person whose address is proven, the newest first.
    pub async fn waiting_invitations(&self, user: UserId) -> DbResult<Vec<WaitingInvitation>> {
        let mut tx = self.db.people().await?;
        store::seats::waiting(&mut tx, user, self.clock.now()).await
    }

    /// Accepts an invitation that waits for the person; any other is as good as none.
    pub async fn accept_waiting(
        &self,
        id: InvitationId,
        user: UserId,
    ) -> Result<WorkspaceId, InvitationError> {
        let now = self.clock.now();
        let mut tx = self.db.people().await?;
        let open = store::seats::waiting_invitation(&mut tx, id, user, now)
            .await?
            .ok_or(InvitationError::Unknown)?;
        store::seats::add(&mut tx, open.workspace, user, open.role, now).await?;
        store::seats::mark_accepted(&mut tx, &open, now).await?;
        tx.commit().await?;
        Ok(open.workspace)
    }
}
