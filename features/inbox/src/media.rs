//! Files of messages: fetched from the platform once, kept, and handed over to whoever may read the
//! message. A platform's token or link never reaches a page.

mod kinds;

use blob::{BlobError, InvalidKey, Key};
use bytes::Bytes;
use channels::media::{MediaError, MediaPlace};
use chrono::TimeDelta;
use db::{DbError, Scope};
use kernel::{MediaId, MessageId, UserId};
use sha2::{Digest, Sha256};
use tokio::sync::Semaphore;

use crate::details::Source;
use crate::message::Message;
use crate::store::media::NewMedia;
use crate::{Inbox, store};

pub(crate) use kinds::{Shown, kind_of, shown};

/// The largest file that is fetched and kept, in bytes.
pub const LARGEST: u64 = 32 * 1024 * 1024;

/// How many files are fetched at a time by this process.
static FETCHES: Semaphore = Semaphore::const_new(8);

/// The forms of pictures that models know.
const SEEN: [&str; 4] = ["image/png", "image/jpeg", "image/webp", "image/gif"];

/// How long a file without a message is kept.
const UNUSED: TimeDelta = TimeDelta::hours(24);

/// After this a file that could not be removed is tried again.
const AGAIN: TimeDelta = TimeDelta::minutes(10);

/// A file, ready to be handed over.
pub(crate) struct File {
    /// What it is by its content, not by what anybody states.
    pub(crate) media_type: String,
    pub(crate) bytes: Bytes,
    pub(crate) sha256: String,
    /// Its name as stated: untrusted.
    pub(crate) filename: Option<String>,
}

