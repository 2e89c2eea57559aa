//! What is written stays.

use crate::support::{folder, settings, sql, start};

#[test]
fn from_nothing_to_a_server_with_what_we_need() {
    let folder = folder();
    let cluster = start(&settings(folder.path()));
    assert!(sql(&cluster, "SHOW server_version").starts_with("18."));
    sql(
        &cluster,
        "CREATE EXTENSION vector; CREATE EXTENSION pg_trgm; CREATE EXTENSION btree_gin; CREATE EXTENSION unaccent",
    );
    assert_eq!(sql(&cluster, "SHOW server_encoding"), "UTF8");
    assert_eq!(
        sql(&cluster, "SELECT to_tsvector('french', 'L''ÉCOLE')"),
        "'écol':2"
    );
    assert_eq!(sql(&cluster, "SELECT upper('é') || lower('Ñ')"), "Éñ");
    assert_eq!(sql(&cluster, "SHOW timezone"), "UTC");
    cluster.stop();
}

#[test]
fn durability_is_on_unless_it_is_turned_off() {
    let folder = folder();
    let mut wanted = settings(folder.path());
    wanted.parameters.clear();
    let cluster = start(&wanted);
    assert_eq!(sql(&cluster, "SHOW fsync"), "on");
    assert_eq!(sql(&cluster, "SHOW synchronous_commit"), "on");
    cluster.stop();
    let cluster = start(&settings(folder.path()));
    assert_eq!(sql(&cluster, "SHOW fsync"), "off");
}

#[test]
fn a_restart_keeps_data_and_password() {
    let folder = folder();
    let cluster = start(&settings(folder.path()));
    let url = cluster.connect_url("postgres");
    sql(&cluster, "CREATE TABLE kept AS SELECT 42 AS answer");
    cluster.stop();
    let cluster = start(&settings(folder.path()));
    assert_eq!(cluster.connect_url("postgres"), url);
    assert_eq!(sql(&cluster, "SELECT answer FROM kept"), "42");
}

#[test]
fn a_first_start_that_was_cut_off_is_made_good() {
    let folder = folder();
    let home = folder.path().join("postgres");
    std::fs::create_dir_all(home.join("cluster.new/base")).unwrap();
    std::fs::write(home.join("password"), "").unwrap();
    let cluster = start(&settings(folder.path()));
    assert_eq!(sql(&cluster, "SELECT 1"), "1");
}
