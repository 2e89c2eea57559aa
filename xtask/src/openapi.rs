//! `cargo xtask openapi`: writes the description of the API that is committed.

use std::fs;

use anyhow::Result;

use crate::database;
use crate::run::{cargo, output, root, say};

/// Asks the product to describe itself, beside a database of its own, into `docs/openapi.json`.
pub fn run() -> Result<()> {
    let database = database::throw_away()?;
    let folder = tempfile::tempdir()?;
    let arguments = ["run", "--quiet", "--package", "socialsync", "--", "openapi"];
    let document = output(
        cargo(&arguments)?
            .env("SQLX_OFFLINE", "true")
            .env("DATABASE_URL", database.cluster.connect_url("postgres"))
            .env("SOCIALSYNC_DATA_DIR", folder.path()),
    )?;
    let path = root()?.join("docs/openapi.json");
    fs::write(&path, document)?;
    say(&format!("wrote {}", path.display()));
    Ok(())
}