/// Why a file is not handed over.
#[derive(Debug, thiserror::Error)]
pub enum OpenError {
    /// No such message, or it has no such file, or it was taken back.
    #[error("there is no such file")]
    NotFound,
    /// The platform.
    #[error(transparent)]
    Platform(#[from] MediaError),
    /// The blob store.
    #[error("the file could not be read")]
    Blob(#[from] BlobError),
    /// Its id can't be part of a key.
    #[error("the file has no place in the blob store")]
    Key(#[from] InvalidKey),
    /// The database.
    #[error("the file could not be looked up")]
    Database(#[from] DbError),
}

/// The file at a place of a message; fetched from the platform when it is not kept yet.
pub(crate) async fn open(
    inbox: &Inbox,
    scope: &Scope,
    message: MessageId,
    place: i32,
) -> Result<File, OpenError> {
    let mut tx = inbox.db.tenant(scope).await?;
    let found = store::messages::load(&mut tx, message).await?;
    let found = found.filter(|message| message.deleted_at.is_none());
    let message = found.ok_or(OpenError::NotFound)?;
    let source = message.parts().source(place).ok_or(OpenError::NotFound)?;
    let kept = store::media::at(&mut tx, message.id, place).await?;
    drop(tx);
    let Some(kept) = kept else {
        return fetch(inbox, scope, &message, place, source).await;
    };
    if kept.gone {
        return Err(MediaError::Gone.into());
    }
    let key = key(scope, kept.id)?;
    Ok(File {
        media_type: kept.media_type,
        bytes: inbox.blobs.get(&key).await?,
        sha256: kept.sha256,
        filename: source.filename,
    })
}

/// A picture that a model can be shown.
#[derive(Clone, Debug)]
pub struct Picture {
    /// What it is by its content, such as `image/png`.
    pub media_type: String,
    /// Its content.
    pub bytes: Bytes,
}

/// The pictures of a message in forms that models know, of at most so many bytes each. What can't be
/// had is left out and logged.
pub async fn pictures(
    inbox: &Inbox,
    scope: &Scope,
    message: MessageId,
    most: i32,
    largest: usize,
) -> Vec<Picture> {
    let mut pictures = Vec::new();
    for place in 0..most {
        match open(inbox, scope, message, place).await {
            Ok(file) if SEEN.contains(&file.media_type.as_str()) && file.bytes.len() <= largest => {
                pictures.push(Picture {
                    media_type: file.media_type,
                    bytes: file.bytes,
                });
            }
            Ok(_) => {}
            Err(OpenError::NotFound) => break,
            Err(error) => tracing::warn!(%message, %error, "a picture can't be shown to the model"),
        }
    }
    pictures
}

async fn fetch(
    inbox: &Inbox,
    scope: &Scope,
    message: &Message,
    place: i32,
    source: Source,
) -> Result<File, OpenError> {
    if source.file.is_some() {
        // A file of ours that is kept nowhere: it was removed.
        return Err(OpenError::NotFound);
    }
    let _turn = FETCHES.acquire().await;
    let wanted = MediaPlace {
        message: message.external_id.clone(),
        index: usize::try_from(place).ok(),
        media_id: source.media_id,
        url: source.url,
    };
    let most = usize::try_from(LARGEST).unwrap_or(usize::MAX);
    let channels = &inbox.channels;
    let fetched = channels
        .fetch_media(scope, message.account_id, &wanted, most)
        .await;
    if let Err(MediaError::Gone) = fetched {
        let mut tx = inbox.db.tenant(scope).await?;
        store::media::note_gone(&mut tx, message.id, place, inbox.clock.now()).await?;
        tx.commit().await?;
    }
    let bytes = fetched?.bytes;
    let media_type = kind_of(&bytes);
    let (id, sha256) = keep(inbox, scope, &bytes, media_type, None).await?;
    let mut tx = inbox.db.tenant(scope).await?;
    store::media::attach(&mut tx, id, message.id, place).await?;
    tx.commit().await?;
    Ok(File {
        media_type: media_type.to_owned(),
        bytes,
        sha256,
        filename: source.filename,
    })
}

/// Keeps a file for the time being: first a row, then the content.
pub(crate) async fn keep(
    inbox: &Inbox,
    scope: &Scope,
    bytes: &Bytes,
    media_type: &str,
    by: Option<UserId>,
) -> Result<(MediaId, String), OpenError> {
    let id = MediaId::new();
    let sha256 = hex::encode(Sha256::digest(bytes));
    let now = inbox.clock.now();
    let new = NewMedia {
        id,
        media_type,
        size: i64::try_from(bytes.len()).unwrap_or(i64::MAX),
        sha256: &sha256,
        by,
        keep_until: now + UNUSED,
        now,
    };
    let mut tx = inbox.db.tenant(scope).await?;
    store::media::reserve(&mut tx, &new).await?;
    tx.commit().await?;
    inbox.blobs.put(&key(scope, id)?, bytes.clone()).await?;
    Ok((id, sha256))
}

fn key(scope: &Scope, id: MediaId) -> Result<Key, InvalidKey> {
    channels::handed::key(scope.workspace(), id)
}

/// Removes the files that no message has any more; how many. One that can't be removed is tried again
/// later and keeps none of the others: the first such failure is told when all were tried.
pub async fn sweep(inbox: &Inbox) -> Result<usize, OpenError> {
    const AT_ONCE: i64 = 100;
    let mut system = inbox.db.system().await?;
    let unused = system.unused_media(inbox.clock.now(), AT_ONCE).await?;
    system.commit().await?;
    let mut failed = None;
    for (scope, id) in &unused {
        let removed = remove(inbox, scope, *id).await;
        let mut tx = inbox.db.tenant(scope).await?;
        match removed {
            Ok(()) => store::media::forget(&mut tx, *id).await?,
            Err(error) => {
                tracing::warn!(media = %id, %error, "a file that nobody needs can't be removed");
                failed.get_or_insert(error);
                store::media::put_off(&mut tx, *id, inbox.clock.now() + AGAIN).await?;
            }
        }
        tx.commit().await?;
    }
    failed.map_or(Ok(unused.len()), Err)
}

async fn remove(inbox: &Inbox, scope: &Scope, id: MediaId) -> Result<(), OpenError> {
    Ok(inbox.blobs.delete(&key(scope, id)?).await?)
}
