//! Gaps of the knowledge and their questions.

pub(crate) mod list;
pub(crate) mod questions;
pub(crate) mod state;
