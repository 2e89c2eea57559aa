//! Rules that style sheets, modules and templates keep.

use std::path::{Path, PathBuf};

fn files(folder: &str, extension: &str) -> Vec<(PathBuf, String)> {
    let mut found = Vec::new();
    let mut folders = vec![Path::new(env!("CARGO_MANIFEST_DIR")).join(folder)];
    while let Some(folder) = folders.pop() {
        for entry in std::fs::read_dir(&folder).unwrap() {
            let path = entry.unwrap().path();
            if path.is_dir() {
                folders.push(path);
            } else if path.extension().is_some_and(|kind| kind == extension) {
                let text = std::fs::read_to_string(&path).unwrap();
                found.push((path, text));
            }
        }
    }
    found
}

fn complaints(folder: &str, extension: &str, wrong: impl Fn(&str) -> bool) -> Vec<String> {
    files(folder, extension)
        .iter()
        .flat_map(|(path, text)| {
            text.lines()
                .enumerate()
                .filter(|(_, line)| wrong(line))
                .map(|(number, line)| format!("{}:{}: {}", path.display(), number + 1, line.trim()))
                .collect::<Vec<_>>()
        })
        .collect()
}

/// Whether `line` has a number directly followed by `unit`.
fn measures(line: &str, unit: &str) -> bool {
    line.match_indices(unit).any(|(at, _)| {
        let after = line[at + unit.len()..].chars().next();
        line[..at].ends_with(|c: char| c.is_ascii_digit())
            && !after.is_some_and(char::is_alphanumeric)
    })
}

#[test]
fn only_the_tokens_know_colours_and_sizes() {
    let tokens = "10-tokens.css";
    for (path, text) in files("assets/css", "css") {
        if path.ends_with(tokens) {
            continue;
        }
        for (number, line) in text.lines().enumerate() {
            let raw = ["oklch(", "rgb(", "hsl(", "color-mix("]
                .iter()
                .any(|name| line.contains(name))
                || line.contains(": #")
                || (!line.trim_start().starts_with('@')
                    && ["px", "rem", "ch"].iter().any(|unit| measures(line, unit)));
            assert!(!raw, "{}:{}: {line}", path.display(), number + 1);
        }
    }
}

#[test]
fn nothing_knows_left_from_right() {
    let physical = [
        "margin-left",
        "margin-right",
        "padding-left",
        "padding-right",
        "border-left",
        "border-right",
        " left:",
        " right:",
        "text-align: left",
        "text-align: right",
        "float:",
    ];
    let found = complaints("assets/css", "css", |line| {
        physical.iter().any(|word| line.contains(word))
    });
    assert!(
        found.is_empty(),
        "use logical properties:\n{}",
        found.join("\n")
    );
}

#[test]
fn templates_speak_htmx_four_and_hold_no_script_or_style() {
    let habits = [
        "hx-swap-oob",
        "sse-swap",
        "hx-ext",
        "hx-on",
        "hx-vars",
        "hx-confirm",
        "js:",
        "style=\"",
        "<style",
        "onclick=",
        "javascript:",
    ];
    let found = complaints("templates", "html", |line| {
        habits.iter().any(|word| line.contains(word))
    });
    assert!(found.is_empty(), "{}", found.join("\n"));
}

#[test]
fn modules_are_short_and_stand_alone() {
    for (path, text) in files("assets/js", "js") {
        assert!(text.lines().count() < 200, "{} is too long", path.display());
        assert!(
            !text.contains("innerHTML"),
            "{} writes markup",
            path.display()
        );
        let imports = text.lines().any(|line| line.starts_with("import "));
        assert!(
            !imports,
            "{}: a module's address has a hash, so nothing can import it",
            path.display()
        );
    }
}

#[test]
fn every_asset_a_template_names_exists() {
    let known: Vec<_> = crate::assets::names().collect();
    for (path, text) in files("templates", "html") {
        for part in text.split("asset(\"").skip(1) {
            let name = part.split('"').next().unwrap();
            assert!(known.contains(&name), "{} names {name}", path.display());
        }
    }
}
