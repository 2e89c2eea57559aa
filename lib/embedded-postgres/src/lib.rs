//! A private PostgreSQL that belongs to one process.
//!
//! [`Cluster::start`] fetches pinned binaries once, makes a cluster in a folder, runs the server
//! over a Unix socket (or a loopback port), watches it, and stops it with its owner. It blocks;
//! call it from a blocking thread when a runtime is already serving.
//!
//! What the crate promises:
//! - What runs is the pinned version ([`pins`]), or binaries named by the user, never a PostgreSQL
//!   found by chance; a cluster of another major version is refused.
//! - One owner at a time, by a file lock. A second start names the process that owns the folder.
//! - The server does not outlive its owner, also when the owner is killed ([`Cluster`] says how).
//! - A server that dies is started again; PostgreSQL replays its log.
//! - Root's server runs as `nobody`, because PostgreSQL refuses root.
//! - Connections need a password (SCRAM) that only the owner can read.

mod account;
mod binaries;
mod cluster;
mod connection;
mod error;
mod initialise;
mod leash;
mod leftovers;
mod lock;
mod look;
pub mod pins;
mod places;
mod postmaster;
mod progress;
mod server_log;
mod settings;
mod socket;
mod supervise;

pub use cluster::Cluster;
pub use connection::Connection;
pub use error::StartError;
pub use look::{Found, look};
pub use progress::Progress;
pub use settings::Settings;
pub use wheels::{FileError, Step};
