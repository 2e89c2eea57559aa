//! Comparing two versions of the agent over questions whose right answers are known, before one of
//! them is released.

pub(crate) mod case;
pub mod set;

pub use case::Case;
