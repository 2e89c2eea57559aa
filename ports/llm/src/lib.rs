//! Models: one client for every provider that speaks OpenAI's language (chat in one piece and in
//! pieces, embeddings, moderation, the list of models), and for Gemini's embeddings.
//!
//! Every call ends within a time that the caller sets. Nothing is tried again but what the caller
//! names: a model's fallbacks, and a field that a server does not know.
//!
//! Nothing here logs a request, an answer or a provider's error text: all three may hold what a
//! customer wrote.

mod answer;
mod call;
mod chat;
mod client;
mod content;
mod embed;
mod error;
mod models;
mod moderate;
mod piece;
mod price;
mod request;
mod stream;
mod turns;
mod usage;

pub use answer::{Answer, Finish, InvalidArguments, ToolCall};
pub use chat::Patience;
pub use client::{BuildError, Client, Endpoint};
pub use content::{Content, ImageUrl, Part};
pub use embed::{EmbeddingEndpoint, EmbeddingKind, EmbeddingTask, Embeddings};
pub use error::Error;
pub use models::Model;
pub use moderate::{Judgement, MODERATION_MODEL, Moderation, ModerationCategory, Verdict};
pub use piece::Piece;
pub use price::{Price, Prices};
pub use request::{ChatRequest, Message, Tool, ToolChoice};
pub use usage::Usage;
