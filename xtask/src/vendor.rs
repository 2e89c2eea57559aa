//! `cargo xtask vendor`: page assets out of npm packages, pinned by the hash of each file and
//! committed with their licences. Nothing else of a package is taken.

use std::fs;
use std::path::Path;
use std::process::Command;

use anyhow::{Context, Result, bail};
use sha2::{Digest, Sha256};

use crate::run::{output, root, say};
use crate::sprite;

/// One file of one package.
struct Asset {
    /// What we call it.
    name: &'static str,
    /// The npm package.
    package: &'static str,
    /// The exact version.
    version: &'static str,
    /// The file in the package.
    file: &'static str,
    /// The licence's file in the package.
    licence: &'static str,
    /// SHA-256 of the file, in hexadecimal.
    sha256: &'static str,
    /// Where it goes, from the workspace's folder; `LICENSE` lies beside it.
    destination: &'static str,
}

/// Everything that is vendored.
const ASSETS: &[Asset] = &[
    Asset {
        name: "htmx",
        package: "htmx.org",
        version: "4.0.1",
        file: "dist/htmx.min.js",
        licence: "LICENSE",
        sha256: "a0abb04f2f45a1f89d1d4844023245537e5e6014c87b144553e0607b4cc32130",
        destination: "lib/web/assets/vendor/htmx/htmx.min.js",
    },
    Asset {
        name: "inter",
        package: "@fontsource-variable/inter",
        version: "5.3.0",
        file: "files/inter-latin-wght-normal.woff2",
        licence: "LICENSE",
        sha256: "3100e775e8616cd2611beecfa23a4263d7037586789b43f035236a2e6fbd4c62",
        destination: "lib/web/assets/vendor/inter/inter-latin-wght-normal.woff2",
    },
    Asset {
        name: "inter",
        package: "@fontsource-variable/inter",
        version: "5.3.0",
        file: "files/inter-latin-ext-wght-normal.woff2",
        licence: "LICENSE",
        sha256: "34b9c504cab7a73e37b746343a449132e56cf7b5481af2cb81dc74dcff25c956",
        destination: "lib/web/assets/vendor/inter/inter-latin-ext-wght-normal.woff2",
    },
    // Looks for what keeps people out, in the browser tests.
    Asset {
        name: "axe-core",
        package: "axe-core",
        version: "4.14.1",
        file: "axe.min.js",
        licence: "LICENSE",
        sha256: "29348999450cdf2849a8e70b7912fc2da85a849da39c0d0d5394f51d4a9ed95c",
        destination: "testing/e2e/vendor/axe-core/axe.min.js",
    },
];

/// Fetches, checks and copies every asset.
pub fn run() -> Result<()> {
    for asset in ASSETS {
        take(asset, &root()?).with_context(|| format!("vendoring {}", asset.name))?;
        say(&format!(
            "{} {} → {}",
            asset.name, asset.version, asset.destination
        ));
    }
    sprite::run(&root()?).context("making the sprite of icons")
}

fn take(asset: &Asset, root: &Path) -> Result<()> {
    let folder = tempfile::tempdir()?;
    let spec = format!("{}@{}", asset.package, asset.version);
    let packed = output(
        Command::new("npm")
            .args(["pack", "--silent", &spec])
            .current_dir(folder.path()),
    )?;
    let tarball = packed.lines().last().context("npm named no file")?;
    output(
        Command::new("tar")
            .args(["-xzf", tarball])
            .current_dir(folder.path()),
    )?;
    install(asset, &folder.path().join("package"), root)
}

/// Copies the file and its licence out of an unpacked package.
fn install(asset: &Asset, package: &Path, root: &Path) -> Result<()> {
    let content = fs::read(package.join(asset.file)).context(asset.file)?;
    let found = hex::encode(Sha256::digest(&content));
    if found != asset.sha256 {
        bail!(
            "{} has SHA-256 {found}, expected {}",
            asset.file,
            asset.sha256
        );
    }
    let licence = fs::read(package.join(asset.licence)).context(asset.licence)?;
    let destination = root.join(asset.destination);
    let folder = destination
        .parent()
        .context("a destination is a file in a folder")?;
    fs::create_dir_all(folder)?;
    fs::write(&destination, content)?;
    fs::write(folder.join("LICENSE"), licence)?;
    Ok(())
}

#[cfg(test)]
mod tests {
    use super::*;

    const ASSET: Asset = Asset {
        name: "thing",
        package: "thing",
        version: "1.0.0",
        file: "dist/thing.js",
        licence: "LICENSE",
        sha256: "2cf24dba5fb0a30e26e83b2ac5b9e29e1b161e5c1fa7425e73043362938b9824",
        destination: "assets/thing.js",
    };

    fn package(content: &str) -> tempfile::TempDir {
        let folder = tempfile::tempdir().unwrap();
        fs::create_dir(folder.path().join("dist")).unwrap();
        fs::write(folder.path().join("dist/thing.js"), content).unwrap();
        fs::write(folder.path().join("LICENSE"), "MIT").unwrap();
        folder
    }

    #[test]
    fn a_file_comes_with_its_licence() {
        let root = tempfile::tempdir().unwrap();
        install(&ASSET, package("hello").path(), root.path()).unwrap();
        assert_eq!(
            fs::read_to_string(root.path().join("assets/thing.js")).unwrap(),
            "hello"
        );
        assert_eq!(
            fs::read_to_string(root.path().join("assets/LICENSE")).unwrap(),
            "MIT"
        );
    }

    #[test]
    fn another_content_is_refused() {
        let root = tempfile::tempdir().unwrap();
        assert!(install(&ASSET, package("evil").path(), root.path()).is_err());
        assert!(!root.path().join("assets").exists());
    }
}
