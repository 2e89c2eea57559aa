//! What a person who waits is told.

use std::fmt;

/// A step of [`crate::Wheel::provide`]. Its `Display` is a sentence for people.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Step {
    /// Fetching the wheel, once per machine and user.
    Fetching {
        /// What is in it.
        what: &'static str,
        /// Its version.
        version: &'static str,
        /// The program that fetches, such as `pip`.
        client: String,
    },
    /// Unpacking it.
    Unpacking {
        /// What is in it.
        what: &'static str,
    },
}

impl fmt::Display for Step {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::Fetching {
                what,
                version,
                client,
            } => write!(f, "Fetching {what} {version} with {client}, once"),
            Self::Unpacking { what } => write!(f, "Unpacking {what}"),
        }
    }
}
