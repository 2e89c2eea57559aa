//! `cargo xtask deny`.

use anyhow::{Result, bail};

use crate::run::{cargo, must, works};

/// Runs cargo-deny with `deny.toml`. It asks the advisory database over the network, so it is not
/// a part of `test`.
pub fn run() -> Result<()> {
    if !works(&mut cargo(&["deny", "--version"])?) {
        bail!("cargo-deny is not installed. Install it with: cargo install cargo-deny --locked");
    }
    must(&mut cargo(&["deny", "check"])?)
}
