//! The application: knows every feature, is known by nobody.
//!
//! - [`cli`]: the command line; [`commands`]: one command a file
//! - [`config`]: settings; [`database`]: the one named or a private one; [`secret_key`]

pub mod cli;
pub mod commands;
pub mod config;
pub mod database;
pub mod secret_key;
pub mod stop;
pub mod words;
