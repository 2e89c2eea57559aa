//! Why a wheel is not there, each with what to do about it.

use std::io;

use crate::FileError;

/// Why [`crate::Wheel::provide`] failed.
#[derive(Debug, thiserror::Error)]
pub enum FetchError {
    /// Neither pip nor uv is there.
    #[error(
        "{what} has to be fetched once and neither pip nor uv was found. Install one (on Debian: \
         apt-get install python3-pip)."
    )]
    NoClient {
        /// What was wanted.
        what: &'static str,
    },
    /// The client ran and failed.
    #[error("{client} could not fetch {what}:\n{output}")]
    Fetch {
        /// What was wanted.
        what: &'static str,
        /// The client that ran.
        client: String,
        /// Its last lines.
        output: String,
    },
    /// What was fetched is not what is pinned.
    #[error(
        "The fetched {what} is not the pinned one (SHA-256 {found}, expected {expected}). \
         It was not used. Check the package index or mirror that pip is set to."
    )]
    HashMismatch {
        /// What was wanted.
        what: &'static str,
        /// The pinned hash.
        expected: &'static str,
        /// The hash of what came, or "refused by the client".
        found: String,
    },
    /// The wheel could not be unpacked.
    #[error("the fetched {what} could not be unpacked")]
    Unpack {
        /// What was wanted.
        what: &'static str,
        /// Why.
        #[source]
        source: zip::result::ZipError,
    },
    /// The client could not be run.
    #[error("{client} could not be run")]
    Run {
        /// The client.
        client: String,
        /// Why.
        #[source]
        source: io::Error,
    },
    /// A file or folder could not be read or written.
    #[error(transparent)]
    File(#[from] FileError),
}
