//! Comments under the business's posts: taken in, decided about, answered or left to people.
//!
//! Nouns: [`comment`], [`post`], [`decision`], [`reply`]. Verbs: [`receive`] takes in what the platform tells,
//! [`process`] decides about one comment, [`answer`] and [`hide`] are what people do, [`guard`] has the
//! last look before something is sent, [`settled`] shows what became of it, [`erase`] forgets people.

pub mod answer;
mod api;
pub mod comment;
mod complete;
mod decide;
pub mod decision;
pub mod erase;
pub mod events;
pub mod guard;
pub mod hide;
pub mod list;
mod pages;
pub mod post;
pub mod process;
mod progress;
mod question;
pub mod receive;
pub mod reply;
pub mod settled;
mod store;

use agent::Agent;
use channels::Channels;
use db::Db;
use kernel::Clock;

pub use events::EVENTS;

/// What the feature works with.
#[derive(Clone, Debug)]
pub struct Comments {
    /// The database.
    pub db: Db,
    /// The time.
    pub clock: Clock,
    /// The platform, for what webhooks leave out.
    pub channels: Channels,
    /// Who judges.
    pub agent: Agent,
}

/// Comments for programs and for people.
pub fn routes(comments: Comments) -> web::Routes<()> {
    api::routes().merge(pages::routes()).with_state(comments)
}
