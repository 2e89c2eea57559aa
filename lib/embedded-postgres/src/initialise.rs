//! Making a new cluster, all or nothing.

use std::fs;
use std::path::{Path, PathBuf};
use std::process::Stdio;

use wheels::output::{last_lines, tells_of_full_disk};
use wheels::{FileError, make_folder};

use crate::account::Account;
use crate::binaries::Binaries;
use crate::connection::USER;
use crate::postmaster::command;
use crate::{Progress, StartError};

/// macOS has no `C.UTF-8` in its own library; its `UTF-8` classifies characters alike.
const CTYPE: &str = if cfg!(target_os = "macos") {
    "UTF-8"
} else {
    "C.UTF-8"
};

/// The cluster's folder in `home`; a new cluster when there is none, else one of the right major
/// version.
pub(crate) fn cluster(
    home: &Path,
    binaries: &Binaries,
    account: Account,
    progress: &dyn Fn(Progress),
) -> Result<PathBuf, StartError> {
    let cluster = home.join("cluster");
    if !cluster.exists() {
        progress(Progress::Initialising);
        make(home, &cluster, binaries, account)?;
    }
    check_version(&cluster, &binaries.major)?;
    Ok(cluster)
}

/// Runs `initdb` in a folder beside, and moves that once it is whole.
fn make(
    home: &Path,
    cluster: &Path,
    binaries: &Binaries,
    account: Account,
) -> Result<(), StartError> {
    let fresh = home.join("cluster.new");
    if fresh.exists() {
        // An earlier first start was cut off here.
        fs::remove_dir_all(&fresh).map_err(StartError::at(&fresh))?;
    }
    make_folder(&fresh, 0o700)?;
    account.own(&fresh, 0o700)?;
    let program = binaries.program("initdb");
    let output = command(&program, home, account)
        .args([
            "--username",
            USER,
            "--auth=scram-sha-256",
            "--encoding=UTF8",
            "--no-sync",
        ])
        .args([
            "--locale-provider=builtin",
            "--builtin-locale=C.UTF-8",
            "--locale=C",
        ])
        .args(["--lc-ctype", CTYPE, "--no-instructions"])
        .arg("--pwfile")
        .arg(home.join("password"))
        .arg("-D")
        .arg(&fresh)
        .stdin(Stdio::null())
        .output()
        .map_err(|source| StartError::Run {
            program: program.display().to_string(),
            source,
        })?;
    if !output.status.success() {
        let text = String::from_utf8_lossy(&output.stderr);
        return Err(if tells_of_full_disk(&text) {
            let path = home.to_owned();
            FileError::DiskFull { path }.into()
        } else {
            StartError::Initdb {
                output: last_lines(&text, 8),
            }
        });
    }
    fs::rename(&fresh, cluster).map_err(StartError::at(cluster))
}

fn check_version(cluster: &Path, expected: &str) -> Result<(), StartError> {
    let path = cluster.join("PG_VERSION");
    let found = fs::read_to_string(&path).map_err(StartError::at(&path))?;
    if found.trim() == expected {
        return Ok(());
    }
    Err(StartError::OtherMajorVersion {
        path: cluster.to_owned(),
        found: found.trim().to_owned(),
        expected: expected.to_owned(),
    })
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_cluster_of_another_major_version_is_refused_by_a_sentence() {
        let folder = tempfile::tempdir().unwrap();
        fs::write(folder.path().join("PG_VERSION"), "17\n").unwrap();
        let refused = check_version(folder.path(), "18").unwrap_err().to_string();
        assert!(
            refused.contains("was made by PostgreSQL 17 and this is PostgreSQL 18"),
            "{refused}"
        );
        check_version(folder.path(), "17").unwrap();
    }
}
