//! Answering a comment in public: as the agent, as a person, or with the agent's draft.

use channels::effects::{self, EffectKind, NewEffect, ReplyComment, Request, subject_of};
use chrono::{DateTime, Utc};
use db::{DbError, DbResult, TenantTx};
use kernel::{CommentId, CommentReplyId, EffectId, UserId};
use serde::{Deserialize, Serialize};

pub use agent::comment::LONGEST_REPLY;

use crate::comment::{self, Comment, State};
use crate::receive::lane;
use crate::{progress, store};

/// Who answered.
#[derive(
    Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize, sqlx::Type, utoipa::ToSchema,
)]
#[serde(rename_all = "snake_case")]
#[sqlx(type_name = "text", rename_all = "snake_case")]
#[schema(as = CommentReplyAuthor)]
pub enum Author {
    /// The agent.
    Ai,
    /// A person.
    Human,
}

impl Author {
    /// The name in the database.
    pub const fn as_str(self) -> &'static str {
        match self {
            Self::Ai => "ai",
            Self::Human => "human",
        }
    }
}

/// How far a reply is.
#[derive(
    Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize, sqlx::Type, utoipa::ToSchema,
)]
#[serde(rename_all = "snake_case")]
#[sqlx(type_name = "text", rename_all = "snake_case")]
#[schema(as = CommentReplyState)]
pub enum ReplyState {
    /// It waits to be sent.
    Queued,
    /// It stands under the comment.
    Sent,
    /// It was not sent and will not be.
    Failed,
    /// Nobody knows.
    Unknown,
    /// It was withdrawn before it was sent.
    Cancelled,
}

impl ReplyState {
    /// The name in the database.
    pub const fn as_str(self) -> &'static str {
        match self {
            Self::Queued => "queued",
            Self::Sent => "sent",
            Self::Failed => "failed",
            Self::Unknown => "unknown",
            Self::Cancelled => "cancelled",
        }
    }
}

/// An answer of the business to a comment.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, utoipa::ToSchema)]
#[schema(as = CommentReply)]
pub struct Reply {
    /// Its id.
    pub id: CommentReplyId,
    /// The comment.
    pub comment_id: CommentId,
    /// Who answered.
    pub author: Author,
    /// The member who wrote or approved it.
    pub user_id: Option<UserId>,
    /// What it says.
    pub text: String,
    /// How far it is.
    pub state: ReplyState,
    /// What happened, for people; why it was withdrawn, as a stable key.
    pub error: Option<String>,
    /// The write to the platform.
    pub effect_id: EffectId,
    /// The platform's id.
    pub external_id: Option<String>,
    /// Since when it exists.
    pub created_at: DateTime<Utc>,
}

