//! The Graph API: one client for Instagram and WhatsApp over one connection pool.
//!
//! Reads and idempotent writes answer `Result<_, CallError>` and may be repeated. Sending a message
//! answers a [`SendOutcome`] and is never repeated here: only the outcome says whether it may be.

mod call;
mod config;
mod failure;
mod instagram_accounts;
mod instagram_comments;
mod instagram_conversations;
mod instagram_login;
mod instagram_media;
mod instagram_send;
mod media_links;
mod outcome;
mod pages;
mod whatsapp_accounts;
mod whatsapp_login;
mod whatsapp_media;
mod whatsapp_send;

use std::fmt;
use std::sync::Arc;

use kernel::Secret;
use url::Url;

use crate::usage::Usage;
use config::Bases;

pub use config::{BuildError, DEFAULT_VERSION, MetaClientBuilder, MetaUrls, Timeouts};
pub use failure::{CallError, TransportError};
pub use instagram_accounts::{ContactProfile, INSTAGRAM_FIELDS, InstagramAccount};
pub use instagram_comments::PastComment;
pub use instagram_conversations::{Conversation, Participant, PastMessage};
pub use instagram_login::{INSTAGRAM_SCOPES, LongToken, ShortToken};
pub use instagram_media::InstagramMedia;
pub use instagram_send::{HumanAuthor, InstagramContent, InstagramSend, ReplyMode, SenderAction};
pub use outcome::{SendOutcome, UnknownCause};
pub use pages::Listing;
pub use whatsapp_accounts::PhoneNumber;
pub use whatsapp_login::{BusinessToken, TokenInfo, WHATSAPP_SCOPES};
pub use whatsapp_media::{Media, MediaInfo};
pub use whatsapp_send::{MediaSource, WhatsAppContent, WhatsAppRecipient, WhatsAppSend};

/// The app registered at Meta.
#[derive(Clone, Debug)]
pub struct App {
    /// Its id.
    pub id: String,
    /// Its secret. Instagram's is another one than Facebook's.
    pub secret: Secret,
}

/// In whose name a call is made.
#[derive(Clone, Debug)]
pub struct Access {
    /// Instagram professional account id, WhatsApp phone number id, or Business Account id: what
    /// usage is counted for.
    pub account_id: String,
    /// The token.
    pub token: Secret,
}

/// Told after every answer that states usage: the account of the call and the usage.
pub type UsageObserver = Arc<dyn Fn(&str, Usage) + Send + Sync>;

/// A client for both platforms. Cheap to clone; clones share the connections.
#[derive(Clone)]
pub struct MetaClient {
    http: reqwest::Client,
    bases: Arc<Bases>,
    version: Arc<str>,
    on_usage: Option<UsageObserver>,
}

impl fmt::Debug for MetaClient {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("MetaClient")
            .field("version", &self.version)
            .finish_non_exhaustive()
    }
}

impl MetaClient {
    /// A client for these addresses with the usual version and time-outs.
    ///
    /// # Errors
    /// When an address is no URL.
    pub fn new(urls: &MetaUrls) -> Result<Self, BuildError> {
        Self::builder().urls(urls).build()
    }

    /// A client step by step.
    pub fn builder() -> MetaClientBuilder {
        MetaClientBuilder::default()
    }

    /// An address at Instagram's host, with the version.
    fn instagram(&self, segments: &[&str]) -> Url {
        self.versioned(&self.bases.graph_instagram, segments)
    }

    /// An address at Facebook's host, with the version.
    fn facebook(&self, segments: &[&str]) -> Url {
        self.versioned(&self.bases.graph_facebook, segments)
    }

    fn versioned(&self, base: &Url, segments: &[&str]) -> Url {
        config::join(
            base,
            std::iter::once(&*self.version).chain(segments.iter().copied()),
        )
    }
}
