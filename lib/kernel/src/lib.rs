//! The words every other crate speaks: ids, the clock, secrets, keyset pages and typed events.
//!
//! Nothing here does I/O and nothing here knows a feature.

pub mod clock;
pub mod crypto;
pub mod event;
pub mod id;
pub mod page;
pub mod platform;
pub mod role;
pub mod secret;

pub use clock::{Clock, ManualClock};
pub use crypto::{Sealed, SecretKey};
pub use event::Event;
pub use id::*;
pub use page::{Cursor, Limit, Page};
pub use platform::Platform;
pub use role::Role;
pub use secret::Secret;
