//! Comparing two versions of the agent over questions whose right answers are known, before one of
//! them is released.
//!
//! A [`set`] holds questions; a [`Comparison`] plays each of them with two versions of the settings
//! ([`run`]), holds both against what would be right ([`side`], [`verdict`]) and sums up
//! ([`summary`]); the candidate is put in force on its strength ([`release`]). An entry of the FAQ can
//! be [`tried`] in the same way before it is kept.

pub(crate) mod api;
pub(crate) mod case;
pub mod comparison;
pub(crate) mod past;
mod play;
pub(crate) mod referee;
pub mod release;
pub mod result;
pub mod run;
pub mod set;
pub mod side;
pub mod start;
pub mod summary;
pub mod tried;
pub mod upload;
mod verdict;

pub use case::Case;
pub use comparison::{Comparison, Ended, State};
pub use referee::{Better, Judged};
pub use result::{CaseResult, Verdict};
pub use run::{RunEvaluation, give_up};
pub use side::Side;
