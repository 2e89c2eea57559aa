//! `socialsync config`: the settings in force, secrets hidden.

use crate::config::Config;
use crate::words;

/// Prints one setting a line.
pub fn run(config: &Config) {
    for (name, value) in config.lines() {
        words::print(&format!("{name} = {value}"));
    }
}
