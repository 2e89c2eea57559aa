//! The simulator over real HTTP, as an application meets it.
#![expect(
    clippy::unwrap_used,
    clippy::indexing_slicing,
    clippy::panic,
    reason = "helpers of tests may fail loudly, as the tests themselves may"
)]

mod control;
mod customers;
mod faults;
mod instagram;
mod llm;
mod llm_operations;
mod login;
mod receiver;
mod s3;
mod setup;
mod site;
mod webhooks;
mod whatsapp;
