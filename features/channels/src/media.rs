//! Files that customers sent, fetched from the platforms.

use db::{DbError, DbResult, Scope};
use kernel::{AccountId, Platform};
use meta::client::{Media, TransportError};
use meta::{Access, CallError, ErrorClass};

use crate::Channels;
use crate::accounts::{AccountState, account};

/// Where a file is.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct MediaPlace {
    /// The platform's id of the message, to ask for a fresh link.
    pub message: Option<String>,
    /// Which of the message's files it is.
    pub index: Option<usize>,
    /// WhatsApp's id of the file.
    pub media_id: Option<String>,
    /// The platform's link, which dies after a while.
    pub url: Option<String>,
}

/// Why there is no file.
#[derive(Debug, thiserror::Error)]
pub enum MediaError {
    /// The platform has it no longer, or will not hand it over.
    #[error("the platform no longer has this file")]
    Gone,
    /// More than is taken.
    #[error("the file is too large to be shown here")]
    TooLarge,
    /// Not now.
    #[error("the platform can't hand over the file at the moment")]
    Unavailable,
    /// The database.
    #[error("the file could not be looked up")]
    Database(#[from] DbError),
}

impl Channels {
    /// Fetches a file of a message, up to `most` bytes. The account's token leaves for the
    /// platform's own hosts only.
    pub async fn fetch_media(
        &self,
        scope: &Scope,
        of: AccountId,
        place: &MediaPlace,
        most: usize,
    ) -> Result<Media, MediaError> {
        let (platform, access) = self.whose(scope, of).await?;
        let fetched = match platform {
            Platform::Whatsapp => self.whatsapp_file(access, place, most).await,
            Platform::Instagram => self.instagram_file(access, place, most).await,
        };
        fetched.map_err(|error| {
            tracing::info!(account = %of, %error, "a file was not handed over");
            meaning(&error)
        })
    }

    async fn whose(&self, scope: &Scope, of: AccountId) -> DbResult<(Platform, Option<Access>)> {
        let mut tx = self.db.tenant(scope).await?;
        let Some(found) = account(&mut tx, of).await? else {
            return Ok((Platform::Instagram, None));
        };
        let connected = found.state == AccountState::Connected;
        let access = self.token(&tx, &found).ok().filter(|_| connected);
        Ok((found.platform, access))
    }

    async fn whatsapp_file(
        &self,
        access: Option<Access>,
        place: &MediaPlace,
        most: usize,
    ) -> Result<Media, CallError> {
        let access = access.ok_or(CallError::Incomplete("a token"))?;
        // A link of the webhook lives five minutes, the id for days: the id gives a fresh one.
        let link = match (&place.media_id, &place.url) {
            (Some(id), _) => self.meta.whatsapp_media(&access, id).await?.url,
            (None, Some(url)) => url.clone(),
            (None, None) => return Err(CallError::ForeignHost),
        };
        self.meta.whatsapp_download(&access, &link, most).await
    }

    async fn instagram_file(
        &self,
        access: Option<Access>,
        place: &MediaPlace,
        most: usize,
    ) -> Result<Media, CallError> {
        let known = access.as_ref();
        let whose = known.map_or("", |access| access.account_id.as_str());
        let first = match &place.url {
            Some(url) => self.meta.open_download(whose, url, most).await,
            None => Err(CallError::ForeignHost),
        };
        let (Err(error), Some(access)) = (&first, known) else {
            return first;
        };
        // The link is dead: the message itself may have a fresh one.
        let (CallError::Platform(_), Some(message), Some(index)) =
            (error, &place.message, place.index)
        else {
            return first;
        };
        let again = self.meta.instagram_message(access, message).await?;
        let link = again.attachments.get(index).and_then(|one| one.url.clone());
        match link.filter(|link| place.url.as_ref() != Some(link)) {
            Some(link) => self.meta.open_download(whose, &link, most).await,
            None => first,
        }
    }
}

fn meaning(error: &CallError) -> MediaError {
    match error {
        CallError::ForeignHost => MediaError::Gone,
        CallError::Transport(TransportError::TooLarge) => MediaError::TooLarge,
        CallError::Transport(_) | CallError::Incomplete(_) => MediaError::Unavailable,
        CallError::Platform(error) => match error.class() {
            ErrorClass::Transient | ErrorClass::RateLimited | ErrorClass::Token => {
                MediaError::Unavailable
            }
            _ if error.http_status.is_some_and(|status| status >= 500) => MediaError::Unavailable,
            _ => MediaError::Gone,
        },
    }
}
