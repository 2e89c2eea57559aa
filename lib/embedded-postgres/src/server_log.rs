//! The server's own log, kept beside the cluster and never endless.

use std::fs::{self, File, OpenOptions};
use std::io::{Read, Seek, SeekFrom};
use std::os::unix::fs::OpenOptionsExt;
use std::path::{Path, PathBuf};

use crate::StartError;

/// Above this size, in bytes, the log is put aside at the next start.
const TURN_AT: u64 = 16 * 1024 * 1024;

#[derive(Debug)]
pub(crate) struct ServerLog {
    path: PathBuf,
}

impl ServerLog {
    pub(crate) fn new(home: &Path) -> Self {
        Self {
            path: home.join("server.log"),
        }
    }

    /// Opens the log for a server to write to.
    pub(crate) fn open(&self) -> Result<File, StartError> {
        if self.length() > TURN_AT {
            let old = self.path.with_extension("log.1");
            fs::rename(&self.path, &old).map_err(StartError::at(&old))?;
        }
        OpenOptions::new()
            .create(true)
            .append(true)
            .mode(0o600)
            .open(&self.path)
            .map_err(StartError::at(&self.path))
    }

    /// Its length in bytes.
    pub(crate) fn length(&self) -> u64 {
        fs::metadata(&self.path).map_or(0, |metadata| metadata.len())
    }

    /// What was written after the first `position` bytes; empty when it can't be read, for it only
    /// explains another error.
    pub(crate) fn since(&self, position: u64) -> String {
        let mut bytes = Vec::new();
        let read = File::open(&self.path).and_then(|mut file| {
            file.seek(SeekFrom::Start(position))?;
            file.read_to_end(&mut bytes)
        });
        read.map(|_| String::from_utf8_lossy(&bytes).into_owned())
            .unwrap_or_default()
    }
}

#[cfg(test)]
mod tests {
    use std::io::Write;

    use super::*;

    #[test]
    fn only_what_is_new_is_read() {
        let home = tempfile::tempdir().unwrap();
        let log = ServerLog::new(home.path());
        log.open().unwrap().write_all(b"old\n").unwrap();
        let position = log.length();
        log.open().unwrap().write_all(b"new\n").unwrap();
        assert_eq!(log.since(position), "new\n");
    }

    #[test]
    fn a_large_log_is_put_aside() {
        let home = tempfile::tempdir().unwrap();
        let log = ServerLog::new(home.path());
        log.open().unwrap().set_len(TURN_AT + 1).unwrap();
        log.open().unwrap();
        assert_eq!(log.length(), 0);
        assert!(home.path().join("server.log.1").exists());
    }
}
