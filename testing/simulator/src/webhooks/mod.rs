//! Webhooks towards the application: signing, the handshake, and delivery until it answers 200.

pub mod callbacks;
pub mod deliver;
pub mod handshake;
pub mod outbox;
pub mod sign;
