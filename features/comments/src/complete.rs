//! What a webhook leaves out: the words of the post, and in old samples the author and the post itself.
//! The platform is asked with no transaction open; that it does not tell is fine.

use channels::accounts::{Account, Told, account};
use channels::effects;
use chrono::{DateTime, Utc};
use db::{DbResult, Scope, TenantTx};
use kernel::CommentId;
use meta::client::{InstagramMedia, PastComment};

use crate::comment;
use crate::post::{self, Post};
use crate::store::completed::Completed;
use crate::store::posts::Read;
use crate::{Comments, progress, receive, store};

impl Comments {
    /// Asks the platform for what is not known yet of a comment and of its post.
    pub(crate) async fn complete(&self, scope: &Scope, id: CommentId) -> DbResult<()> {
        let mut tx = self.db.tenant(scope).await?;
        let found = comment::load(&mut tx, id).await?;
        drop(tx);
        let Some(mut found) = found.filter(|found| !found.own) else {
            return Ok(());
        };
        if found.author_id.is_none() || found.post_id.is_none() {
            let (account, external) = (found.account_id, found.external_id.as_str());
            let told = self.channels.read_comment(scope, account, external).await?;
            let mut tx = self.db.tenant(scope).await?;
            match told {
                Told::This(told) => note_comment(&mut tx, id, &told, self.clock.now()).await?,
                Told::Gone => store::comments::set_gone(&mut tx, id, self.clock.now()).await?,
                Told::Nothing => {}
            }
            let again = comment::load(&mut tx, id).await?;
            tx.commit().await?;
            match again {
                Some(again) => found = again,
                None => return Ok(()),
            }
        }
        let Some(post) = found.post_id else {
            return Ok(());
        };
        let mut tx = self.db.tenant(scope).await?;
        let post = post::load(&mut tx, post).await?;
        drop(tx);
        let Some(post) = post.filter(|post| post.read_at.is_none()) else {
            return Ok(());
        };
        let told = self
            .channels
            .read_post(scope, post.account_id, &post.external_id);
        let read = match told.await? {
            Told::This(told) => told,
            // It will not be told later either.
            Told::Gone => InstagramMedia::default(),
            Told::Nothing => return Ok(()),
        };
        let mut tx = self.db.tenant(scope).await?;
        note_post(&mut tx, &post, &read, self.clock.now()).await?;
        tx.commit().await
    }
}

async fn note_post(
    tx: &mut TenantTx,
    post: &Post,
    read: &InstagramMedia,
    now: DateTime<Utc>,
) -> DbResult<()> {
    let read = Read {
        kind: read.product_type.as_deref(),
        caption: read.caption.as_deref(),
        permalink: read.permalink.as_deref(),
    };
    store::posts::note_read(tx, post.id, &read, now).await
}

/// Fills in what is told of a comment, with what it stands together with held, before and from now on.
/// Only now it may show that somebody of the business wrote it, or answered it, or that its author was
/// erased: what follows from that is what would have followed at once.
async fn note_comment(
    tx: &mut TenantTx,
    id: CommentId,
    told: &PastComment,
    now: DateTime<Utc>,
) -> DbResult<()> {
    let Some(found) = comment::load(tx, id).await? else {
        return Ok(());
    };
    let account_id = found.account_id;
    let at = told
        .created_at
        .map_or(found.written_at, |at| at.min(found.written_at));
    let parent = told.parent_id.as_deref();
    let thread = match parent {
        Some(parent) => receive::thread_below(tx, account_id, parent).await?,
        None => found.thread.clone(),
    };
    store::comments::hold(tx, account_id, &[found.thread, thread.clone()]).await?;
    let Some(found) = comment::load(tx, id).await?.filter(|it| !it.own) else {
        return Ok(());
    };
    let owner = account(tx, account_id).await?;
    let author = told.from.as_ref().map(|from| from.id.as_str());
    let own = owner.as_ref().is_some_and(|owner| is_by(owner, told));
    if let (Some(author), Some(owner), false) = (author, &owner, own)
        && inbox::erase::was_erased(tx, &owner.external_id, author, at).await?
    {
        return store::completed::forget(tx, id).await;
    }
    let text = told.text.as_deref();
    let external = &found.external_id;
    if own {
        let text = text.unwrap_or(&found.text);
        let ours = effects::match_comment_reply(tx, account_id, external, parent, text, at);
        if ours.await?.is_some() {
            return store::completed::forget(tx, id).await;
        }
    }
    let post = match &told.media_id {
        Some(media) => Some(store::posts::ensure(tx, account_id, media, "", at).await?),
        None => None,
    };
    let read = Completed {
        post,
        parent,
        thread: &thread,
        author_id: author,
        author_username: told.username.as_deref(),
        text,
        own,
    };
    store::completed::complete(tx, id, &read).await?;
    if own {
        return progress::natively_answered(tx, account_id, &thread, at, now).await;
    }
    if store::comments::answered_after(tx, account_id, &thread, at).await? {
        store::comments::raise(tx, id, "native_reply").await?;
    }
    Ok(())
}

/// Whether the account wrote it: by its id or, when none is told, by its name.
fn is_by(owner: &Account, told: &PastComment) -> bool {
    match &told.from {
        Some(from) => from.id == owner.external_id,
        None => told
            .username
            .as_deref()
            .is_some_and(|name| name.eq_ignore_ascii_case(&owner.username)),
    }
}
