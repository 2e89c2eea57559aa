//! Files and folders, with errors that name them.

use std::fs;
use std::io;
use std::os::unix::fs::PermissionsExt;
use std::path::{Path, PathBuf};

/// Why a file or folder can't be read or written.
#[derive(Debug, thiserror::Error)]
pub enum FileError {
    /// The disk is full.
    #[error("The disk that holds {} is full. Free some space and start again.", path.display())]
    DiskFull {
        /// The file or folder that was written to.
        path: PathBuf,
    },
    /// Anything else.
    #[error("{} can't be used", path.display())]
    Unusable {
        /// The file or folder.
        path: PathBuf,
        /// Why.
        #[source]
        source: io::Error,
    },
}

impl FileError {
    /// The error of a file operation at `path`, with a full disk told apart.
    pub fn at(path: &Path) -> impl FnOnce(io::Error) -> Self + '_ {
        move |source| match source.kind() {
            io::ErrorKind::StorageFull | io::ErrorKind::QuotaExceeded => Self::DiskFull {
                path: path.to_owned(),
            },
            _ => Self::Unusable {
                path: path.to_owned(),
                source,
            },
        }
    }
}

/// Makes a folder and what is missing above it. Only what is new gets `mode`; folders that were
/// there stay as their owner left them.
pub fn make_folder(path: &Path, mode: u32) -> Result<(), FileError> {
    if path.is_dir() {
        return Ok(());
    }
    if let Some(parent) = path.parent() {
        make_folder(parent, 0o755)?;
    }
    match fs::create_dir(path) {
        Ok(()) => fs::set_permissions(path, fs::Permissions::from_mode(mode)),
        Err(error) if error.kind() == io::ErrorKind::AlreadyExists && path.is_dir() => Ok(()),
        Err(error) => Err(error),
    }
    .map_err(FileError::at(path))
}

#[cfg(test)]
mod tests {
    use std::os::unix::fs::MetadataExt;

    use super::*;

    #[test]
    fn a_full_disk_is_told_apart_from_other_io_errors() {
        let path = Path::new("/data");
        let full = FileError::at(path)(io::ErrorKind::StorageFull.into());
        let denied = FileError::at(path)(io::ErrorKind::PermissionDenied.into());
        assert!(matches!(full, FileError::DiskFull { .. }));
        assert!(matches!(denied, FileError::Unusable { .. }));
    }

    #[test]
    fn folders_that_exist_keep_their_mode() {
        let folder = tempfile::tempdir().unwrap();
        fs::set_permissions(folder.path(), fs::Permissions::from_mode(0o700)).unwrap();
        make_folder(folder.path(), 0o755).unwrap();
        assert_eq!(fs::metadata(folder.path()).unwrap().mode() & 0o777, 0o700);
    }
}
