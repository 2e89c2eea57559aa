//! Recognising our own writes in what the platform tells us.

use chrono::{DateTime, Utc};
use db::{DbResult, TenantTx};
use kernel::{AccountId, ConversationId, EffectId};

use super::find_out::CLOCK_SLACK_SECONDS;
use super::{Effect, settle, store};

/// An echo that came before our own answer: the oldest effect of the lane that was attempted and
/// says the same is confirmed by it. With empty text the oldest picture is meant. An echo that
/// confirmed an effect before answers that effect again.
pub async fn match_echo(
    tx: &mut TenantTx,
    account: AccountId,
    lane: &str,
    text: &str,
    provider_id: &str,
    now: DateTime<Utc>,
) -> DbResult<Option<Effect>> {
    if let Some(known) = store::by_provider_id(tx, account, provider_id).await? {
        return store::load(tx, known).await;
    }
    match store::attempted_with_text(tx, account, lane, text).await? {
        Some(id) => settle::confirm(tx, id, Some(provider_id), now).await,
        None => Ok(None),
    }
}

/// A comment of the account itself: the reply of ours that has this id, or the oldest one under the
/// same comment that was attempted and says the same, which is confirmed by it. `at` is when the
/// platform says that it was written. None when it was written elsewhere, or while our reply is on
/// its way to a reply: the platform names the top comment then (see [`super::ReplyComment`]), and
/// the effect is confirmed by the platform's answer or list, with the id of this comment.
///
/// Whoever calls this holds the comment first, as [`crate::Channels::hold`] does.
pub async fn match_comment_reply(
    tx: &mut TenantTx,
    account: AccountId,
    comment: &str,
    parent: Option<&str>,
    text: &str,
    at: DateTime<Utc>,
) -> DbResult<Option<EffectId>> {
    if let Some(known) = store::by_provider_id(tx, account, comment).await? {
        return Ok(Some(known));
    }
    let Some(parent) = parent else {
        return Ok(None);
    };
    let since = at + chrono::Duration::seconds(CLOCK_SLACK_SECONDS);
    let Some(id) = store::attempted_reply(tx, account, parent, text, since).await? else {
        return Ok(None);
    };
    let confirmed = settle::confirm(tx, id, Some(comment), at).await?;
    Ok(confirmed.map(|effect| effect.id))
}

/// A WhatsApp status that carries our effect's id (`biz_opaque_callback_data`) proves that it was
/// sent. Answers the effect, confirmed now or before; none when the text is no effect of ours.
pub async fn confirm_by_callback(
    tx: &mut TenantTx,
    effect_id: &str,
    provider_id: &str,
    now: DateTime<Utc>,
) -> DbResult<Option<Effect>> {
    let Ok(id) = effect_id.parse::<EffectId>() else {
        return Ok(None);
    };
    match settle::confirm(tx, id, Some(provider_id), now).await? {
        Some(effect) => Ok(Some(effect)),
        None => store::load(tx, id).await,
    }
}

/// The conversation of the effect whose id a WhatsApp status carries.
pub async fn conversation_of_callback(
    tx: &mut TenantTx,
    effect_id: &str,
) -> DbResult<Option<ConversationId>> {
    let Ok(id) = effect_id.parse::<EffectId>() else {
        return Ok(None);
    };
    let effect = store::load(tx, id).await?;
    Ok(effect.and_then(|effect| effect.conversation))
}

/// Whether one of our effects has this platform id.
pub async fn is_ours(tx: &mut TenantTx, account: AccountId, provider_id: &str) -> DbResult<bool> {
    Ok(store::by_provider_id(tx, account, provider_id)
        .await?
        .is_some())
}
