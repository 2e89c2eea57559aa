//! The icons of the pages: one SVG sprite out of the icon files of lucide-static.

use std::fs;
use std::path::Path;
use std::process::Command;

use anyhow::{Context, Result, bail};
use sha2::{Digest, Sha256};

use crate::run::output;

/// The npm package with its exact version.
const PACKAGE: &str = "lucide-static@1.62.0";
/// SHA-256 of its tarball, in hexadecimal.
const SHA256: &str = "386f9080c440d6f5049cefe3456ae8357f7a0c7f76e59670cd1cb83bc7050a44";
/// Where the pages' assets are, from the workspace's folder.
const ASSETS: &str = "lib/web/assets";

/// Makes `icons.svg` of the icons that `icons.txt` names, and keeps the licence beside.
pub fn run(root: &Path) -> Result<()> {
    let folder = tempfile::tempdir()?;
    let packed = output(
        Command::new("npm")
            .args(["pack", "--silent", PACKAGE])
            .current_dir(folder.path()),
    )?;
    let tarball = folder
        .path()
        .join(packed.lines().last().context("npm named no file")?);
    let found = hex::encode(Sha256::digest(fs::read(&tarball)?));
    if found != SHA256 {
        bail!("{PACKAGE} has SHA-256 {found}, expected {SHA256}");
    }
    output(
        Command::new("tar")
            .arg("-xzf")
            .arg(&tarball)
            .current_dir(folder.path()),
    )?;
    let package = folder.path().join("package");
    let assets = root.join(ASSETS);
    let names = fs::read_to_string(assets.join("icons.txt")).context("icons.txt")?;
    fs::write(
        assets.join("icons.svg"),
        sprite(&names, &package.join("icons"))?,
    )?;
    let licences = assets.join("vendor/lucide");
    fs::create_dir_all(&licences)?;
    fs::copy(package.join("LICENSE"), licences.join("LICENSE"))?;
    Ok(())
}

/// One `<symbol>` an icon, in the order of the names.
fn sprite(names: &str, icons: &Path) -> Result<String> {
    let mut text = format!(
        "<!-- Icons of {PACKAGE} (ISC), see vendor/lucide/LICENSE. \
         Made by `cargo xtask vendor` from icons.txt. -->\n\
         <svg xmlns=\"http://www.w3.org/2000/svg\">\n"
    );
    for name in names.split_whitespace() {
        let file = icons.join(name).with_extension("svg");
        let icon = fs::read_to_string(&file).with_context(|| format!("there is no icon {name}"))?;
        let body = body(&icon).with_context(|| format!("the icon {name} is not an SVG"))?;
        text.extend([
            "<symbol id=\"",
            name,
            "\" viewBox=\"0 0 24 24\">",
            &body,
            "</symbol>\n",
        ]);
    }
    text.push_str("</svg>\n");
    Ok(text)
}

/// What stands inside `<svg …>`, on one line.
fn body(icon: &str) -> Option<String> {
    let (_, inside) = icon.split_once("<svg")?;
    let (_, inside) = inside.split_once('>')?;
    let (inside, _) = inside.rsplit_once("</svg>")?;
    Some(inside.lines().map(str::trim).collect())
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn an_icon_becomes_a_symbol() {
        let folder = tempfile::tempdir().unwrap();
        let icon = "<!-- licence -->\n<svg\n  width=\"24\"\n>\n  <path d=\"M1 1\" />\n</svg>\n";
        fs::write(folder.path().join("check.svg"), icon).unwrap();
        let made = sprite("check\n", folder.path()).unwrap();
        assert!(
            made.contains(
                "<symbol id=\"check\" viewBox=\"0 0 24 24\"><path d=\"M1 1\" /></symbol>"
            )
        );
    }

    #[test]
    fn an_unknown_icon_is_named() {
        let folder = tempfile::tempdir().unwrap();
        assert!(
            sprite("nope", folder.path())
                .unwrap_err()
                .to_string()
                .contains("nope")
        );
    }
}
