//! The client against real servers on this machine, honest ones and others.
#![expect(
    clippy::unwrap_used,
    reason = "helpers of tests may fail loudly, as the tests themselves may"
)]

mod caps;
mod crawl;
mod names;
mod redirects;
mod server;
