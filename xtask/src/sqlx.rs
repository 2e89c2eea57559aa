//! `.sqlx`: what PostgreSQL says about every checked query, so that builds need no database.
//!
//! The macros of sqlx write one file a query into `SQLX_OFFLINE_DIR` while a crate is checked with
//! `DATABASE_URL` set (sqlx-macros-core, `query/data.rs`). The compiler does not know that they
//! read these variables, so files that use them are touched first.

use std::collections::BTreeMap;
use std::fs::{self, File};
use std::path::Path;
use std::process::Command;
use std::time::SystemTime;

use anyhow::{Context, Result, bail};
use embedded_postgres::Cluster;
use regex::Regex;

use crate::check::sources;
use crate::database;
use crate::run::{cargo, must, root, say};

/// File names and contents.
type Queries = BTreeMap<String, String>;

/// `cargo xtask sqlx [--check]`.
pub fn run(check: bool) -> Result<()> {
    let database = database::throw_away()?;
    let mut command = cargo(&["check", "--workspace", "--all-targets"])?;
    let fresh = collect(&database.cluster, &mut command)?;
    if check {
        compare(&fresh)
    } else {
        write(&fresh)
    }
}

/// Runs `command`, which checks the workspace, against a migrated database, and returns what the
/// macros wrote.
pub fn collect(cluster: &Cluster, command: &mut Command) -> Result<Queries> {
    let url = database::migrated(cluster, "queries")?;
    let folder = tempfile::tempdir()?;
    touch_users_of_macros()?;
    must(
        command
            .env("DATABASE_URL", url)
            .env("SQLX_OFFLINE", "false")
            .env("SQLX_OFFLINE_DIR", folder.path()),
    )?;
    read(folder.path())
}

/// Fails when `.sqlx` is not what `fresh` is.
pub fn compare(fresh: &Queries) -> Result<()> {
    let kept = read(&root()?.join(".sqlx"))?;
    let problems = differences(&kept, fresh);
    if problems.is_empty() {
        return Ok(());
    }
    bail!(
        ".sqlx is not up to date (run: cargo xtask sqlx):\n  {}",
        problems.join("\n  ")
    );
}

fn write(fresh: &Queries) -> Result<()> {
    let folder = root()?.join(".sqlx");
    fs::create_dir_all(&folder)?;
    let kept = read(&folder)?;
    for name in kept.keys().filter(|name| !fresh.contains_key(*name)) {
        fs::remove_file(folder.join(name))?;
    }
    for (name, content) in fresh
        .iter()
        .filter(|(name, content)| kept.get(*name) != Some(*content))
    {
        fs::write(folder.join(name), content)?;
    }
    say(&format!("{} queries in .sqlx", fresh.len()));
    Ok(())
}

fn differences(kept: &Queries, fresh: &Queries) -> Vec<String> {
    let mut all: Vec<String> = Vec::new();
    for (name, content) in fresh {
        match kept.get(name) {
            None => all.push(format!("{name} is missing")),
            Some(old) if old != content => all.push(format!("{name} differs")),
            Some(_) => {}
        }
    }
    all.extend(
        kept.keys()
            .filter(|name| !fresh.contains_key(*name))
            .map(|name| format!("{name} is not used")),
    );
    all
}

fn read(folder: &Path) -> Result<Queries> {
    if !folder.exists() {
        return Ok(Queries::new());
    }
    let mut queries = Queries::new();
    for entry in fs::read_dir(folder)? {
        let path = entry?.path();
        let name = path
            .file_name()
            .unwrap_or_default()
            .to_string_lossy()
            .into_owned();
        if name.starts_with("query-") && path.extension().is_some_and(|own| own == "json") {
            queries.insert(name, fs::read_to_string(&path)?);
        }
    }
    Ok(queries)
}

#[expect(
    clippy::disallowed_methods,
    reason = "the compiler compares with the real time"
)]
fn touch_users_of_macros() -> Result<()> {
    let uses = Regex::new(r"\bquery(_as|_scalar|_file|_file_as|_file_scalar)?!\s*[(\[{]")?;
    for source in sources(&root()?, "rs")? {
        if uses.is_match(&source.text) {
            let file = File::options()
                .append(true)
                .open(root()?.join(&source.path));
            file.and_then(|file| file.set_modified(SystemTime::now()))
                .with_context(|| format!("touching {}", source.path))?;
        }
    }
    Ok(())
}

#[cfg(test)]
mod tests {
    use super::*;

    fn queries(pairs: &[(&str, &str)]) -> Queries {
        pairs
            .iter()
            .map(|(name, text)| ((*name).to_owned(), (*text).to_owned()))
            .collect()
    }

    #[test]
    fn missing_changed_and_unused_queries_are_named() {
        let kept = queries(&[("a", "1"), ("b", "1"), ("d", "1")]);
        let fresh = queries(&[("a", "1"), ("b", "2"), ("c", "1")]);
        assert_eq!(
            differences(&kept, &fresh),
            ["b differs", "c is missing", "d is not used"]
        );
        assert!(differences(&kept, &kept).is_empty());
    }
}
