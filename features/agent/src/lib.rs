//! The agent: decides about every message of a customer, answers what the business knows, and
//! gives the rest to people.
//!
//! [`open_run`] opens a run when a message comes in; workers claim runs and call
//! [`Agent::handle`]. Nouns: [`settings`], [`decision`], [`escalation`], [`step`].

pub mod api;
pub mod comment;
mod context;
pub mod decision;
mod doubt;
mod escalate;
pub mod escalation;
pub mod evaluation;
pub mod explain;
mod extractive;
pub mod gaps;
mod gates;
mod ground;
mod hours;
mod judge;
mod leak;
mod letter;
mod like;
mod links;
pub mod models;
pub mod moderate;
mod open_run;
mod outcome;
mod overspent;
mod pages;
mod playground;
mod prompt;
pub mod provider;
pub mod reach;
pub mod rehearse;
mod remark;
mod run;
pub mod runs;
pub mod settings;
pub mod shadow;
pub mod spend;
pub mod step;
mod store;
mod template;
mod tongue;
mod tools;
mod why;
mod withdraw;
mod words;

use std::time::Duration;

use db::Db;
use inbox::Inbox;
use kernel::{Clock, SecretKey};
use knowledge::Knowledge;
use url::Url;

pub use api::routes;
pub use escalation::{close_handed_back, close_resolved, forget, seen_to};
pub use explain::EXPLAIN;
pub use gates::{Gate, Stop};
pub use hours::Hours;
pub use open_run::open_run;
pub use shadow::{compare_native, compare_reply};
pub use withdraw::withdraw;

/// The events this feature emits: none so far.
pub const EVENTS: &[&str] = &[];

/// The feature's state.
#[derive(Clone, Debug)]
pub struct Agent {
    /// The database.
    pub db: Db,
    /// Where instants come from.
    pub clock: Clock,
    /// What the business knows.
    pub knowledge: Knowledge,
    /// Where the pictures of messages are.
    pub inbox: Inbox,
    /// The way to models.
    pub llm: llm::Client,
    /// The installation's provider of models, for workspaces without one of their own.
    pub provider: Option<provider::Provider>,
    /// Which servers of models workspaces may name.
    pub reach: reach::Reach,
    /// Lists of models that were asked for lately.
    pub models: models::Shelf,
    /// Where texts are judged before they are answered and before they are sent.
    pub moderation: moderate::Moderation,
    /// What the models' keys are sealed with.
    pub key: SecretKey,
    /// How long a run may take, from its claim on.
    pub longest: Duration,
    /// How long a customer has to be quiet before the agent answers.
    pub debounce: Duration,
    /// Where people reach the product, for links in mails.
    pub public_url: Url,
}
