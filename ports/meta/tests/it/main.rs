//! The reader and the client against recorded payloads and the simulated platforms.

mod fixtures;
mod tolerance;
mod variants;
