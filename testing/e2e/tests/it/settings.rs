//! The settings of the agent: each one acts, and each save is a version.

mod acts;
mod names;
mod reach;
mod versions;
