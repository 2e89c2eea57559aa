//! A simulated Meta (Instagram and WhatsApp), models behind OpenAI's, OpenRouter's and Gemini's
//! doors, an object store that speaks S3, and the web site of a shop.
//!
//! Built from the platforms' documentation alone and sharing no type with the real clients, so
//! that both can be wrong only independently. It refuses what the platforms refuse, signs and
//! repeats its webhooks, and fails on request. One listener serves every host: the host's name is
//! the first part of the path (`{base}/graph.instagram.com/v25.0/me/messages`).

mod calls;
mod clock;
mod connection;
mod control;
mod customers;
mod errors;
mod faults;
mod fields;
mod graph;
mod ids;
mod instagram;
mod json;
mod llm;
mod login;
mod media;
mod options;
mod page;
mod people;
mod remember;
mod routes;
mod s3;
mod simulator;
mod site;
mod tokens;
mod usage;
mod webhooks;
mod whatsapp;
mod world;

pub use calls::Call;
pub use clock::Clock;
pub use control::acts::{ActError, NewAttachment, NewComment, NewMessage};
pub use faults::{FaultKind, NewFault};
pub use instagram::account::Comment;
pub use options::{
    App, InstagramSeed, Options, Pace, Platform, Rates, Redelivery, S3Seed, TokenAnswer,
    WebhookTarget, WhatsAppSeed,
};
pub use simulator::{ServeError, Simulator, serve};
pub use webhooks::outbox::OutboxFigures;
