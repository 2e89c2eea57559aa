//! Where files are kept: a folder, or a store that speaks S3.

use anyhow::Context as _;
use blob::Blobs;

use crate::config::Config;

/// Opens the place; each file of at most `limit` bytes.
pub fn open(config: &Config, limit: u64) -> anyhow::Result<Blobs> {
    if let Some(s3) = &config.files.s3 {
        return Ok(Blobs::s3(s3, limit)?);
    }
    let folder = config.data_dir.join("blobs");
    Blobs::local(&folder, limit)
        .with_context(|| format!("files can't be kept in {}", folder.display()))
}
