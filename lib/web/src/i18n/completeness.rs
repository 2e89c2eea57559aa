//! Every message that a page or a handler asks for exists, in every complete language.

use std::collections::{BTreeMap, BTreeSet};
use std::path::{Path, PathBuf};

use super::Locale;
use super::catalogue::{self, Entry};

fn texts(entry: &Entry) -> Vec<&str> {
    match entry {
        Entry::Plain(text) => vec![text],
        Entry::Plural { one, other } => vec![one, other],
    }
}

fn arguments(text: &str) -> BTreeSet<&str> {
    text.split('{')
        .skip(1)
        .filter_map(|rest| rest.split_once('}').map(|(name, _)| name))
        .collect()
}

/// Templates and sources of the whole workspace.
fn sources() -> Vec<PathBuf> {
    let root = Path::new(env!("CARGO_MANIFEST_DIR")).join("../..");
    let mut found = Vec::new();
    let mut folders: Vec<_> = ["app", "features", "lib", "testing"]
        .into_iter()
        .map(|name| root.join(name))
        .collect();
    while let Some(folder) = folders.pop() {
        for entry in std::fs::read_dir(&folder).into_iter().flatten().flatten() {
            let path = entry.path();
            if path.is_dir() {
                if entry.file_name() != "target" {
                    folders.push(path);
                }
            } else if path
                .extension()
                .is_some_and(|kind| kind == "rs" || kind == "html")
            {
                found.push(path);
            }
        }
    }
    found
}

/// The keys asked for as a literal: `t("inbox.title")`, also with a line break inside.
fn used_keys() -> BTreeMap<String, PathBuf> {
    let mut keys = BTreeMap::new();
    for path in sources() {
        let text = std::fs::read_to_string(&path).unwrap_or_default();
        for opening in ["t(", "told(", "Message::new("] {
            for (at, _) in text.match_indices(opening) {
                let before = text[..at].chars().next_back();
                if before.is_some_and(|c| c.is_alphanumeric() || c == '_') {
                    continue;
                }
                let call = &text[at + opening.len()..];
                let call = if opening == "Message::new(" {
                    call.split_once(',').map_or("", |(_, rest)| rest)
                } else {
                    call
                };
                let Some(rest) = call.trim_start().strip_prefix('"') else {
                    continue;
                };
                let Some((key, _)) = rest.split_once('"') else {
                    continue;
                };
                let plain =
                    |c: char| c.is_ascii_lowercase() || c.is_ascii_digit() || "._".contains(c);
                if key.contains('.') && key.chars().all(plain) && !key.starts_with("nothing.") {
                    keys.insert(key.to_owned(), path.clone());
                }
            }
        }
    }
    keys
}

#[test]
fn every_key_that_is_used_exists() {
    let english = catalogue::all(Locale::En);
    let missing: Vec<_> = used_keys()
        .into_iter()
        .filter(|(key, _)| !english.contains_key(key))
        .map(|(key, path)| format!("{key} in {}", path.display()))
        .collect();
    assert!(
        missing.is_empty(),
        "messages that no catalogue has:\n{}",
        missing.join("\n")
    );
}

#[test]
fn french_has_exactly_the_keys_of_english() {
    let english: BTreeSet<_> = catalogue::all(Locale::En).keys().collect();
    let french: BTreeSet<_> = catalogue::all(Locale::Fr).keys().collect();
    let missing: Vec<_> = english.difference(&french).collect();
    let unknown: Vec<_> = french.difference(&english).collect();
    assert!(
        missing.is_empty() && unknown.is_empty(),
        "missing: {missing:?}\nunknown: {unknown:?}"
    );
}

#[test]
fn spanish_has_no_key_that_english_lacks() {
    let english = catalogue::all(Locale::En);
    let unknown: Vec<_> = catalogue::all(Locale::Es)
        .keys()
        .filter(|key| !english.contains_key(*key))
        .collect();
    assert!(unknown.is_empty(), "unknown: {unknown:?}");
}

#[test]
fn translations_take_the_same_arguments_and_forms() {
    let english = catalogue::all(Locale::En);
    for locale in [Locale::Fr, Locale::Es] {
        for (key, translated) in catalogue::all(locale) {
            let Some(original) = english.get(key) else {
                continue;
            };
            let named = |entry| {
                texts(entry)
                    .into_iter()
                    .flat_map(arguments)
                    .collect::<BTreeSet<_>>()
            };
            assert_eq!(
                named(original),
                named(translated),
                "{key} in {}",
                locale.tag()
            );
            let shape = std::mem::discriminant(original) == std::mem::discriminant(translated);
            assert!(shape, "{key} in {} has other plural forms", locale.tag());
        }
    }
}

#[test]
fn apostrophes_are_those_of_print() {
    let straight: Vec<_> = Locale::ALL
        .into_iter()
        .flat_map(catalogue::all)
        .filter(|(_, entry)| texts(entry).iter().any(|text| text.contains('\'')))
        .map(|(key, _)| key)
        .collect();
    assert!(straight.is_empty(), "write ’ in {straight:?}");
}

#[test]
fn every_file_of_messages_can_be_read() {
    let folder = Path::new(env!("CARGO_MANIFEST_DIR")).join("src/i18n");
    for locale in Locale::ALL {
        for entry in std::fs::read_dir(folder.join(locale.tag())).unwrap() {
            let path = entry.unwrap().path();
            let text = std::fs::read_to_string(&path).unwrap();
            assert!(
                text.parse::<toml::Table>().is_ok(),
                "{} is not TOML",
                path.display()
            );
        }
    }
}
