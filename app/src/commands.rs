//! The commands, one a file.

pub mod demo;
pub mod doctor;
pub mod eval;
pub mod migrate;
pub mod openapi;
pub mod print_config;
pub mod serve;
pub mod simulator;
pub mod user;
pub mod webhook;
