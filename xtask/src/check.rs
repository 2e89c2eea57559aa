//! `cargo xtask check`: the rules of the house. Each rule is a function from small inputs to
//! sentences, one a violation.

mod direction;
mod markup;
mod queries;
mod size;

use std::fs;
use std::path::Path;

use anyhow::{Context, Result, bail};
use cargo_metadata::MetadataCommand;
use walkdir::{DirEntry, WalkDir};

use crate::run::{root, say};

/// A text file of the project.
pub struct Source {
    /// Its path from the workspace's folder, with `/`.
    pub path: String,
    /// Its content.
    pub text: String,
}

/// Checks everything and says all that is wrong.
pub fn run() -> Result<()> {
    let root = root()?;
    let mut problems = direction::violations(&crates(&root)?);
    let rust = sources(&root, "rs")?;
    for source in &rust {
        problems.extend(size::violation(source));
        problems.extend(queries::violations(source));
    }
    for extension in ["html", "css", "js"] {
        for source in sources(&root, extension)? {
            problems.extend(markup::violations(&source));
        }
    }
    for line in size::long(&rust) {
        say(&format!("   long: {line}"));
    }
    if problems.is_empty() {
        return Ok(());
    }
    bail!(
        "{} rule(s) broken:\n  {}",
        problems.len(),
        problems.join("\n  ")
    );
}

/// All files with this extension that belong to the project.
pub fn sources(root: &Path, extension: &str) -> Result<Vec<Source>> {
    let mut found = Vec::new();
    for entry in WalkDir::new(root)
        .sort_by_file_name()
        .into_iter()
        .filter_entry(is_ours)
    {
        let path = entry?.into_path();
        if path.extension().is_some_and(|own| own == extension) {
            let text = fs::read_to_string(&path).with_context(|| path.display().to_string())?;
            let below = path
                .strip_prefix(root)?
                .to_string_lossy()
                .replace('\\', "/");
            found.push(Source { path: below, text });
        }
    }
    Ok(found)
}

/// Not what is built, fetched, hidden or written by others.
fn is_ours(entry: &DirEntry) -> bool {
    let name = entry.file_name().to_string_lossy();
    let skipped = ["target", "data", "vendor", "node_modules"];
    entry.depth() == 0
        || !(name.starts_with('.') || (entry.file_type().is_dir() && skipped.contains(&&*name)))
}

fn crates(root: &Path) -> Result<Vec<direction::Crate>> {
    let metadata = MetadataCommand::new()
        .manifest_path(root.join("Cargo.toml"))
        .no_deps()
        .exec()?;
    let folder = |path: &Path| -> Option<String> {
        Some(path.strip_prefix(root).ok()?.to_string_lossy().into_owned())
    };
    metadata
        .packages
        .iter()
        .map(|package| {
            let manifest = package
                .manifest_path
                .parent()
                .context("a manifest in a folder")?;
            let uses = package.dependencies.iter().filter_map(|dependency| {
                Some(direction::Use {
                    folder: folder(dependency.path.as_ref()?.as_std_path())?,
                    for_tests: dependency.kind == cargo_metadata::DependencyKind::Development,
                })
            });
            Ok(direction::Crate {
                folder: folder(manifest.as_std_path()).context("a crate of the workspace")?,
                uses: uses.collect(),
            })
        })
        .collect()
}
