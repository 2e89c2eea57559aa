//! Fetching a pinned wheel with the user's own package client, which knows the index, mirror,
//! proxy and certificates. No address is written here.

use std::fs;
use std::io;
use std::path::{Path, PathBuf};
use std::process::{Command, Stdio};

use crate::output::{last_lines, tells_of_full_disk};
use crate::{FetchError, FileError, Step, Wheel};

/// A program that can download a wheel: how it is called, up to and without `download`.
const CLIENTS: [&[&str]; 4] = [
    &["python3", "-m", "pip"],
    &["python", "-m", "pip"],
    &["pip3"],
    &["uv", "tool", "run", "pip"],
];

/// Downloads the wheel into `folder` and returns its path. The client checks the hash; the caller
/// checks it again.
pub(crate) fn download(
    wheel: &Wheel,
    folder: &Path,
    progress: &dyn Fn(Step),
) -> Result<PathBuf, FetchError> {
    let client = CLIENTS
        .iter()
        .find(|client| works(client))
        .ok_or(FetchError::NoClient { what: wheel.what })?;
    let name = client.join(" ");
    progress(Step::Fetching {
        what: wheel.what,
        version: wheel.version,
        client: name.clone(),
    });

    let requirements = folder.join("requirements.txt");
    fs::write(
        &requirements,
        format!(
            "{}=={} --hash=sha256:{}\n",
            wheel.package, wheel.version, wheel.sha256
        ),
    )
    .map_err(FileError::at(&requirements))?;
    let (program, arguments) = split(client);
    let output = Command::new(program)
        .args(arguments)
        .args([
            "download",
            "--quiet",
            "--disable-pip-version-check",
            "--no-input",
            "--no-deps",
        ])
        // Naming the platform makes the choice independent of the client's age and interpreter.
        .args(["--only-binary=:all:", "--platform", wheel.platform])
        .args(["--implementation", "py", "--abi", "none"])
        .args(["--require-hashes", "-r"])
        .arg(&requirements)
        .arg("-d")
        .arg(folder)
        .stdin(Stdio::null())
        .output()
        .map_err(|source| FetchError::Run {
            client: name.clone(),
            source,
        })?;
    if !output.status.success() {
        let text = String::from_utf8_lossy(&output.stderr);
        return Err(failure(name, &text, wheel, folder));
    }
    Ok(find_wheel(folder)?)
}

/// Whether the client is installed and runs.
fn works(client: &[&str]) -> bool {
    let (program, arguments) = split(client);
    Command::new(program)
        .args(arguments)
        .arg("--version")
        .stdin(Stdio::null())
        .stdout(Stdio::null())
        .stderr(Stdio::null())
        .status()
        .is_ok_and(|status| status.success())
}

fn split<'a>(client: &'a [&'a str]) -> (&'a str, &'a [&'a str]) {
    client
        .split_first()
        .map_or(("", &[]), |(program, arguments)| (*program, arguments))
}

fn failure(client: String, output: &str, wheel: &Wheel, folder: &Path) -> FetchError {
    if tells_of_full_disk(output) {
        let path = folder.to_owned();
        FileError::DiskFull { path }.into()
    } else if output.contains("DO NOT MATCH THE HASHES") {
        FetchError::HashMismatch {
            what: wheel.what,
            expected: wheel.sha256,
            found: "refused by the client".to_owned(),
        }
    } else {
        FetchError::Fetch {
            what: wheel.what,
            client,
            output: last_lines(output, 8),
        }
    }
}

fn find_wheel(folder: &Path) -> Result<PathBuf, FileError> {
    let entries = fs::read_dir(folder).map_err(FileError::at(folder))?;
    entries
        .filter_map(|entry| Some(entry.ok()?.path()))
        .find(|path| path.extension().is_some_and(|extension| extension == "whl"))
        .ok_or_else(|| FileError::Unusable {
            path: folder.to_owned(),
            source: io::Error::new(io::ErrorKind::NotFound, "the client left no wheel there"),
        })
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::wheel::tests::WHEEL;

    fn failed_with(output: &str) -> FetchError {
        failure("pip".to_owned(), output, &WHEEL, Path::new("/cache"))
    }

    #[test]
    fn a_refused_hash_is_told_apart() {
        let error = failed_with("ERROR: THESE PACKAGES DO NOT MATCH THE HASHES FROM THE …");
        assert!(matches!(error, FetchError::HashMismatch { .. }));
    }

    #[test]
    fn a_full_disk_is_told_apart() {
        let error = failed_with("OSError: [Errno 28] No space left on device");
        assert!(matches!(
            error,
            FetchError::File(FileError::DiskFull { .. })
        ));
    }

    #[test]
    fn any_other_failure_shows_the_last_lines_of_the_client() {
        let error = failed_with("WARNING: retrying\nERROR: No matching distribution found");
        assert!(error.to_string().contains("No matching distribution found"));
    }

    #[test]
    fn a_program_that_is_not_there_does_not_work() {
        assert!(!works(&["no-such-program-anywhere"]));
        assert!(works(&["true"]));
    }
}
