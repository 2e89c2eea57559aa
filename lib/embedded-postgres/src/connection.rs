//! How to connect: user, password, and a socket or a port.

use std::fmt::{self, Write as _};
use std::fs::{self, File, OpenOptions};
use std::io::{Read, Write as _};
use std::os::unix::fs::OpenOptionsExt;
use std::path::{Path, PathBuf};

use crate::StartError;
use crate::account::Account;

/// The name of the cluster's superuser. Always named explicitly: libraries would guess the name of
/// the operating system's user.
pub(crate) const USER: &str = "postgres";

/// What a client needs to connect to a [`crate::Cluster`].
#[derive(Clone, PartialEq, Eq)]
pub struct Connection {
    pub(crate) socket_dir: Option<PathBuf>,
    pub(crate) port: u16,
    pub(crate) password: String,
}

impl Connection {
    /// The user to connect as, the cluster's superuser.
    pub fn user(&self) -> &'static str {
        USER
    }

    /// The password. A secret.
    pub fn password(&self) -> &str {
        &self.password
    }

    /// The folder of the Unix socket; `None` on TCP, where the host is 127.0.0.1.
    pub fn socket_dir(&self) -> Option<&Path> {
        self.socket_dir.as_deref()
    }

    /// The port; on a Unix socket a part of the file's name.
    pub fn port(&self) -> u16 {
        self.port
    }

    /// A URL for `database`, as sqlx and libpq read it. It contains the password.
    pub fn url(&self, database: &str) -> String {
        let Self { port, password, .. } = self;
        let database = percent_encode(database.as_bytes());
        match &self.socket_dir {
            None => format!("postgres://{USER}:{password}@127.0.0.1:{port}/{database}"),
            Some(folder) => format!(
                "postgres://{USER}:{password}@localhost:{port}/{database}?host={}",
                percent_encode(folder.as_os_str().as_encoded_bytes())
            ),
        }
    }
}

impl fmt::Debug for Connection {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("Connection")
            .field("socket_dir", &self.socket_dir)
            .field("port", &self.port)
            .finish_non_exhaustive()
    }
}

/// Encodes everything but letters, digits, `-._~` and `/`.
fn percent_encode(bytes: &[u8]) -> String {
    let mut out = String::with_capacity(bytes.len());
    for &byte in bytes {
        if byte.is_ascii_alphanumeric() || b"-._~/".contains(&byte) {
            out.push(char::from(byte));
        } else {
            // Writing to a String can't fail.
            let _infallible = write!(out, "%{byte:02X}");
        }
    }
    out
}

/// The password of a cluster that is there.
pub(crate) fn kept(home: &Path) -> Result<String, StartError> {
    let path = home.join("password");
    let kept = fs::read_to_string(&path).map_err(StartError::at(&path))?;
    Ok(kept.trim().to_owned())
}

/// The cluster's password: kept beside it and readable by the server's user alone; made up before
/// the cluster is.
pub(crate) fn password(home: &Path, account: Account) -> Result<String, StartError> {
    let path = home.join("password");
    if path.exists() || home.join("cluster").exists() {
        let kept = fs::read_to_string(&path).map_err(StartError::at(&path))?;
        if !kept.trim().is_empty() {
            return Ok(kept.trim().to_owned());
        }
        // Empty: the first start was cut off before anything used it.
        fs::remove_file(&path).map_err(StartError::at(&path))?;
    }
    let password = random_hex().map_err(StartError::at(Path::new("/dev/urandom")))?;
    let mut file = OpenOptions::new()
        .create_new(true)
        .write(true)
        .mode(0o600)
        .open(&path)
        .map_err(StartError::at(&path))?;
    writeln!(file, "{password}").map_err(StartError::at(&path))?;
    account.own(&path, 0o600)?;
    Ok(password)
}

/// 256 random bits of the operating system.
fn random_hex() -> std::io::Result<String> {
    let mut bytes = [0_u8; 32];
    File::open("/dev/urandom")?.read_exact(&mut bytes)?;
    Ok(hex::encode(bytes))
}

#[cfg(test)]
mod tests {
    use std::os::unix::fs::PermissionsExt;

    use super::*;

    fn connection(socket_dir: Option<&str>) -> Connection {
        Connection {
            socket_dir: socket_dir.map(PathBuf::from),
            port: 5432,
            password: "hush".to_owned(),
        }
    }

    #[test]
    fn a_socket_folder_with_odd_characters_survives_the_url() {
        assert_eq!(
            connection(Some("/da ta/é&")).url("main"),
            "postgres://postgres:hush@localhost:5432/main?host=/da%20ta/%C3%A9%26"
        );
    }

    #[test]
    fn on_tcp_the_url_names_the_loopback_address() {
        assert_eq!(
            connection(None).url("main"),
            "postgres://postgres:hush@127.0.0.1:5432/main"
        );
    }

    #[test]
    fn debug_output_has_no_password() {
        assert!(!format!("{:?}", connection(None)).contains("hush"));
    }

    #[test]
    fn the_password_is_kept_and_closed_to_others() {
        let home = tempfile::tempdir().unwrap();
        let us = Account {
            uid: 0,
            gid: 0,
            lent: false,
        };
        let first = password(home.path(), us).unwrap();
        assert_eq!(first.len(), 64);
        assert_eq!(password(home.path(), us).unwrap(), first);
        let mode = fs::metadata(home.path().join("password"))
            .unwrap()
            .permissions()
            .mode();
        assert_eq!(mode & 0o777, 0o600);
    }
}
