//! New messages: the customer's, and those of somebody in the platform's own app.

use chrono::{DateTime, Utc};
use db::{DbResult, TenantTx};
use kernel::{ConversationId, MessageId};
use meta::read::Message;

use super::content::{self, Content};
use super::{Entry, update};
use crate::conversation::{self, Badge, EpochCause, Owner};
use crate::events::{MessageReceived, NativeReplied, OwnerChanged};
use crate::message::{Author, Direction, MessageState};
use crate::preview::Line;
use crate::store;
use crate::store::conversations::Inbound;
use crate::store::messages::NewMessage;

/// The customer wrote. What is known already changes nothing; history is shown and not answered.
/// Only what raised the epoch waits for a decision, so it keeps that epoch.
pub(crate) async fn inbound(
    tx: &mut TenantTx,
    about: &Entry,
    thread: ConversationId,
    content: &Content,
    at: DateTime<Utc>,
    standby: bool,
    history: bool,
) -> DbResult<()> {
    if history {
        return match insert(tx, about, thread, content, Author::Customer, at).await? {
            Some(_) => waited(tx, about, content).await,
            None => Ok(()),
        };
    }
    let new = NewMessage {
        epoch: None,
        ..as_new(about, thread, content, Author::Customer, at)
    };
    if !store::messages::insert(tx, &new).await? {
        return Ok(());
    }
    let inbound = Inbound {
        at,
        line: &Line::of(&content.kind, &content.text, &content.details),
        standby,
    };
    store::suggestions::make_stale(tx, thread, about.received_at).await?;
    let epoch = store::conversations::note_inbound(tx, thread, &inbound).await?;
    tx.emit(&MessageReceived {
        conversation: thread,
        message: new.id,
        epoch,
        text_present: !content.text.trim().is_empty(),
    })
    .await?;
    // What answers the words before these is yesterday's; it would also hold up the next one.
    channels::effects::cancel_pending(tx, thread, "superseded", about.received_at).await?;
    waited(tx, about, content).await
}

/// Something to be shown in the thread that nobody has to answer.
pub(crate) async fn note(
    tx: &mut TenantTx,
    about: &Entry,
    thread: ConversationId,
    content: &Content,
    at: DateTime<Utc>,
) -> DbResult<()> {
    insert(tx, about, thread, content, Author::Customer, at).await?;
    Ok(())
}

/// The business wrote: one of our own calls coming back, or somebody in the platform's app, who
/// has the conversation from then on.
pub(crate) async fn echo(
    tx: &mut TenantTx,
    about: &Entry,
    thread: ConversationId,
    message: &Message,
    at: DateTime<Utc>,
) -> DbResult<()> {
    let content = content::message(message);
    let known = store::messages::by_external(tx, about.account, &message.id).await?;
    if known.is_some() || channels::effects::is_ours(tx, about.account, &message.id).await? {
        return Ok(());
    }
    let history = message.history.is_some();
    let lane = thread.to_string();
    if !history {
        let ours = channels::effects::match_echo(
            tx,
            about.account,
            &lane,
            &content.text,
            &message.id,
            about.received_at,
        )
        .await?;
        if ours.is_some() {
            return waited(tx, about, &content).await;
        }
    }
    let Some(id) = insert(tx, about, thread, &content, Author::Native, at).await? else {
        return Ok(());
    };
    if !history {
        let before = conversation::load(tx, thread).await?;
        store::conversations::set_owner(tx, thread, Owner::Human, Some("native_reply")).await?;
        store::conversations::set_badge(tx, thread, Badge::Replied).await?;
        store::conversations::mark_read(tx, thread).await?;
        let cause = EpochCause::NativeReply;
        conversation::raise_epoch(tx, thread, cause, about.received_at).await?;
        channels::effects::cancel_pending(tx, thread, "native_reply", about.received_at).await?;
        tx.emit(&NativeReplied {
            conversation: thread,
            message: id,
        })
        .await?;
        if before.is_some_and(|before| before.owner != Owner::Human) {
            tx.emit(&OwnerChanged {
                conversation: thread,
                owner: Owner::Human,
                at: about.received_at,
            })
            .await?;
        }
    }
    waited(tx, about, &content).await
}

/// Stores a message that nobody has to decide about; none when it is known.
async fn insert(
    tx: &mut TenantTx,
    about: &Entry,
    thread: ConversationId,
    content: &Content,
    author: Author,
    at: DateTime<Utc>,
) -> DbResult<Option<MessageId>> {
    let new = as_new(about, thread, content, author, at);
    if !store::messages::insert(tx, &new).await? {
        return Ok(None);
    }
    let line = Line::of(&content.kind, &content.text, &content.details);
    store::conversations::note_message(tx, thread, at, &line, new.direction).await?;
    Ok(Some(new.id))
}

fn as_new<'a>(
    about: &Entry,
    thread: ConversationId,
    content: &'a Content,
    author: Author,
    at: DateTime<Utc>,
) -> NewMessage<'a> {
    let (direction, state) = match author {
        Author::Customer => (Direction::Inbound, MessageState::Received),
        _ => (Direction::Outbound, MessageState::Sent),
    };
    NewMessage {
        id: MessageId::new(),
        conversation: thread,
        account: about.account,
        direction,
        author,
        user: None,
        kind: &content.kind,
        text: &content.text,
        details: content.details.clone(),
        external_id: content.external_id.as_deref(),
        reply_to: content.reply_to.as_deref(),
        sent_at: at,
        state,
        run: None,
        epoch: Some(0),
        now: about.received_at,
    }
}

/// Applies what came before the message did.
async fn waited(tx: &mut TenantTx, about: &Entry, content: &Content) -> DbResult<()> {
    match &content.external_id {
        Some(external_id) => update::apply_early(tx, about.account, external_id).await,
        None => Ok(()),
    }
}
