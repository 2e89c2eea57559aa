//! Taking in the comments of a webhook entry.
//!
//! The same entry can come again, and entries can come in any order: a comment that is known changes
//! nothing, and one that the business answered before it came is answered.

use channels::effects;
use channels::events::EntryReceived;
use chrono::{DateTime, Utc};
use db::{DbResult, TenantTx};
use kernel::{AccountId, CommentId};
use meta::read::{Comment as Told, EventKind, WebhookEvent};

use crate::comment::{self, State};
use crate::events::CommentReceived;
use crate::process::ProcessComment;
use crate::store::comments::New;
use crate::{progress, store};

/// A comment of the entry, with what stands together with it.
struct Item<'a> {
    event: &'a WebhookEvent,
    told: &'a Told,
    thread: String,
    at: DateTime<Utc>,
}

/// Takes in the comments of one entry. What stands together is held before anything of it is
/// touched, in one order for everybody.
pub async fn take_in(tx: &mut TenantTx, entry: &EntryReceived) -> DbResult<()> {
    let mut items = Vec::new();
    for event in &entry.events {
        let EventKind::Comment(told) = &event.kind else {
            continue;
        };
        let thread = thread_of(tx, entry.account, told).await?;
        // Nothing comes before it happened.
        let at = event
            .occurred_at()
            .map_or(entry.received_at, |told| told.min(entry.received_at));
        items.push(Item {
            event,
            told,
            thread,
            at,
        });
    }
    if items.is_empty() {
        return Ok(());
    }
    let threads: Vec<String> = items.iter().map(|item| item.thread.clone()).collect();
    store::comments::hold(tx, entry.account, &threads).await?;
    for item in &items {
        one(tx, entry, item).await?;
    }
    comment::tell(tx);
    Ok(())
}

/// Which thread a comment stands in.
async fn thread_of(tx: &mut TenantTx, account: AccountId, told: &Told) -> DbResult<String> {
    match &told.parent_id {
        Some(parent) => thread_below(tx, account, parent).await,
        None => Ok(told.id.clone()),
    }
}

/// The thread of whatever answers this comment. The platform attaches answers to the comment at the
/// top; one that names another is put with it all the same.
pub(crate) async fn thread_below(
    tx: &mut TenantTx,
    account: AccountId,
    parent: &str,
) -> DbResult<String> {
    let known = store::comments::thread_of(tx, account, parent).await?;
    Ok(known.unwrap_or_else(|| parent.to_owned()))
}

async fn one(tx: &mut TenantTx, entry: &EntryReceived, item: &Item<'_>) -> DbResult<()> {
    let (account, told) = (entry.account, item.told);
    if inbox::receive::is_erased(tx, item.event, item.at).await? {
        return Ok(());
    }
    let text = told.text.as_deref().unwrap_or_default();
    let (parent, at) = (told.parent_id.as_deref(), item.at);
    let ours = if told.own {
        effects::match_comment_reply(tx, account, &told.id, parent, text, at).await?
    } else {
        // A platform that names no author still names what we wrote.
        let ours = effects::is_ours(tx, account, &told.id).await?;
        if ours {
            return Ok(());
        }
        None
    };
    if ours.is_some() {
        return Ok(());
    }
    let post = match told.media.as_ref().and_then(|media| {
        let kind = media.product_type.as_deref().unwrap_or_default();
        Some((media.id.as_deref()?, kind))
    }) {
        Some((media, kind)) => Some(store::posts::ensure(tx, account, media, kind, at).await?),
        None => None,
    };
    let person = &item.event.person;
    let answered =
        !told.own && store::comments::answered_after(tx, account, &item.thread, at).await?;
    let new = New {
        id: CommentId::new(),
        account,
        post,
        external_id: &told.id,
        parent,
        thread: &item.thread,
        author_id: person.id.as_deref(),
        author_username: person.username.as_deref().unwrap_or_default(),
        text,
        live: told.live,
        own: told.own,
        written_at: at,
        received_at: entry.received_at,
        state: if told.own {
            State::Done
        } else {
            State::Waiting
        },
    };
    if !store::comments::insert(tx, &new).await? {
        return Ok(());
    }
    if told.own {
        let now = entry.received_at;
        return progress::natively_answered(tx, account, &item.thread, at, now).await;
    }
    if answered {
        store::comments::raise(tx, new.id, "native_reply").await?;
    }
    tx.emit(&CommentReceived { comment: new.id }).await?;
    let job = ProcessComment {
        comment: new.id,
        thread: item.thread.clone(),
    };
    tx.enqueue(&queue::job(&job, entry.received_at)?).await?;
    Ok(())
}

/// What is written on a lane of its own: the replies of a thread, one after the other.
pub(crate) fn lane(thread: &str) -> String {
    format!("comments/{thread}")
}
