//! Drafts of the agent that wait for a person.

use chrono::{DateTime, Utc};
use db::{DbResult, TenantTx};
use kernel::{ConversationId, MessageId, RunId, UserId};
use serde::{Deserialize, Serialize};

use crate::conversation::{self, Badge};
use crate::message::Author;
use crate::reply::{self, Draft, ReplyError};
use crate::store;

/// What became of a draft.
#[derive(
    Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize, sqlx::Type, utoipa::ToSchema,
)]
#[serde(rename_all = "snake_case")]
#[sqlx(type_name = "text", rename_all = "snake_case")]
pub enum SuggestionState {
    /// It waits.
    Open,
    /// Sent as it was.
    Approved,
    /// Sent after a person changed it.
    Edited,
    /// Not wanted.
    Dismissed,
    /// The conversation moved on.
    Stale,
}

impl SuggestionState {
    /// The name in the database.
    pub const fn as_str(self) -> &'static str {
        match self {
            Self::Open => "open",
            Self::Approved => "approved",
            Self::Edited => "edited",
            Self::Dismissed => "dismissed",
            Self::Stale => "stale",
        }
    }
}

/// A draft. A run makes at most one, so the run's id is the draft's.
#[derive(Clone, Debug, PartialEq, Serialize, utoipa::ToSchema)]
pub struct Suggestion {
    /// The run that wrote it, and its own id.
    pub id: RunId,
    /// The conversation.
    pub conversation_id: ConversationId,
    /// The epoch it was written for.
    pub epoch: i64,
    /// What would be sent.
    pub text: String,
    /// What it rests on, as the agent recorded it.
    pub sources: serde_json::Value,
    /// How sure the agent is, 0 to 1.
    pub confidence: f32,
    /// What became of it.
    pub state: SuggestionState,
    /// When it was written.
    pub created_at: DateTime<Utc>,
}

/// A draft to be shown.
#[derive(Clone, Debug)]
pub struct Offer<'a> {
    /// The conversation.
    pub conversation: ConversationId,
    /// The run that wrote it.
    pub run: RunId,
    /// The epoch it was written for.
    pub epoch: i64,
    /// What would be sent.
    pub text: &'a str,
    /// What it rests on.
    pub sources: serde_json::Value,
    /// How sure the agent is, 0 to 1.
    pub confidence: f32,
}

/// Shows a draft to people, if nothing happened since it was begun. It replaces an open one.
pub async fn offer(
    tx: &mut TenantTx,
    offer: Offer<'_>,
    now: DateTime<Utc>,
) -> Result<(), ReplyError> {
    let held = reply::held(tx, offer.conversation).await?;
    if held.epoch != offer.epoch {
        return Err(ReplyError::Stale);
    }
    store::suggestions::make_stale(tx, held.id, now).await?;
    let new = Suggestion {
        id: offer.run,
        conversation_id: held.id,
        epoch: offer.epoch,
        text: offer.text.to_owned(),
        sources: offer.sources,
        confidence: offer.confidence,
        state: SuggestionState::Open,
        created_at: now,
    };
    store::suggestions::insert(tx, &new).await?;
    store::conversations::set_badge(tx, held.id, Badge::Suggested).await?;
    conversation::tell(tx, held.id);
    Ok(())
}

/// The draft that waits in a conversation.
pub async fn open(tx: &mut TenantTx, id: ConversationId) -> DbResult<Option<Suggestion>> {
    store::suggestions::open(tx, id).await
}

/// Sends the draft, with these words instead when `text` is given and differs.
pub async fn approve(
    tx: &mut TenantTx,
    id: RunId,
    user: UserId,
    text: Option<&str>,
    now: DateTime<Utc>,
) -> Result<Vec<MessageId>, ReplyError> {
    let found = store::suggestions::load(tx, id).await?;
    let found = found.ok_or(ReplyError::NotFound)?;
    let held = reply::held(tx, found.conversation_id).await?;
    // Looked at again under the lock.
    let found = store::suggestions::load(tx, id).await?;
    let found = found.ok_or(ReplyError::NotFound)?;
    if found.state != SuggestionState::Open || found.epoch != held.epoch {
        return Err(ReplyError::Stale);
    }
    let edited = text.filter(|text| text.trim() != found.text.trim());
    let (author, state) = match edited {
        Some(_) => (Author::Human, SuggestionState::Edited),
        None => (Author::Ai, SuggestionState::Approved),
    };
    store::suggestions::decide(tx, id, state, user, now).await?;
    let draft = Draft {
        author,
        user: Some(user),
        run: Some(id),
        guarded: true,
        human_agent: None,
        first: None,
    };
    let words = edited.unwrap_or(&found.text);
    let badge = if edited.is_some() {
        Badge::Replied
    } else {
        Badge::AiReplied
    };
    reply::drafted(tx, &held, &draft, words, badge, now).await
}

/// The draft is wanted after all, as long as nothing happened in the conversation since.
pub async fn restore(tx: &mut TenantTx, id: RunId) -> Result<(), ReplyError> {
    let found = store::suggestions::load(tx, id).await?;
    let found = found.ok_or(ReplyError::NotFound)?;
    let held = reply::held(tx, found.conversation_id).await?;
    if found.epoch != held.epoch || !store::suggestions::restore(tx, id).await? {
        return Err(ReplyError::Stale);
    }
    if held.badge == Badge::Waiting {
        store::conversations::set_badge(tx, held.id, Badge::Suggested).await?;
    }
    conversation::tell(tx, held.id);
    Ok(())
}

/// The draft is not wanted; the customer still waits.
pub async fn dismiss(
    tx: &mut TenantTx,
    id: RunId,
    user: UserId,
    now: DateTime<Utc>,
) -> Result<(), ReplyError> {
    let found = store::suggestions::load(tx, id).await?;
    let found = found.ok_or(ReplyError::NotFound)?;
    let held = conversation::lock(tx, found.conversation_id).await?;
    store::suggestions::decide(tx, id, SuggestionState::Dismissed, user, now).await?;
    if held.is_some_and(|held| held.badge == Badge::Suggested) {
        store::conversations::set_badge(tx, found.conversation_id, Badge::Waiting).await?;
    }
    conversation::tell(tx, found.conversation_id);
    Ok(())
}
