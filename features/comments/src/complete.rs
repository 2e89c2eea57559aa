//! What a webhook leaves out: the words of the post, and in old samples the author and the post itself.
//! The platform is asked with no transaction open; that it does not tell is fine.

use channels::accounts::{Told, account};
use db::{DbResult, Scope, TenantTx};
use kernel::CommentId;
use meta::client::{InstagramMedia, PastComment};

use crate::comment::{self, Comment};
use crate::post::{self, Post};
use crate::store::comments::Completed;
use crate::store::posts::Read;
use crate::{Comments, store};

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
                Told::This(told) => note_comment(&mut tx, &found, &told).await?,
                Told::Gone => store::comments::set_gone(&mut tx, id, self.clock.now()).await?,
                Told::Nothing => {}
            }
            if let Some(again) = comment::load(&mut tx, id).await? {
                found = again;
            }
            tx.commit().await?;
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
    now: chrono::DateTime<chrono::Utc>,
) -> DbResult<()> {
    let read = Read {
        kind: read.product_type.as_deref(),
        caption: read.caption.as_deref(),
        permalink: read.permalink.as_deref(),
    };
    store::posts::note_read(tx, post.id, &read, now).await
}

async fn note_comment(tx: &mut TenantTx, found: &Comment, told: &PastComment) -> DbResult<()> {
    let owner = account(tx, found.account_id).await?;
    let author = told.from.as_ref().map(|from| from.id.as_str());
    let by_id = |id: &str| owner.as_ref().is_some_and(|it| it.external_id == id);
    let by_name = |name: &str| owner.as_ref().is_some_and(|it| it.username == name);
    let username = told.username.as_deref();
    let own = match author {
        Some(id) => by_id(id),
        None => username.is_some_and(by_name),
    };
    let post = match &told.media_id {
        Some(media) => {
            let (account, at) = (found.account_id, found.written_at);
            Some(store::posts::ensure(tx, account, media, "", at).await?)
        }
        None => None,
    };
    let parent = told.parent_id.as_deref();
    let read = Completed {
        post,
        parent,
        thread: parent.unwrap_or(&found.thread),
        author_id: author,
        author_username: username,
        text: told.text.as_deref(),
        own,
    };
    store::comments::complete(tx, found.id, &read).await
}
