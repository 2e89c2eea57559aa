//! `cargo xtask figures`: the release build, measured from outside.

use std::process::Command;

use anyhow::Result;
use cargo_metadata::MetadataCommand;

use crate::run::{cargo, must, root};

/// Builds the product and the measuring program together, and runs the sections.
pub fn run(sections: &[String]) -> Result<()> {
    must(
        cargo(&[
            "build",
            "--release",
            "--package",
            "socialsync",
            "--package",
            "figures",
        ])?
        .env("SQLX_OFFLINE", "true"),
    )?;
    let metadata = MetadataCommand::new()
        .current_dir(root()?)
        .no_deps()
        .exec()?;
    let built = metadata
        .target_directory
        .into_std_path_buf()
        .join("release");
    must(
        Command::new(built.join("figures"))
            .arg("--binary")
            .arg(built.join("socialsync"))
            .args(sections),
    )
}
