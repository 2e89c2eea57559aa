//! The commands, one a file.

pub mod doctor;
pub mod migrate;
pub mod print_config;
pub mod simulator;
pub mod webhook;
