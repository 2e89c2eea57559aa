//! The client against the simulated vendors and against what the real ones were recorded to say.

#![expect(
    clippy::unwrap_used,
    clippy::indexing_slicing,
    reason = "helpers of tests stop the test, as the tests do"
)]

mod chat;
mod embeddings;
mod failures;
mod lists;
mod moderation;
mod recorded;
mod setup;
mod streams;
