//! The application: knows every feature, is known by nobody.
//!
//! - [`cli`]: the command line; [`commands`]: one command a file
//! - [`parts`]: everything put together once; [`router`], [`reactions`], [`schedule`]: the lists;
//!   [`last_look`]: who is asked before a write leaves
//! - [`serve`]: runs it; [`demo`]: runs it beside simulated platforms
//! - [`config`]: settings; [`database`]: the one named or a private one; [`files`]; [`secret_key`]

pub mod cli;
pub mod commands;
pub mod config;
pub mod database;
pub mod demo;
pub mod files;
pub mod first_steps;
pub mod front;
mod jobs;
pub mod last_look;
pub mod operations;
pub mod parts;
pub mod reactions;
pub mod router;
pub mod schedule;
pub mod secret_key;
pub mod seed;
pub mod serve;
pub mod stop;
pub mod waiting;
pub mod words;
