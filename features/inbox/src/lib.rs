//! The inbox: contacts, conversations and messages; who answers, until when, and what became of
//! an answer.
//!
//! Nouns: [`contact`], [`conversation`], [`message`], [`suggestion`]. Verbs: [`receive`] takes in
//! what a platform says, [`reply`], [`owner`] and [`resolve`] are what people and the agent do,
//! [`guard`] has the last look before something is sent, [`settled`] shows what became of it;
//! [`media`] hands over the files of messages.

mod api;
mod blank;
pub mod contact;
pub mod conversation;
mod details;
pub mod erase;
pub mod events;
pub mod explain;
pub mod guard;
mod kind;
pub mod list;
pub mod media;
pub mod message;
pub mod owner;
mod pages;
mod preview;
pub mod profiles;
pub mod receive;
pub mod reply;
pub mod resolve;
pub mod settled;
mod store;
pub mod suggestion;
pub mod thread;
pub mod upload;

pub use conversation::Conversation;
pub use events::EVENTS;
pub use message::Message;

/// What the inbox works with.
#[derive(Clone, Debug)]
pub struct Inbox {
    /// The database.
    pub db: db::Db,
    /// The time.
    pub clock: kernel::Clock,
    /// The platforms, for the files that customers sent.
    pub channels: channels::Channels,
    /// Where files of messages are kept.
    pub blobs: blob::Blobs,
    /// What the agent tells about its answers.
    pub explain: explain::Explain,
}

/// The inbox for programs and for people.
pub fn routes(inbox: Inbox) -> web::Routes<()> {
    api::routes().merge(pages::routes()).with_state(inbox)
}
