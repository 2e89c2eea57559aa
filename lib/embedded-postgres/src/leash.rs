//! Keeps the server from outliving its owner.
//!
//! A killed process can't clean up, so somebody else must notice. A tiny shell process holds the
//! reading end of a pipe whose writing end only we have: when we are gone, however that came, the
//! pipe ends and the shell asks the server for a fast shutdown. Linux's parent-death signal would
//! do the same, but is lost with a change of user and follows the thread, not the process.

use std::io::Write;
use std::os::unix::process::CommandExt;
use std::process::{Child, Command, Stdio};

use rustix::process::Pid;

use crate::account::Account;

/// `read` fails at the end of the pipe, and succeeds when we let go on purpose.
const SCRIPT: &str = r#"read -r word || kill -INT "$0""#;

/// Holds one server process.
#[derive(Debug)]
pub(crate) struct Leash {
    shell: Option<Child>,
}

impl Leash {
    /// Holds the server with this process id.
    pub(crate) fn hold(server: Pid, account: Account) -> Self {
        let mut command = Command::new("/bin/sh");
        command
            .args(["-c", SCRIPT])
            .arg(server.as_raw_nonzero().to_string());
        command.current_dir("/").process_group(0);
        command
            .stdin(Stdio::piped())
            .stdout(Stdio::null())
            .stderr(Stdio::null());
        account.apply(&mut command);
        let shell = command.spawn();
        if let Err(error) = &shell {
            tracing::debug!(%error, "no shell: PostgreSQL would outlive a killed process");
        }
        Self { shell: shell.ok() }
    }
}

impl Drop for Leash {
    fn drop(&mut self) {
        let Some(mut shell) = self.shell.take() else {
            return;
        };
        if let Some(mut pipe) = shell.stdin.take()
            && pipe.write_all(b"released\n").is_err()
        {
            tracing::debug!("the process that watches over PostgreSQL was gone");
        }
        if let Err(error) = shell.wait() {
            tracing::debug!(%error, "the process that watches over PostgreSQL was not collected");
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn us() -> Account {
        Account {
            uid: 0,
            gid: 0,
            lent: false,
        }
    }

    #[test]
    fn letting_go_leaves_the_server_alone() {
        let mut server = Command::new("sleep").arg("30").spawn().unwrap();
        drop(Leash::hold(Pid::from_child(&server), us()));
        assert!(server.try_wait().unwrap().is_none());
        server.kill().unwrap();
        server.wait().unwrap();
    }

    #[test]
    fn the_end_of_the_pipe_stops_the_server() {
        let mut server = Command::new("sleep").arg("30").spawn().unwrap();
        let mut leash = Leash::hold(Pid::from_child(&server), us());
        let mut shell = leash.shell.take().unwrap();
        drop(shell.stdin.take());
        shell.wait().unwrap();
        assert!(!server.wait().unwrap().success());
    }
}
