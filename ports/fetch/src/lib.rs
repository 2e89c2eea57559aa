//! HTTP to addresses that a customer, a document or a page may have named.
//!
//! Whatever goes out through here reaches the public internet only: every URL is checked before it
//! is asked, redirects one by one, and the client's own resolver hands out no address that is
//! private, local or a cloud's. Size, time and heads are capped. [`crawl`] reads a small site.

mod address;
mod body;
pub mod crawl;
mod error;
mod fetcher;
mod page;
mod policy;
mod resolver;

pub use address::is_public;
pub use error::FetchError;
pub use fetcher::{BuildError, Caps, Fetcher, PRODUCT};
pub use page::{Page, Validators};
pub use policy::{HostPort, InvalidHostPort, Policy, Road};
pub use resolver::{Addresses, Lookup, SystemLookup, public_only};
