//! Packages pinned by version and SHA-256, fetched once into the user's cache folder by pip or uv.
//!
//! A wheel is a zip archive at a package index. [`Wheel::provide`] asks the user's own package
//! client for it, which knows the index, mirror, proxy and certificates; no address is written
//! here. What came is checked, unpacked in one step, and found there by every later start, which
//! needs no network any more. Of several processes that start together one fetches.

mod archive;
mod cache;
mod client;
mod error;
mod files;
pub mod output;
mod step;
mod wheel;

pub use cache::default_cache;
pub use error::FetchError;
pub use files::{FileError, make_folder};
pub use step::Step;
pub use wheel::Wheel;
