//! The simulator over real HTTP, as an application meets it.

mod control;
mod faults;
mod instagram;
mod llm;
mod login;
mod receiver;
mod setup;
mod webhooks;
mod whatsapp;
