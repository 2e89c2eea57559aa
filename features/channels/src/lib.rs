//! Channels: connected accounts, the webhook door, the journal and every write to a platform.

pub mod accounts;
mod api;
mod budget;
mod deletion;
mod door;
pub mod effects;
pub mod events;
mod gaps;
pub mod handed;
mod journal;
pub mod media;
mod pages;

use blob::Blobs;
use db::Db;
use kernel::{Clock, Secret, SecretKey};
use meta::MetaClient;
use meta::client::App;

pub use budget::Budget;
pub use door::{Door, DoorError};
pub use events::EVENTS;
pub use gaps::ThreadsRead;

/// Everything this feature works with. Clones share all of it.
#[derive(Clone)]
pub struct Channels {
    /// The database.
    pub db: Db,
    /// Where instants come from.
    pub clock: Clock,
    /// The platforms. Build it with [`Budget::observer`], so that usage is heeded.
    pub meta: MetaClient,
    /// What the platforms said of the allowances.
    pub budget: Budget,
    /// What the comparisons with the platforms read already.
    pub threads_read: ThreadsRead,
    /// Seals the tokens.
    pub key: SecretKey,
    /// The app for Instagram Login; without it nobody can connect an account by login.
    pub instagram_app: Option<App>,
    /// The app for WhatsApp.
    pub whatsapp_app: Option<App>,
    /// The secrets that sign Instagram's webhooks; two while one is being replaced.
    pub instagram_secrets: Vec<Secret>,
    /// The secrets that sign WhatsApp's webhooks.
    pub whatsapp_secrets: Vec<Secret>,
    /// What the platforms say in the handshake; without it the handshake is refused.
    pub verify_token: Option<Secret>,
    /// Where this installation is reached from outside, without a slash at the end.
    pub public_url: String,
    /// Where the files of messages are kept.
    pub blobs: Blobs,
    /// What the other features say before a write leaves, each to the kinds that are its own.
    pub guard: effects::Guard,
    /// How what a write belongs to is held.
    pub hold: effects::Hold,
    /// The way of webhooks into the journal.
    pub door: Door,
}

impl std::fmt::Debug for Channels {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.debug_struct("Channels")
            .field("public_url", &self.public_url)
            .finish_non_exhaustive()
    }
}

/// The routes of this feature.
pub fn routes(channels: Channels) -> web::Routes<()> {
    web::Routes::new()
        .merge(api::routes())
        .merge(door::routes())
        .merge(deletion::routes())
        .merge(handed::routes())
        .merge(pages::routes())
        .with_state(channels)
}
