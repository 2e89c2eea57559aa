//! OpenAI-compatible chat completions: one client for every provider that speaks them.
//!
//! Nothing here logs a request, an answer or a provider's error text: all three may hold what a
//! customer wrote.

mod answer;
mod client;
mod error;
mod request;

pub use answer::{Answer, Finish, InvalidArguments, ToolCall, Usage};
pub use client::{BuildError, Client, Endpoint};
pub use error::Error;
pub use request::{ChatRequest, Message, Tool, ToolChoice};
