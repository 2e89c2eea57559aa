//! Everything this product knows of Meta's platforms: reading webhooks, proving who sent them,
//! calling the Graph API for Instagram and WhatsApp, and what its limits and errors mean.
//!
//! No database and no feature is known here.

pub mod explain;
pub mod read;

pub use explain::explain;
pub use kernel::Platform;
pub use read::{WebhookEvent, read};
