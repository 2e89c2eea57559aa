//! Channels: connected accounts, the webhook door, the journal and every write to a platform.

pub mod effects;
pub mod events;

pub use events::EVENTS;
