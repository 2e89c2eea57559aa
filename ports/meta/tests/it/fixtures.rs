use std::collections::BTreeMap;
use std::path::PathBuf;

use meta::{Platform, explain, read};
use serde_json::Value;

pub fn folder() -> PathBuf {
    PathBuf::from(env!("CARGO_MANIFEST_DIR")).join("../../testing/fixtures")
}

pub fn body(name: &str) -> Vec<u8> {
    std::fs::read(folder().join(name)).unwrap()
}

#[test]
fn every_recorded_webhook_means_exactly_the_expected_events() {
    let expected: BTreeMap<String, Value> = serde_json::from_slice(&body("expected.json")).unwrap();
    assert!(expected.len() > 40);
    for (name, events) in expected {
        let (folder, _) = name.split_once('/').unwrap();
        let platform: Platform = folder.parse().unwrap();
        let found = explain(&read(platform, &body(&name)).unwrap());
        assert_eq!(found, events, "{name}\nfound {found:#}");
    }
}

#[test]
fn no_recorded_webhook_is_left_without_an_expectation() {
    let expected: BTreeMap<String, Value> = serde_json::from_slice(&body("expected.json")).unwrap();
    for platform in ["instagram", "whatsapp"] {
        for file in std::fs::read_dir(folder().join(platform)).unwrap() {
            let name = file.unwrap().file_name().into_string().unwrap();
            let known = expected.contains_key(&format!("{platform}/{name}"));
            assert!(known || name.starts_with("rest_"), "{platform}/{name}");
        }
    }
}
