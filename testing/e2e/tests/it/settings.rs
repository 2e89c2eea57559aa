//! The settings of the agent: each one acts, and each save is a version.

mod acts;
mod models;
mod names;
mod reach;
mod versions;
