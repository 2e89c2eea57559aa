//! Answering a comment: as the agent, as a person, or with the agent's draft.

use channels::effects::{self, EffectKind, NewEffect, ReplyComment, Request, subject_of};
use chrono::{DateTime, Utc};
use db::{DbResult, TenantTx};
use kernel::{CommentId, CommentReplyId, UserId};

use crate::comment::{self, Comment, State};
use crate::receive::lane;
use crate::reply::{Author, LONGEST_REPLY, Reply, ReplyError, ReplyState};
use crate::{progress, store};

/// Words as they are kept and sent: a browser's form ends its lines in a way of its own.
fn lines(text: &str) -> String {
    text.replace("\r\n", "\n")
        .replace('\r', "\n")
        .trim()
        .to_owned()
}

/// Checks words that are to be said in public.
fn checked(text: &str) -> Result<String, ReplyError> {
    let text = lines(text);
    if text.is_empty() {
        Err(ReplyError::Empty)
    } else if text.chars().count() > LONGEST_REPLY {
        Err(ReplyError::TooLong)
    } else {
        Ok(text)
    }
}

/// Somebody's comment, with what stands together with it held until the transaction ends.
pub(crate) async fn held(tx: &mut TenantTx, id: CommentId) -> Result<Comment, ReplyError> {
    let found = comment::lock(tx, id).await?;
    found.filter(|it| !it.own).ok_or(ReplyError::NotFound)
}

/// The same, where the platform takes a reply.
async fn answerable(tx: &mut TenantTx, id: CommentId) -> Result<Comment, ReplyError> {
    let found = held(tx, id).await?;
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

/// Leaves a person's reply behind. What the agent had to say to its author is not said any more.
async fn publish(
    tx: &mut TenantTx,
    to: &Comment,
    written: &Written<'_>,
    now: DateTime<Utc>,
) -> DbResult<CommentReplyId> {
    store::comments::raise(tx, to.id, "human_reply").await?;
    store::comments::raise_beside(tx, to).await?;
    create(tx, to, written, now).await
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
    let comment = answerable(tx, id).await?;
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
        text: &text,
    };
    Ok(publish(tx, &comment, &written, now).await?)
}

/// Sends the draft, with these words instead when `text` is given and differs.
pub async fn approve(
    tx: &mut TenantTx,
    id: CommentId,
    user: UserId,
    text: Option<&str>,
    now: DateTime<Utc>,
) -> Result<CommentReplyId, ReplyError> {
    let comment = answerable(tx, id).await?;
    let draft = comment
        .draft
        .clone()
        .filter(|_| comment.state == State::Suggested);
    let draft = draft.ok_or(ReplyError::Stale)?;
    let edited = text.filter(|text| lines(text) != lines(&draft));
    let author = if edited.is_some() {
        Author::Human
    } else {
        Author::Ai
    };
    let words = checked(edited.unwrap_or(&draft))?;
    let written = Written {
        id: CommentReplyId::new(),
        author,
        user: Some(user),
        text: &words,
    };
    Ok(publish(tx, &comment, &written, now).await?)
}

/// The draft is not wanted; a person should still look at the comment.
pub async fn discard(tx: &mut TenantTx, id: CommentId) -> Result<(), ReplyError> {
    let found = held(tx, id).await?;
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
    let found = held(tx, id).await?;
    store::comments::raise(tx, found.id, "set_aside").await?;
    progress::move_to(tx, &found, State::Done, None, now).await?;
    comment::tell(tx);
    Ok(())
}
