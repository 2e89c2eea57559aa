//! A running cluster and its owner.

use std::path::{Path, PathBuf};

use crate::account::Account;
use crate::binaries::Binaries;
use crate::lock::OwnerLock;
use crate::postmaster::Postmaster;
use crate::server_log::ServerLog;
use crate::supervise::Supervisor;
use crate::{Connection, Progress, Settings, StartError, connection, initialise, places, socket};

/// A PostgreSQL cluster that this process owns.
///
/// The server is stopped by [`Cluster::stop`] or when the value is dropped. When the process is
/// killed, a watching process stops the server; should that be killed too, the next start stops it.
#[derive(Debug)]
pub struct Cluster {
    supervisor: Supervisor,
    connection: Connection,
    bin: PathBuf,
    /// Freed last: fields are dropped in this order.
    _lock: OwnerLock,
}

impl Cluster {
    /// Starts the cluster of `settings`, making it first when there is none. Blocks: about two
    /// seconds the first time, plus the download, and well under a second later.
    pub fn start(settings: &Settings, progress: &dyn Fn(Progress)) -> Result<Self, StartError> {
        let account = Account::choose()?;
        let wanted = places::wanted(settings, account)?;
        let lock = OwnerLock::take(&wanted)?;
        let home = places::home(&wanted, account, progress)?;
        let binaries = Binaries::provide(settings, account, progress)?;
        let password = connection::password(&home, account)?;
        let cluster = initialise::cluster(&home, &binaries, account, progress)?;

        let connection = if settings.tcp {
            Connection {
                socket_dir: None,
                port: socket::free_port()?,
                password,
            }
        } else {
            let socket_dir = Some(socket::folder(&home, account)?);
            Connection {
                socket_dir,
                port: socket::PORT,
                password,
            }
        };
        progress(Progress::Starting);
        let postmaster = Postmaster {
            program: binaries.program("postgres"),
            cluster,
            account,
            parameters: parameters(&connection, &settings.parameters),
            log: ServerLog::new(&home),
            home,
        };
        let server = postmaster.launch(progress, &|_| true)?;
        let supervisor = Supervisor::watch(postmaster, server).map_err(StartError::at(&wanted))?;
        Ok(Self {
            supervisor,
            connection,
            bin: binaries.bin,
            _lock: lock,
        })
    }

    /// How to connect.
    pub fn connection(&self) -> &Connection {
        &self.connection
    }

    /// A URL for `database`; it contains the password. A new cluster has the database `postgres`.
    pub fn connect_url(&self, database: &str) -> String {
        self.connection.url(database)
    }

    /// The folder of PostgreSQL's programs, such as `psql` and `pg_dump`.
    pub fn bin_dir(&self) -> &Path {
        &self.bin
    }

    /// The server's process id; `None` between its death and the next start.
    pub fn pid(&self) -> Option<i32> {
        self.supervisor.pid()
    }

    /// How often the server died and was started again.
    pub fn restarts(&self) -> u64 {
        self.supervisor.restarts()
    }

    /// Stops the server: sessions are ended, everything is written. Blocks until it is gone.
    pub fn stop(mut self) {
        self.supervisor.stop();
    }
}

impl Drop for Cluster {
    fn drop(&mut self) {
        self.supervisor.stop();
    }
}

/// The server's parameters, the caller's last and so strongest.
fn parameters(connection: &Connection, own: &[(String, String)]) -> Vec<(String, String)> {
    let port = connection.port().to_string();
    // PostgreSQL reads this one as a list of quoted names.
    let folder = connection
        .socket_dir()
        .map(|folder| format!("\"{}\"", folder.display().to_string().replace('"', "\"\"")))
        .unwrap_or_default();
    let host = if connection.socket_dir().is_some() {
        ""
    } else {
        "127.0.0.1"
    };
    let defaults = [
        ("listen_addresses", host),
        ("unix_socket_directories", &folder),
        ("unix_socket_permissions", "0700"),
        ("port", &port),
        ("cluster_name", "socialsync"),
        ("max_connections", "200"),
        ("shared_buffers", "64MB"),
        // New tables grow fast, and plans made for empty ones are kept until statistics come.
        ("autovacuum_naptime", "5s"),
        ("timezone", "UTC"),
        ("log_timezone", "UTC"),
        ("log_checkpoints", "off"),
        // The server's log must not repeat what people wrote: no statements, no rows.
        ("log_min_error_statement", "panic"),
        ("log_error_verbosity", "terse"),
    ];
    let mut all: Vec<(String, String)> = defaults
        .iter()
        .map(|(name, value)| ((*name).to_owned(), (*value).to_owned()))
        .collect();
    all.extend_from_slice(own);
    all
}
