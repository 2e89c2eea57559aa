//! The server process: who may connect, and what happens when it dies.

use crate::support::{eventually, folder, kill, psql, runs, settings, sql, start, try_sql};

#[test]
fn a_killed_server_comes_back_with_everything_that_was_committed() {
    let folder = folder();
    let durable = settings(folder.path()).parameter("synchronous_commit", "on");
    let cluster = start(&durable);
    sql(&cluster, "CREATE TABLE kept AS SELECT 42 AS answer");
    let first = cluster.pid().unwrap();
    kill(first);
    eventually("the server is back", || cluster.restarts() == 1);
    assert_ne!(cluster.pid().unwrap(), first);
    assert_eq!(
        try_sql(&cluster, "SELECT answer FROM kept").as_deref(),
        Ok("42")
    );
    cluster.stop();
}

#[test]
fn a_server_that_dies_again_and_again_can_still_be_stopped() {
    let folder = folder();
    let cluster = start(&settings(folder.path()));
    for time in 1..=2 {
        kill(cluster.pid().unwrap());
        eventually("the server is back", || cluster.restarts() == time);
    }
    let last = cluster.pid().unwrap();
    cluster.stop();
    assert!(!runs(last));
}

#[test]
fn nobody_connects_without_the_password() {
    let folder = folder();
    let cluster = start(&settings(folder.path()));
    let password = cluster.connection().password().to_owned();
    let url = cluster.connect_url("postgres");
    let refused = psql(
        &cluster,
        &url.replace(&format!(":{password}"), ""),
        "SELECT 1",
    );
    assert!(refused.unwrap_err().contains("no password"));
    let refused = psql(&cluster, &url.replace(&password, "guess"), "SELECT 1");
    assert!(
        refused
            .unwrap_err()
            .contains("password authentication failed")
    );
}

#[test]
fn over_tcp_it_listens_on_the_loopback_address_with_a_password() {
    let folder = folder();
    let mut wanted = settings(folder.path());
    wanted.tcp = true;
    let cluster = start(&wanted);
    assert!(cluster.connect_url("postgres").contains("@127.0.0.1:"));
    assert_eq!(sql(&cluster, "SHOW listen_addresses"), "127.0.0.1");
    assert_eq!(sql(&cluster, "SHOW unix_socket_directories"), "");
}

#[test]
fn without_tcp_no_port_is_open() {
    let folder = folder();
    let cluster = start(&settings(folder.path()));
    assert_eq!(sql(&cluster, "SHOW listen_addresses"), "");
}

#[test]
fn the_server_log_repeats_nothing_that_people_wrote() {
    let folder = folder();
    let cluster = start(&settings(folder.path()));
    sql(&cluster, "CREATE TABLE mails (mail text PRIMARY KEY)");
    sql(&cluster, "INSERT INTO mails VALUES ('secret@example.org')");
    try_sql(&cluster, "INSERT INTO mails VALUES ('secret@example.org')").unwrap_err();
    let log = std::fs::read_to_string(folder.path().join("postgres/server.log")).unwrap();
    assert!(log.contains("duplicate key value"), "{log}");
    assert!(!log.contains("secret@example.org"), "{log}");
}
