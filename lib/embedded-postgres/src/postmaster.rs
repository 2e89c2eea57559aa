//! Starting the server process and waiting until it takes connections.

use std::fs;
use std::os::unix::process::CommandExt;
use std::path::{Path, PathBuf};
use std::process::{Child, Command, Stdio};
use std::thread::sleep;
use std::time::{Duration, Instant};

use rustix::process::Pid;
use wheels::FileError;
use wheels::output::{last_lines, tells_of_full_disk};

use crate::account::Account;
use crate::leash::Leash;
use crate::leftovers;
use crate::server_log::ServerLog;
use crate::{Progress, StartError};

/// Replaying the log of a crash may take its time; a server that needs longer is given up.
const READY_WITHIN: Duration = Duration::from_mins(5);
/// After a kill, processes and shared memory of the last server may linger this long.
const RETRY_FOR: Duration = Duration::from_secs(15);

/// Everything needed to start the server, and to start it again.
#[derive(Debug)]
pub(crate) struct Postmaster {
    pub(crate) program: PathBuf,
    pub(crate) home: PathBuf,
    pub(crate) cluster: PathBuf,
    pub(crate) account: Account,
    pub(crate) parameters: Vec<(String, String)>,
    pub(crate) log: ServerLog,
}

/// A running server process.
#[derive(Debug)]
pub(crate) struct Server {
    pub(crate) child: Child,
    pub(crate) leash: Leash,
}

/// A program of PostgreSQL, run as the server's user with nothing of our environment but the path:
/// a stray `PGDATA` or locale must not change what it does.
pub(crate) fn command(program: &Path, home: &Path, account: Account) -> Command {
    let mut command = Command::new(program);
    command
        .env_clear()
        .env("LC_ALL", "C")
        .env("PATH", "/usr/local/bin:/usr/bin:/bin");
    command.current_dir(home);
    // Its own group: Ctrl-C in a terminal reaches us first, and we stop it when we are done.
    command.process_group(0);
    account.apply(&mut command);
    command
}

impl Postmaster {
    /// Starts the process, without waiting for it.
    fn spawn(&self) -> Result<Child, StartError> {
        let log = self.log.open()?;
        let mut command = command(&self.program, &self.home, self.account);
        command.arg("-D").arg(&self.cluster);
        for (name, value) in &self.parameters {
            command.arg("-c").arg(format!("{name}={value}"));
        }
        command
            .stdin(Stdio::null())
            .stdout(log.try_clone().map_err(StartError::at(&self.home))?)
            .stderr(log)
            .spawn()
            .map_err(|source| StartError::Run {
                program: self.program.display().to_string(),
                source,
            })
    }

    /// Starts the server and waits until it takes connections, through what a killed predecessor
    /// left. `admit` sees each process before anything waits for it, and may refuse to go on.
    pub(crate) fn launch(
        &self,
        progress: &dyn Fn(Progress),
        admit: &dyn Fn(Option<&Child>) -> bool,
    ) -> Result<Server, StartError> {
        let until = Instant::now() + RETRY_FOR;
        loop {
            leftovers::clear(&self.cluster, progress)?;
            let position = self.log.length();
            let mut child = self.spawn()?;
            let leash = Leash::hold(Pid::from_child(&child), self.account);
            if !admit(Some(&child)) {
                interrupt(&child);
            }
            if self.wait_ready(&mut child)? {
                return Ok(Server { child, leash });
            }
            let go_on = admit(None);
            let output = self.log.since(position);
            if go_on && Instant::now() < until && is_passing(&output) {
                sleep(Duration::from_millis(100));
                continue;
            }
            return Err(if tells_of_full_disk(&output) {
                let path = self.home.clone();
                FileError::DiskFull { path }.into()
            } else {
                StartError::Server {
                    output: last_lines(&output, 12),
                }
            });
        }
    }

    /// `true` once the server takes connections, `false` when it ended instead.
    fn wait_ready(&self, child: &mut Child) -> Result<bool, StartError> {
        let until = Instant::now() + READY_WITHIN;
        let file = self.cluster.join("postmaster.pid");
        let pid = Pid::from_child(child);
        loop {
            if leftovers::read_pid(&file) == Some(pid)
                && fs::read_to_string(&file).is_ok_and(|text| says_ready(&text))
            {
                return Ok(true);
            }
            let ended = child.try_wait().map_err(StartError::at(&self.program))?;
            if ended.is_some() {
                return Ok(false);
            }
            if Instant::now() > until {
                child.kill().map_err(StartError::at(&self.program))?;
                child.wait().map_err(StartError::at(&self.program))?;
                return Ok(false);
            }
            sleep(Duration::from_millis(5));
        }
    }
}

/// Asks a server for a fast shutdown.
fn interrupt(child: &Child) {
    // An error means that it is gone, which is what was asked for.
    let _gone = rustix::process::kill_process(Pid::from_child(child), rustix::process::Signal::INT);
}

/// The eighth line of `postmaster.pid` is the server's state (PostgreSQL, miscadmin.h).
fn says_ready(pid_file: &str) -> bool {
    pid_file
        .lines()
        .nth(7)
        .is_some_and(|state| state.trim() == "ready")
}

/// Whether the server refused to start for a reason that goes away by itself.
fn is_passing(output: &str) -> bool {
    output.contains("pre-existing shared memory block")
        || output.contains("lock file \"postmaster.pid\" already exists")
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_state_is_the_eighth_line() {
        let file = "1\n/c\n2\n5432\n/s\n\n  3 4\nready   \n";
        assert!(says_ready(file));
        assert!(!says_ready(&file.replace("ready", "starting")));
        assert!(!says_ready("1\n"));
    }

    #[test]
    fn shared_memory_of_a_killed_server_is_a_reason_to_wait() {
        assert!(is_passing(
            "FATAL:  pre-existing shared memory block (key 1, ID 2) is still in use"
        ));
        assert!(!is_passing("FATAL:  could not map anonymous shared memory"));
    }
}
