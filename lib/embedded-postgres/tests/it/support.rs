//! What the tests share.

use std::fs;
use std::os::unix::fs::PermissionsExt;
use std::path::Path;
use std::process::Command;
use std::time::{Duration, Instant};

use embedded_postgres::{Cluster, Settings};
use tempfile::TempDir;

/// A folder that root's server user can look into.
pub fn folder() -> TempDir {
    let folder = tempfile::tempdir().unwrap();
    fs::set_permissions(folder.path(), fs::Permissions::from_mode(0o755)).unwrap();
    folder
}

/// Settings for a throw-away cluster in `folder`.
pub fn settings(folder: &Path) -> Settings {
    Settings::from_env(folder.join("postgres")).throw_away()
}

/// Starts a cluster and says nothing.
pub fn start(settings: &Settings) -> Cluster {
    Cluster::start(settings, &|_| {}).unwrap()
}

/// Runs SQL over the cluster's URL and returns what it answers.
pub fn try_sql(cluster: &Cluster, sql: &str) -> Result<String, String> {
    psql(cluster, &cluster.connect_url("postgres"), sql)
}

/// Like [`try_sql`] with a URL of the test's own.
pub fn psql(cluster: &Cluster, url: &str, sql: &str) -> Result<String, String> {
    let output = Command::new(cluster.bin_dir().join("psql"))
        .args([
            "--no-psqlrc",
            "--no-password",
            "-qAt",
            "-v",
            "ON_ERROR_STOP=1",
            "-c",
            sql,
            url,
        ])
        .output()
        .unwrap();
    let text = |bytes: &[u8]| String::from_utf8_lossy(bytes).trim().to_owned();
    if output.status.success() {
        Ok(text(&output.stdout))
    } else {
        Err(text(&output.stderr))
    }
}

/// Runs SQL that must succeed.
pub fn sql(cluster: &Cluster, statement: &str) -> String {
    try_sql(cluster, statement).unwrap()
}

/// Waits until `done`, for at most 30 seconds.
pub fn eventually(what: &str, mut done: impl FnMut() -> bool) {
    let until = Instant::now() + Duration::from_secs(30);
    while !done() {
        assert!(Instant::now() < until, "not within 30 s: {what}");
        std::thread::sleep(Duration::from_millis(10));
    }
}

/// Whether the process exists and is more than a zombie.
pub fn runs(pid: i32) -> bool {
    let pid = rustix::process::Pid::from_raw(pid).unwrap();
    let stat = fs::read_to_string(format!("/proc/{pid}/stat"));
    let zombie = stat.is_ok_and(|stat| stat.rsplit(')').next().unwrap().trim().starts_with('Z'));
    !zombie && rustix::process::test_kill_process(pid) != Err(rustix::io::Errno::SRCH)
}

/// Kills a process without asking.
pub fn kill(pid: i32) {
    let pid = rustix::process::Pid::from_raw(pid).unwrap();
    rustix::process::kill_process(pid, rustix::process::Signal::KILL).unwrap();
}
