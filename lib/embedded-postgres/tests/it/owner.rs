//! One owner at a time, and no server without one.

use std::io::{BufRead, BufReader};
use std::path::Path;
use std::process::{Child, Command, Stdio};

use embedded_postgres::Cluster;

use crate::support::{eventually, folder, kill, runs, settings, sql, start};

#[test]
fn a_second_owner_is_refused_by_a_sentence_that_names_the_first() {
    let folder = folder();
    let _first = start(&settings(folder.path()));
    let refused = Cluster::start(&settings(folder.path()), &|_| {})
        .unwrap_err()
        .to_string();
    assert!(
        refused.contains(&format!("in use by process {}", std::process::id())),
        "{refused}"
    );
}

#[test]
fn stopping_leaves_no_process() {
    let folder = folder();
    let cluster = start(&settings(folder.path()));
    let pid = cluster.pid().unwrap();
    let backend: i32 = sql(
        &cluster,
        "SELECT pid FROM pg_stat_activity WHERE backend_type = 'checkpointer'",
    )
    .parse()
    .unwrap();
    assert!(runs(pid) && runs(backend));
    cluster.stop();
    assert!(!runs(pid) && !runs(backend));
}

#[test]
fn dropping_stops_too() {
    let folder = folder();
    let cluster = start(&settings(folder.path()));
    let pid = cluster.pid().unwrap();
    drop(cluster);
    assert!(!runs(pid));
}

/// An owner in a process of its own, and the URL it prints when the server is ready.
fn owner(folder: &Path) -> (Child, String) {
    let mut owner = Command::new(env!("CARGO_BIN_EXE_embedded-postgres"))
        .arg(folder.join("postgres"))
        .arg("fsync=off")
        .stdin(Stdio::piped())
        .stdout(Stdio::piped())
        .spawn()
        .unwrap();
    let mut url = String::new();
    BufReader::new(owner.stdout.take().unwrap())
        .read_line(&mut url)
        .unwrap();
    assert!(url.starts_with("postgres://"), "{url}");
    (owner, url)
}

fn server_pid(folder: &Path) -> i32 {
    let file = folder.join("postgres/cluster/postmaster.pid");
    std::fs::read_to_string(file)
        .unwrap()
        .lines()
        .next()
        .unwrap()
        .parse()
        .unwrap()
}

#[test]
fn a_killed_owner_takes_the_server_with_it() {
    let folder = folder();
    let (mut owner, _) = owner(folder.path());
    let server = server_pid(folder.path());
    owner.kill().unwrap();
    owner.wait().unwrap();
    eventually("the server stops", || !runs(server));
}

#[test]
fn the_next_owner_starts_at_once_after_a_kill() {
    let folder = folder();
    let (mut owner, _) = owner(folder.path());
    owner.kill().unwrap();
    owner.wait().unwrap();
    let cluster = start(&settings(folder.path()));
    assert_eq!(sql(&cluster, "SELECT 1"), "1");
}

#[test]
fn a_server_whose_owner_and_watcher_were_both_killed_is_stopped_by_the_next_start() {
    let folder = folder();
    let (mut owner, _) = owner(folder.path());
    let server = server_pid(folder.path());
    let watcher = watcher_of(owner.id());
    kill(watcher);
    owner.kill().unwrap();
    owner.wait().unwrap();
    assert!(runs(server));
    let cluster = start(&settings(folder.path()));
    assert!(!runs(server));
    assert_ne!(cluster.pid().unwrap(), server);
}

/// The shell among the children of `owner`.
fn watcher_of(owner: u32) -> i32 {
    let mut found = None;
    eventually("the watching shell runs", || {
        let output = Command::new("ps")
            .args(["-eo", "pid=,ppid=,comm="])
            .output()
            .unwrap();
        let table = String::from_utf8(output.stdout).unwrap();
        found = table.lines().find_map(|line| {
            let mut fields = line.split_whitespace();
            let (pid, parent, name) = (fields.next()?, fields.next()?, fields.next()?);
            (parent == owner.to_string() && name != "postgres").then(|| pid.parse().unwrap())
        });
        found.is_some()
    });
    found.unwrap()
}
