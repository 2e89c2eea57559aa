//! Who answers: taking over, handing back, assigning, the AI switch.

use chrono::{DateTime, Utc};
use db::{DbError, TenantTx};
use kernel::{ConversationId, UserId};

use crate::conversation::{self, Badge, Conversation, EpochCause, Owner};
use crate::events::OwnerChanged;
use crate::message::Direction;
use crate::store;

/// Why a change was not made.
#[derive(Debug, thiserror::Error)]
pub enum ChangeError {
    /// No such conversation in this workspace.
    #[error("there is no such conversation")]
    NotFound,
    /// The person has no seat in this workspace.
    #[error("this person is not a member of the workspace")]
    NotAMember,
    /// The database.
    #[error("the change could not be stored")]
    Database(#[from] DbError),
}

/// A member answers from now on; the agent is silent.
pub async fn take_over(
    tx: &mut TenantTx,
    id: ConversationId,
    user: UserId,
    now: DateTime<Utc>,
) -> Result<(), ChangeError> {
    let held = held(tx, id).await?;
    store::conversations::set_assignee(tx, id, Some(user)).await?;
    if held.owner == Owner::Ai {
        change(tx, &held, Owner::Human, Some("take_over"), now).await?;
    }
    conversation::tell(tx, id);
    Ok(())
}

/// The agent asks for a person, and is silent until it is handed back. Gives the new epoch.
pub async fn hand_to_human(
    tx: &mut TenantTx,
    id: ConversationId,
    reason: &str,
    now: DateTime<Utc>,
) -> Result<i64, ChangeError> {
    let held = held(tx, id).await?;
    let epoch = change(tx, &held, Owner::Human, Some(reason), now).await?;
    store::conversations::set_badge(tx, id, Badge::Escalated).await?;
    conversation::tell(tx, id);
    Ok(epoch)
}

/// The agent answers again.
pub async fn hand_back(
    tx: &mut TenantTx,
    id: ConversationId,
    now: DateTime<Utc>,
) -> Result<(), ChangeError> {
    let held = held(tx, id).await?;
    store::conversations::set_assignee(tx, id, None).await?;
    if held.badge == Badge::Escalated {
        let badge = match held.last_direction {
            Direction::Inbound => Badge::Waiting,
            Direction::Outbound => Badge::Replied,
        };
        store::conversations::set_badge(tx, id, badge).await?;
    }
    if held.owner == Owner::Human {
        change(tx, &held, Owner::Ai, None, now).await?;
    }
    conversation::tell(tx, id);
    Ok(())
}

/// Gives the conversation to a member, or to nobody. Who answers does not change.
pub async fn assign(
    tx: &mut TenantTx,
    id: ConversationId,
    to: Option<UserId>,
) -> Result<(), ChangeError> {
    held(tx, id).await?;
    if let Some(user) = to
        && !store::conversations::is_member(tx, user).await?
    {
        return Err(ChangeError::NotAMember);
    }
    store::conversations::set_assignee(tx, id, to).await?;
    conversation::tell(tx, id);
    Ok(())
}

/// Switches the agent on or off in this conversation.
pub async fn set_ai(
    tx: &mut TenantTx,
    id: ConversationId,
    enabled: bool,
    now: DateTime<Utc>,
) -> Result<(), ChangeError> {
    let held = held(tx, id).await?;
    if held.ai_enabled == enabled {
        return Ok(());
    }
    store::conversations::set_ai(tx, id, enabled).await?;
    conversation::raise_epoch(tx, id, EpochCause::Owner, now).await?;
    if !enabled {
        channels::effects::cancel_pending(tx, id, "ai_switched_off", now).await?;
    }
    conversation::tell(tx, id);
    Ok(())
}

async fn change(
    tx: &mut TenantTx,
    held: &Conversation,
    owner: Owner,
    reason: Option<&str>,
    now: DateTime<Utc>,
) -> Result<i64, ChangeError> {
    store::conversations::set_owner(tx, held.id, owner, reason).await?;
    let epoch = conversation::raise_epoch(tx, held.id, EpochCause::Owner, now).await?;
    channels::effects::cancel_pending(tx, held.id, "owner_changed", now).await?;
    if held.owner != owner {
        tx.emit(&OwnerChanged {
            conversation: held.id,
            owner,
            at: now,
        })
        .await?;
    }
    Ok(epoch)
}

pub(crate) async fn held(
    tx: &mut TenantTx,
    id: ConversationId,
) -> Result<Conversation, ChangeError> {
    let held = conversation::lock(tx, id).await?;
    held.ok_or(ChangeError::NotFound)
}
