//! What the project may depend on: `deny.toml`.

use anyhow::{Result, bail};

use crate::run::{cargo, must, say};
use crate::tools::{self, Subcommand};

/// Licences, sources and bans, which need nothing but the crates. Where cargo-deny can't be
/// installed, it says so and goes on.
pub fn offline() -> Result<()> {
    if !tools::provide(Subcommand::Deny)? {
        say("   dependencies are NOT held against deny.toml");
        return Ok(());
    }
    let arguments = [
        "deny",
        "--log-level",
        "error",
        "check",
        "bans",
        "licenses",
        "sources",
    ];
    must(&mut cargo(&arguments)?)
}

/// All of it: advisories too, whose database is asked over the network and changes by the day, so
/// that this is no part of `cargo xtask test`.
pub fn run() -> Result<()> {
    if !tools::provide(Subcommand::Deny)? {
        bail!("cargo-deny is not installed. Install it with: cargo install cargo-deny --locked");
    }
    must(&mut cargo(&["deny", "check"])?)
}
