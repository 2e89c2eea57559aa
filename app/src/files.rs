//! Where files are kept: a folder, or a store that speaks S3. What the product makes on this machine
//! is closed to other people of the machine.

use std::fs::{DirBuilder, OpenOptions};
use std::io::{self, Write as _};
use std::os::unix::fs::{DirBuilderExt as _, OpenOptionsExt as _};
use std::path::Path;

use anyhow::Context as _;
use blob::Blobs;

use crate::config::Config;

/// Opens the place; each file of at most `limit` bytes.
pub fn open(config: &Config, limit: u64) -> anyhow::Result<Blobs> {
    if let Some(s3) = &config.files.s3 {
        return Ok(Blobs::s3(s3, limit)?);
    }
    make_data_folder(&config.data_dir)?;
    let folder = config.data_dir.join("blobs");
    Blobs::local(&folder, limit)
        .with_context(|| format!("files can't be kept in {}", folder.display()))
}

/// Makes the data folder where there is none.
pub fn make_data_folder(folder: &Path) -> anyhow::Result<()> {
    make_folder(folder).with_context(|| {
        format!(
            "the data folder {} can't be made; set SOCIALSYNC_DATA_DIR to a folder of yours",
            folder.display()
        )
    })
}

fn make_folder(folder: &Path) -> io::Result<()> {
    if folder.is_dir() {
        return Ok(());
    }
    let mut builder = DirBuilder::new();
    builder.recursive(true);
    // Root's PostgreSQL runs as another user, who passes through and sees nothing.
    let root = rustix::process::geteuid().is_root();
    builder.mode(if root { 0o711 } else { 0o700 });
    builder.create(folder)
}

/// Writes a file that only its owner may read, in the place of one that is there.
pub fn write_private(path: &Path, content: &[u8]) -> io::Result<()> {
    let fresh = path.with_extension("new");
    private()
        .create(true)
        .truncate(true)
        .open(&fresh)?
        .write_all(content)?;
    std::fs::rename(&fresh, path)
}

/// The same, and fails where there is one already.
pub fn write_private_once(path: &Path, content: &[u8]) -> io::Result<()> {
    private().create_new(true).open(path)?.write_all(content)
}

fn private() -> OpenOptions {
    let mut options = OpenOptions::new();
    options.write(true).mode(0o600);
    options
}

#[cfg(test)]
mod tests {
    use std::os::unix::fs::PermissionsExt as _;

    use super::*;

    fn mode(path: &Path) -> u32 {
        std::fs::metadata(path).unwrap().permissions().mode() & 0o777
    }

    #[test]
    fn what_is_made_is_closed_to_others() {
        let place = tempfile::tempdir().unwrap();
        let folder = place.path().join("above/data");
        make_data_folder(&folder).unwrap();
        for made in [&folder, &place.path().join("above")] {
            assert_eq!(mode(made) & 0o066, 0, "{}", made.display());
        }
        let file = folder.join("facts.json");
        for text in ["one", "two"] {
            write_private(&file, text.as_bytes()).unwrap();
            assert_eq!(std::fs::read_to_string(&file).unwrap(), text);
        }
        assert_eq!(mode(&file), 0o600);
        assert!(write_private_once(&file, b"three").is_err());
    }

    #[test]
    fn a_folder_that_is_there_stays_as_its_owner_made_it() {
        let place = tempfile::tempdir().unwrap();
        std::fs::set_permissions(place.path(), std::fs::Permissions::from_mode(0o750)).unwrap();
        make_data_folder(place.path()).unwrap();
        assert_eq!(mode(place.path()), 0o750);
    }
}
