//! What a person who waits for the first start is told.

use std::fmt;
use std::path::PathBuf;

use wheels::Step;

/// A step of [`crate::Cluster::start`]. Its `Display` is a sentence for people.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Progress {
    /// Fetching and unpacking the binaries (about 14 MB), once per machine and user.
    Binaries(Step),
    /// The server's user can't reach the wanted folder, so the cluster lives elsewhere.
    Moved {
        /// Where it lives.
        to: PathBuf,
    },
    /// Making a new, empty cluster.
    Initialising,
    /// A server whose owner died is still there and is being stopped.
    StoppingOrphan {
        /// Its process id.
        pid: i32,
    },
    /// Starting the server; after a crash it replays its log first.
    Starting,
}

impl fmt::Display for Progress {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::Binaries(step) => step.fmt(f),
            Self::Moved { to } => write!(
                f,
                "PostgreSQL can't run as root and its user can't reach the data folder, so the \
                 database is kept in {}",
                to.display()
            ),
            Self::Initialising => f.write_str("Making a new database cluster"),
            Self::StoppingOrphan { pid } => {
                write!(
                    f,
                    "Stopping the server (process {pid}) that an earlier run left behind"
                )
            }
            Self::Starting => f.write_str("Starting PostgreSQL"),
        }
    }
}
