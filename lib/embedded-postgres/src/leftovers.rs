//! What an earlier owner that was killed may have left in the cluster: a pid file, and perhaps its
//! server still running. We hold the owner's lock, so whatever is there is nobody's.

use std::fs;
use std::path::Path;
use std::process::Command;
use std::thread::sleep;
use std::time::{Duration, Instant};

use rustix::process::{Pid, Signal, kill_process, test_kill_process};

use crate::{Progress, StartError};

/// How long a server may take to stop, before it is told to stop at once and after.
const PATIENCE: [(Signal, Duration); 2] = [
    (Signal::INT, Duration::from_secs(20)),
    (Signal::QUIT, Duration::from_secs(5)),
];

/// Stops a server that lost its owner and removes a pid file that would mislead a new one.
pub(crate) fn clear(cluster: &Path, progress: &dyn Fn(Progress)) -> Result<(), StartError> {
    let path = cluster.join("postmaster.pid");
    let Some(pid) = read_pid(&path) else {
        return Ok(());
    };
    if !is_alive(pid) {
        // PostgreSQL knows what to do with it.
        return Ok(());
    }
    if command_line(pid).is_some_and(|line| line.contains(&*cluster.to_string_lossy())) {
        return stop_orphan(pid, progress);
    }
    // After a crash of the machine or in a new container another program may have this number.
    // PostgreSQL can't know that; the lock tells us.
    fs::remove_file(&path).map_err(StartError::at(&path))
}

/// The server's process id in a `postmaster.pid`.
pub(crate) fn read_pid(path: &Path) -> Option<Pid> {
    let text = fs::read_to_string(path).ok()?;
    Pid::from_raw(text.lines().next()?.trim().parse().ok()?)
}

fn stop_orphan(pid: Pid, progress: &dyn Fn(Progress)) -> Result<(), StartError> {
    progress(Progress::StoppingOrphan {
        pid: pid.as_raw_nonzero().get(),
    });
    for (signal, patience) in PATIENCE {
        let until = Instant::now() + patience;
        // It may end on its own meanwhile: then there is nothing to signal.
        let _gone = kill_process(pid, signal);
        while Instant::now() < until {
            if !is_alive(pid) {
                return Ok(());
            }
            sleep(Duration::from_millis(10));
        }
    }
    Err(StartError::Orphan {
        pid: pid.as_raw_nonzero().get(),
    })
}

/// Whether the process exists and is not merely waiting to be collected.
pub(crate) fn is_alive(pid: Pid) -> bool {
    if test_kill_process(pid).is_err_and(|error| error == rustix::io::Errno::SRCH) {
        return false;
    }
    let stat = fs::read_to_string(format!("/proc/{}/stat", pid.as_raw_nonzero()));
    // "pid (name) state …", where the name may contain anything.
    !stat.is_ok_and(|stat| {
        stat.rsplit_once(')')
            .is_some_and(|(_, rest)| rest.trim_start().starts_with('Z'))
    })
}

/// How the process was called; `None` when that can't be known.
fn command_line(pid: Pid) -> Option<String> {
    let number = pid.as_raw_nonzero().to_string();
    if cfg!(target_os = "linux") {
        let bytes = fs::read(format!("/proc/{number}/cmdline")).ok()?;
        return Some(String::from_utf8_lossy(&bytes).into_owned());
    }
    let output = Command::new("ps")
        .args(["-ww", "-o", "command=", "-p", &number])
        .output()
        .ok()?;
    Some(String::from_utf8_lossy(&output.stdout).into_owned())
}

#[cfg(test)]
mod tests {
    use std::io::Read;
    use std::process::{Command, Stdio};

    use super::*;

    fn no_progress(_: Progress) {}

    #[test]
    fn a_pid_file_that_names_an_unrelated_process_is_removed() {
        let cluster = tempfile::tempdir().unwrap();
        let file = cluster.path().join("postmaster.pid");
        fs::write(&file, format!("{}\n/elsewhere\n", std::process::id())).unwrap();
        clear(cluster.path(), &no_progress).unwrap();
        assert!(!file.exists());
    }

    #[test]
    fn a_server_without_owner_is_stopped() {
        let cluster = tempfile::tempdir().unwrap();
        let script = "trap 'exit 0' INT; echo ready; while :; do sleep 0.05; done";
        let mut orphan = Command::new("sh")
            .args(["-c", script, "postgres", "-D"])
            .arg(cluster.path())
            .stdout(Stdio::piped())
            .spawn()
            .unwrap();
        let mut ready = [0; 5];
        let output = orphan.stdout.as_mut().unwrap();
        output.read_exact(&mut ready).unwrap();
        fs::write(
            cluster.path().join("postmaster.pid"),
            orphan.id().to_string(),
        )
        .unwrap();
        clear(cluster.path(), &no_progress).unwrap();
        assert!(!is_alive(Pid::from_child(&orphan)));
        orphan.wait().unwrap();
    }

    #[test]
    fn without_a_pid_file_there_is_nothing_to_do() {
        clear(tempfile::tempdir().unwrap().path(), &no_progress).unwrap();
    }
}
