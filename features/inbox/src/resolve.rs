//! Being done with a conversation, and having read it.

use chrono::{DateTime, Utc};
use db::TenantTx;
use kernel::ConversationId;

use crate::conversation::{self, Badge, EpochCause, Status};
use crate::events::ConversationResolved;
use crate::message::Direction;
use crate::owner::{ChangeError, held};
use crate::store;

/// The conversation is done. The customer's next message opens it again.
pub async fn resolve(
    tx: &mut TenantTx,
    id: ConversationId,
    now: DateTime<Utc>,
) -> Result<(), ChangeError> {
    if held(tx, id).await?.status == Status::Resolved {
        return Ok(());
    }
    let (status, badge) = (Status::Resolved, Badge::Resolved);
    store::conversations::set_status(tx, id, status, badge, Some(now)).await?;
    store::conversations::mark_read(tx, id).await?;
    conversation::raise_epoch(tx, id, EpochCause::Resolved, now).await?;
    tx.emit(&ConversationResolved {
        conversation: id,
        at: now,
    })
    .await?;
    conversation::tell(tx, id);
    Ok(())
}

/// The conversation goes on.
pub async fn reopen(tx: &mut TenantTx, id: ConversationId) -> Result<(), ChangeError> {
    let held = held(tx, id).await?;
    if held.status == Status::Open {
        return Ok(());
    }
    let badge = match held.last_direction {
        Direction::Inbound => Badge::Waiting,
        Direction::Outbound => Badge::Replied,
    };
    store::conversations::set_status(tx, id, Status::Open, badge, None).await?;
    conversation::tell(tx, id);
    Ok(())
}

/// Somebody read it.
pub async fn mark_read(tx: &mut TenantTx, id: ConversationId) -> Result<(), ChangeError> {
    if store::conversations::mark_read(tx, id).await? {
        tx.signal("inbox-changed");
    }
    Ok(())
}
