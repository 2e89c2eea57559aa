//! Everything this product knows of Meta's platforms: reading webhooks, proving who sent them,
//! calling the Graph API for Instagram and WhatsApp, and what its limits and errors mean.
//!
//! No database and no feature is known here.

pub mod client;
pub mod error;
pub mod explain;
pub mod read;
pub mod signature;
pub mod signed_request;
pub mod text;
pub mod usage;
pub mod window;

pub use client::{Access, CallError, MetaClient, MetaUrls, SendOutcome};
pub use error::{ErrorClass, PlatformError, Problem};
pub use explain::explain;
pub use kernel::Platform;
pub use read::{WebhookEvent, read};
pub use usage::{Pace, Usage};
pub use window::{WindowState, reply_window};
