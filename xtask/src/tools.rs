//! Programs that the tests need and that a bare machine lacks.

use std::env;
use std::path::{Path, PathBuf};
use std::process::Command;

use anyhow::{Context, Result, bail};

use crate::run::{cargo, must, say, works};

const BROWSERS: [&str; 3] = ["chromium", "chromium-browser", "google-chrome"];
const DRIVER: &str = "chromedriver";

/// Installs Chromium and its driver where they are missing and we may.
pub fn provide_browser() -> Result<()> {
    if has_browser() {
        return Ok(());
    }
    let by_hand = "install Chromium and chromedriver (on Debian: apt-get install chromium \
                   chromium-driver) for the browser tests";
    if find("apt-get").is_none() {
        bail!("{by_hand}");
    }
    say("   installing Chromium for the browser tests");
    apt_get(&["update", "-qq"]).context(by_hand)?;
    apt_get(&[
        "install",
        "-y",
        "-qq",
        "--no-install-recommends",
        "chromium",
        "chromium-driver",
    ])
    .context(by_hand)?;
    if !has_browser() {
        bail!("Chromium was installed and is still not found: {by_hand}");
    }
    Ok(())
}

/// A subcommand of cargo that cargo installs.
#[derive(Clone, Copy)]
pub enum Subcommand {
    /// Runs tests, each in a process of its own.
    Nextest,
    /// Holds dependencies against `deny.toml`.
    Deny,
}

impl Subcommand {
    const fn name(self) -> &'static str {
        match self {
            Self::Nextest => "nextest",
            Self::Deny => "deny",
        }
    }

    const fn package(self) -> &'static str {
        match self {
            Self::Nextest => "cargo-nextest",
            Self::Deny => "cargo-deny",
        }
    }
}

/// Whether the subcommand is there, after trying to install it.
pub fn provide(wanted: Subcommand) -> Result<bool> {
    if works(&mut cargo(&[wanted.name(), "--version"])?) {
        return Ok(true);
    }
    let package = wanted.package();
    say(&format!("   installing {package}, once"));
    let mut install = cargo(&["install", package, "--locked", "--quiet"])?;
    // Not into this workspace's build folder, and not with its settings.
    install
        .current_dir(env::temp_dir())
        .env_remove("CARGO_TARGET_DIR");
    if let Err(error) = must(&mut install) {
        say(&format!("   going on without {package}: {error:#}"));
        return Ok(false);
    }
    Ok(true)
}

fn has_browser() -> bool {
    BROWSERS.iter().any(|name| find(name).is_some()) && find(DRIVER).is_some()
}

fn find(program: &str) -> Option<PathBuf> {
    let folders = env::var_os("PATH")?;
    env::split_paths(&folders)
        .map(|folder| folder.join(program))
        .find(|path| is_program(path))
}

fn is_program(path: &Path) -> bool {
    use std::os::unix::fs::PermissionsExt;
    path.metadata()
        .is_ok_and(|data| data.is_file() && data.permissions().mode() & 0o111 != 0)
}

/// Runs apt-get as root: directly, or by sudo where that asks for no password.
fn apt_get(arguments: &[&str]) -> Result<()> {
    let root = works(Command::new("sh").args(["-c", "[ \"$(id -u)\" = 0 ]"]));
    let mut command = if root {
        Command::new("apt-get")
    } else {
        let mut sudo = Command::new("sudo");
        sudo.args(["-n", "DEBIAN_FRONTEND=noninteractive", "apt-get"]);
        sudo
    };
    must(
        command
            .args(arguments)
            .env("DEBIAN_FRONTEND", "noninteractive"),
    )
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn programs_are_found_on_the_path() {
        assert!(find("sh").is_some());
        assert!(find("no-such-program-anywhere").is_none());
    }
}
