//! Folders of all kinds: too long, closed to the server's user, of another version.

use std::fs;
use std::os::unix::fs::PermissionsExt;
use std::sync::Mutex;

use embedded_postgres::{Cluster, Progress, Settings, StartError, Step};

use crate::support::{folder, settings, sql, start};

#[test]
fn a_path_too_long_for_a_socket_works_all_the_same() {
    let folder = folder();
    let long = folder.path().join("x".repeat(60)).join("y".repeat(60));
    let cluster = start(&settings(&long));
    assert_eq!(sql(&cluster, "SELECT 1"), "1");
    let short = cluster.connection().socket_dir().unwrap().to_owned();
    assert!(!short.starts_with(folder.path()));
    assert_eq!(
        fs::metadata(&short).unwrap().permissions().mode() & 0o777,
        0o700
    );
    cluster.stop();
    fs::remove_dir_all(short).unwrap();
}

#[test]
fn a_path_with_spaces_quotes_and_accents_works() {
    let folder = folder();
    let cluster = start(&settings(&folder.path().join("a \"b\" c'é%20")));
    assert_eq!(sql(&cluster, "SELECT 1"), "1");
}

#[test]
fn a_folder_closed_to_the_servers_user_works_whoever_starts_it() {
    let folder = folder();
    fs::set_permissions(folder.path(), fs::Permissions::from_mode(0o700)).unwrap();
    let moved = Mutex::new(None);
    let wanted = settings(folder.path());
    let note = |step| {
        if let Progress::Moved { to } = step {
            *moved.lock().unwrap() = Some(to);
        }
    };
    let cluster = Cluster::start(&wanted, &note).unwrap();
    sql(&cluster, "CREATE TABLE kept AS SELECT 42 AS answer");
    cluster.stop();
    let cluster = Cluster::start(&wanted, &note).unwrap();
    assert_eq!(sql(&cluster, "SELECT answer FROM kept"), "42");
    cluster.stop();
    let moved = moved.into_inner().unwrap();
    assert_eq!(moved.is_some(), rustix::process::geteuid().is_root());
    if let Some(home) = moved {
        fs::remove_dir_all(home).unwrap();
    }
}

#[test]
fn a_cluster_of_another_major_version_is_not_touched() {
    let folder = folder();
    start(&settings(folder.path())).stop();
    let version = folder.path().join("postgres/cluster/PG_VERSION");
    fs::write(&version, "17\n").unwrap();
    let refused = Cluster::start(&settings(folder.path()), &|_| {}).unwrap_err();
    assert!(
        matches!(refused, StartError::OtherMajorVersion { .. }),
        "{refused}"
    );
}

#[test]
fn two_starts_with_an_empty_cache_fetch_once() {
    let folder = folder();
    let fetched = Mutex::new(0);
    std::thread::scope(|scope| {
        for name in ["one", "two"] {
            let settings = Settings {
                cache_dir: Some(folder.path().join("cache")),
                postgres_dir: None,
                ..settings(&folder.path().join(name))
            };
            let fetched = &fetched;
            scope.spawn(move || {
                let note = |step| {
                    if matches!(step, Progress::Binaries(Step::Fetching { .. })) {
                        *fetched.lock().unwrap() += 1;
                    }
                };
                let cluster = Cluster::start(&settings, &note).unwrap();
                assert_eq!(sql(&cluster, "SELECT 1"), "1");
            });
        }
    });
    assert_eq!(*fetched.lock().unwrap(), 1);
}
