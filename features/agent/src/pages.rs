//! The agent's pages: its settings, its decisions, and why one answer was given.

pub(crate) mod decisions;
pub(crate) mod evaluations;
pub(crate) mod form;
pub(crate) mod gaps;
mod labels;
pub(crate) mod models;
pub(crate) mod money;
pub(crate) mod shadow;
mod typed;
pub(crate) mod versions;
