//! Where the Unix socket lies. Its path must be short: the kernel's address structure has room for
//! 108 bytes on Linux and 104 on macOS, one of them a zero (unix(7)).

use std::env;
use std::fs::{self, DirBuilder};
use std::os::unix::fs::{DirBuilderExt, MetadataExt};
use std::path::{Path, PathBuf};

use sha2::{Digest, Sha256};
use wheels::make_folder;

use crate::StartError;
use crate::account::Account;

/// The longest path of a socket, in bytes.
pub(crate) const LIMIT: usize = if cfg!(target_os = "macos") { 103 } else { 107 };

/// PostgreSQL puts the port into the socket's name. Each cluster has its own folder, so this one
/// serves them all.
pub(crate) const PORT: u16 = 5432;

/// The folder of the socket, private to the server's user: in the cluster's home, or where that
/// is too long in the user's runtime folder or `/tmp`.
pub(crate) fn folder(home: &Path, account: Account) -> Result<PathBuf, StartError> {
    let place = place(home, account);
    if place.starts_with(home) {
        make_folder(&place, 0o700)?;
        account.own(&place, 0o700)?;
    } else {
        make_private(&place, account)?;
    }
    Ok(place)
}

/// Where this folder is, made or not.
pub(crate) fn place(home: &Path, account: Account) -> PathBuf {
    let inside = home.join("socket");
    if fits(&inside) {
        return inside;
    }
    let digest = hex::encode(Sha256::digest(home.as_os_str().as_encoded_bytes()));
    let name = format!("socialsync-{}", digest.get(..16).unwrap_or(&digest));
    let runtime = env::var_os("XDG_RUNTIME_DIR").map(PathBuf::from);
    runtime
        .filter(|base| !account.lent && base.is_absolute() && fits(&base.join(&name)))
        .unwrap_or_else(|| PathBuf::from("/tmp"))
        .join(name)
}

fn fits(folder: &Path) -> bool {
    let socket = folder.join(format!(".s.PGSQL.{PORT}"));
    socket.as_os_str().len() <= LIMIT
}

/// Makes a folder in a place where everybody may write, or takes it when it is already ours and
/// closed to others. A folder that somebody else put there is refused.
fn make_private(path: &Path, account: Account) -> Result<(), StartError> {
    let refuse = |problem: &str| StartError::SocketPath {
        path: path.to_owned(),
        problem: problem.to_owned(),
    };
    match DirBuilder::new().mode(0o700).create(path) {
        Ok(()) => account.own(path, 0o700),
        Err(error) if error.kind() == std::io::ErrorKind::AlreadyExists => {
            let metadata = fs::symlink_metadata(path).map_err(StartError::at(path))?;
            if !metadata.is_dir() {
                Err(refuse("it is not a folder"))
            } else if metadata.uid() != account.uid || metadata.mode() & 0o077 != 0 {
                Err(refuse("it belongs to somebody else or is open to others"))
            } else {
                Ok(())
            }
        }
        Err(error) => Err(refuse(&error.to_string())),
    }
}

/// A loopback port that is free now.
pub(crate) fn free_port() -> Result<u16, StartError> {
    std::net::TcpListener::bind(("127.0.0.1", 0))
        .and_then(|listener| listener.local_addr())
        .map(|address| address.port())
        .map_err(StartError::at(Path::new("127.0.0.1")))
}

#[cfg(test)]
mod tests {
    use std::os::unix::fs::{PermissionsExt, symlink};

    use super::*;

    fn us() -> Account {
        Account {
            uid: rustix::process::geteuid().as_raw(),
            gid: 0,
            lent: false,
        }
    }

    #[test]
    fn a_short_home_keeps_its_socket() {
        let home = tempfile::tempdir().unwrap();
        assert_eq!(
            folder(home.path(), us()).unwrap(),
            home.path().join("socket")
        );
    }

    #[test]
    fn a_long_home_gets_a_short_private_folder_always_the_same() {
        let home = tempfile::tempdir().unwrap();
        let long = home.path().join("x".repeat(120));
        let first = folder(&long, us()).unwrap();
        assert!(fits(&first));
        assert_eq!(fs::metadata(&first).unwrap().mode() & 0o777, 0o700);
        assert_eq!(folder(&long, us()).unwrap(), first);
        fs::remove_dir(first).unwrap();
    }

    #[test]
    fn a_folder_laid_out_by_somebody_else_is_refused() {
        let place = tempfile::tempdir().unwrap();
        let open = place.path().join("open");
        fs::create_dir(&open).unwrap();
        fs::set_permissions(&open, fs::Permissions::from_mode(0o777)).unwrap();
        assert!(matches!(
            make_private(&open, us()),
            Err(StartError::SocketPath { .. })
        ));
        let link = place.path().join("link");
        symlink(&open, &link).unwrap();
        assert!(matches!(
            make_private(&link, us()),
            Err(StartError::SocketPath { .. })
        ));
    }
}