/// Why a comment was not answered.
#[derive(Debug, thiserror::Error)]
pub enum ReplyError {
    /// No such comment in this workspace.
    #[error("There is no such comment.")]
    NotFound,
    /// Nothing was written.
    #[error("Write an answer.")]
    Empty,
    /// More than the platform may take.
    #[error("At most 300 characters.")]
    TooLong,
    /// The platform takes no reply to it: a stable key says why.
    #[error("The platform takes no reply to this comment.")]
    Unanswerable(&'static str),
    /// There is no draft, or something happened since it was written.
    #[error("The draft is no longer current.")]
    Stale,
    /// The database.
    #[error("the reply could not be kept")]
    Database(#[from] DbError),
}

/// Checks words that are to be said in public.
fn checked(text: &str) -> Result<&str, ReplyError> {
    let text = text.trim();
    if text.is_empty() {
        Err(ReplyError::Empty)
    } else if text.chars().count() > LONGEST_REPLY {
        Err(ReplyError::TooLong)
    } else {
        Ok(text)
    }
}

async fn held(tx: &mut TenantTx, id: CommentId) -> Result<Comment, ReplyError> {
    let found = comment::lock(tx, id).await?;
    let found = found.filter(|it| !it.own).ok_or(ReplyError::NotFound)?;
    match found.unanswerable() {
        Some(why) => Err(ReplyError::Unanswerable(why)),
        None => Ok(found),
    }
}

/// A reply that is to be published.
pub(crate) struct Written<'a> {
    /// What it is called.
    pub(crate) id: CommentReplyId,
    pub(crate) author: Author,
    /// The member who wrote or approved it.
    pub(crate) user: Option<UserId>,
    pub(crate) text: &'a str,
}

impl<'a> Written<'a> {
    pub(crate) fn by_agent(text: &'a str) -> Self {
        Self {
            id: CommentReplyId::new(),
            author: Author::Ai,
            user: None,
            text,
        }
    }
}

/// Leaves a reply and its effect behind. The thread has to be held.
pub(crate) async fn create(
    tx: &mut TenantTx,
    to: &Comment,
    written: &Written<'_>,
    now: DateTime<Utc>,
) -> DbResult<CommentReplyId> {
    let turn = store::comments::next_reply(tx, to.id).await?;
    let effect = NewEffect {
        kind: EffectKind::ReplyComment,
        subject: subject_of(to.id, turn),
        account: to.account_id,
        lane: lane(&to.thread),
        conversation: None,
        message: None,
        // What a person wrote or approved is never yesterday's.
        epoch: written.user.is_none().then_some(to.epoch),
        request: Request::ReplyComment(ReplyComment {
            // The platform attaches what answers a reply to the comment at the top.
            comment: to.thread.clone(),
            text: written.text.to_owned(),
        }),
    };
    let effect = effects::create(tx, &effect, now).await?;
    let reply = Reply {
        id: written.id,
        comment_id: to.id,
        author: written.author,
        user_id: written.user,
        text: written.text.to_owned(),
        state: ReplyState::Queued,
        error: None,
        effect_id: effect,
        external_id: None,
        created_at: now,
    };
    store::replies::insert(tx, &reply, turn).await?;
    progress::move_to(tx, to, State::Answered, None, now).await?;
    comment::tell(tx);
    Ok(reply.id)
}

/// A person answers. What the agent had to say is not said any more. `once`: what the answer is to be
/// called; the same words with the same name again are the same answer, which is published once.
pub async fn by_hand(
    tx: &mut TenantTx,
    id: CommentId,
    user: UserId,
    text: &str,
    once: Option<CommentReplyId>,
    now: DateTime<Utc>,
) -> Result<CommentReplyId, ReplyError> {
    let text = checked(text)?;
    let comment = held(tx, id).await?;
    let known = match once {
        Some(once) => store::replies::load(tx, once).await?,
        None => None,
    };
    if let Some(known) = &known
        && known.comment_id == id
        && known.text == text
    {
        return Ok(known.id);
    }
    let written = Written {
        // Other words are another answer, whatever the form calls them.
        id: once
            .filter(|_| known.is_none())
            .unwrap_or_else(CommentReplyId::new),
        author: Author::Human,
        user: Some(user),
        text,
    };
    store::comments::raise(tx, id, "human_reply").await?;
    Ok(create(tx, &comment, &written, now).await?)
}

/// Sends the draft, with these words instead when `text` is given and differs.
pub async fn approve(
    tx: &mut TenantTx,
    id: CommentId,
    user: UserId,
    text: Option<&str>,
    now: DateTime<Utc>,
) -> Result<CommentReplyId, ReplyError> {
    let comment = held(tx, id).await?;
    let draft = comment
        .draft
        .clone()
        .filter(|_| comment.state == State::Suggested);
    let draft = draft.ok_or(ReplyError::Stale)?;
    let edited = text.filter(|text| text.trim() != draft.trim());
    let author = if edited.is_some() {
        Author::Human
    } else {
        Author::Ai
    };
    let written = Written {
        id: CommentReplyId::new(),
        author,
        user: Some(user),
        text: checked(edited.unwrap_or(&draft))?,
    };
    store::comments::raise(tx, id, "human_reply").await?;
    Ok(create(tx, &comment, &written, now).await?)
}

/// The draft is not wanted; a person should still look at the comment.
pub async fn discard(tx: &mut TenantTx, id: CommentId) -> Result<(), ReplyError> {
    let found = comment::lock(tx, id).await?;
    let found = found.filter(|it| !it.own).ok_or(ReplyError::NotFound)?;
    if found.state != State::Suggested {
        return Err(ReplyError::Stale);
    }
    // Whoever does this knows, so nobody has to be told.
    store::comments::set_state(tx, id, State::NeedsPerson, None).await?;
    comment::tell(tx);
    Ok(())
}

/// There is nothing to be answered.
pub async fn set_aside(
    tx: &mut TenantTx,
    id: CommentId,
    now: DateTime<Utc>,
) -> Result<(), ReplyError> {
    let found = comment::lock(tx, id).await?;
    let found = found.filter(|it| !it.own).ok_or(ReplyError::NotFound)?;
    store::comments::raise(tx, found.id, "set_aside").await?;
    progress::move_to(tx, &found, State::Done, None, now).await?;
    comment::tell(tx);
    Ok(())
}
