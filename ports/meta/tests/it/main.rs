//! The reader and the client against recorded payloads and the simulated platforms.

#![expect(
    clippy::unwrap_used,
    clippy::panic,
    reason = "helpers of tests stop the test, as the tests do"
)]

mod comments;
mod deeds;
mod faults;
mod fixtures;
mod logins;
mod simulated;
mod tolerance;
mod unreachable;
mod variants;
