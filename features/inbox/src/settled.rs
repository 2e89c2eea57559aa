//! What became of an answer.

use channels::events::{EffectSettled, Outcome};
use db::{DbResult, TenantTx};
use kernel::{AccountId, MessageId};

use crate::conversation::{self, Badge};
use crate::message::{Author, Message, MessageState};
use crate::receive::update;
use crate::store;

/// Shows in the thread what became of an effect.
pub async fn apply(tx: &mut TenantTx, settled: &EffectSettled) -> DbResult<()> {
    let effect = &settled.effect;
    let Some(id) = effect.message else {
        return Ok(());
    };
    let Some(message) = store::messages::load(tx, id).await? else {
        return Ok(());
    };
    match &settled.outcome {
        Outcome::Confirmed { provider_id } => {
            move_to(tx, &message, MessageState::Sent, None).await?;
            if let Some(provider_id) = provider_id {
                known_as(tx, id, effect.account, provider_id).await?;
            }
        }
        Outcome::Failed { sentence, .. } => {
            move_to(tx, &message, MessageState::Failed, Some(sentence)).await?;
            store::conversations::set_badge(tx, message.conversation_id, Badge::Failed).await?;
        }
        Outcome::Unknown => move_to(tx, &message, MessageState::Unknown, None).await?,
        Outcome::Cancelled { reason } => {
            move_to(tx, &message, MessageState::Cancelled, Some(reason)).await?;
            let thread = message.conversation_id;
            let held = conversation::load(tx, thread).await?;
            if held.is_some_and(|held| held.badge == Badge::AiReplied) {
                store::conversations::set_badge(tx, thread, Badge::Waiting).await?;
            }
        }
        Outcome::Resting => {
            move_to(tx, &message, MessageState::Unknown, None).await?;
            store::conversations::set_badge(tx, message.conversation_id, Badge::Failed).await?;
        }
        Outcome::Revived => {
            let state = MessageState::Queued;
            store::messages::set_state(tx, id, state, message.sent_at, None).await?;
            let thread = message.conversation_id;
            let held = conversation::load(tx, thread).await?;
            if held.is_some_and(|held| held.badge == Badge::Failed) {
                let badge = match message.author {
                    Author::Ai => Badge::AiReplied,
                    _ => Badge::Replied,
                };
                store::conversations::set_badge(tx, thread, badge).await?;
            }
        }
        Outcome::Waiting { .. } => {
            let open = matches!(
                message.state,
                MessageState::Queued | MessageState::Sending | MessageState::Unknown
            );
            if open {
                let state = MessageState::Queued;
                store::messages::set_state(tx, id, state, message.sent_at, None).await?;
            }
        }
    }
    let resting = matches!(settled.outcome, Outcome::Resting).then_some(effect.id);
    store::messages::set_resting(tx, id, resting).await?;
    conversation::tell(tx, message.conversation_id);
    Ok(())
}

async fn move_to(
    tx: &mut TenantTx,
    message: &Message,
    state: MessageState,
    error: Option<&str>,
) -> DbResult<()> {
    if !message.state.moves_to(state) {
        return Ok(());
    }
    store::messages::set_state(tx, message.id, state, message.sent_at, error).await
}

/// The platform's id of our message is known: an echo that was taken for somebody else's becomes
/// one with it, and what came early is applied.
async fn known_as(
    tx: &mut TenantTx,
    id: MessageId,
    account: AccountId,
    external_id: &str,
) -> DbResult<()> {
    let twin = store::messages::by_external(tx, account, external_id).await?;
    let twin = twin.filter(|twin| twin.id != id);
    if let Some(twin) = &twin {
        store::messages::delete(tx, twin.id).await?;
    }
    store::messages::set_external(tx, id, account, external_id).await?;
    if let Some(twin) = &twin
        && MessageState::Sent.moves_to(twin.state)
    {
        let at = twin.read_at.or(twin.delivered_at).unwrap_or(twin.sent_at);
        let error = twin.error.as_deref();
        store::messages::set_state(tx, id, twin.state, at, error).await?;
    }
    update::apply_early(tx, account, external_id).await
}
