//! One owner at a time, by a file lock that the kernel frees with its process.

use std::fs::{File, OpenOptions, TryLockError};
use std::io::{ErrorKind, Read, Seek, Write};
use std::path::Path;

use crate::StartError;

/// The lock of a cluster's folder; freed when dropped or when the process ends.
#[derive(Debug)]
pub(crate) struct OwnerLock {
    _file: File,
}

impl OwnerLock {
    /// Takes the lock, or says who has it.
    pub(crate) fn take(home: &Path) -> Result<Self, StartError> {
        let path = home.join("owner.lock");
        let mut file = open(&path)?;
        match file.try_lock() {
            Ok(()) => {}
            Err(TryLockError::WouldBlock) => {
                let mut pid = String::new();
                let known = file.read_to_string(&mut pid).is_ok() && !pid.trim().is_empty();
                return Err(StartError::InUse {
                    path: home.to_owned(),
                    pid: if known {
                        pid.trim().to_owned()
                    } else {
                        "unknown".to_owned()
                    },
                });
            }
            Err(TryLockError::Error(source)) => return Err(StartError::at(&path)(source)),
        }
        let written = file
            .set_len(0)
            .and_then(|()| file.rewind())
            .and_then(|()| writeln!(file, "{}", std::process::id()));
        written.map_err(StartError::at(&path))?;
        Ok(Self { _file: file })
    }
}

impl OwnerLock {
    /// Whether somebody owns the cluster in this folder.
    pub(crate) fn is_held(home: &Path) -> Result<bool, StartError> {
        let path = home.join("owner.lock");
        let file = match File::open(&path) {
            Ok(file) => file,
            Err(error) if error.kind() == ErrorKind::NotFound => return Ok(false),
            Err(error) => return Err(StartError::at(&path)(error)),
        };
        match file.try_lock_shared() {
            // Freed again with the file.
            Ok(()) => Ok(false),
            Err(TryLockError::WouldBlock) => Ok(true),
            Err(TryLockError::Error(source)) => Err(StartError::at(&path)(source)),
        }
    }
}

fn open(path: &Path) -> Result<File, StartError> {
    OpenOptions::new()
        .create(true)
        .truncate(false)
        .read(true)
        .write(true)
        .open(path)
        .map_err(StartError::at(path))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_second_owner_is_told_who_the_first_is() {
        let home = tempfile::tempdir().unwrap();
        let first = OwnerLock::take(home.path()).unwrap();
        let refused = OwnerLock::take(home.path()).unwrap_err().to_string();
        assert!(
            refused.contains(&format!("in use by process {}", std::process::id())),
            "{refused}"
        );
        assert!(OwnerLock::is_held(home.path()).unwrap());
        drop(first);
        assert!(!OwnerLock::is_held(home.path()).unwrap());
        OwnerLock::take(home.path()).unwrap();
    }
}
