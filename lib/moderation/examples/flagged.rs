//! Which texts of a file the filter flags, and how long it takes: one JSON object a line, its words
//! under `text` (or `query`).
//!
//! `cargo run --release -p moderation --example flagged texts.jsonl`

#![expect(clippy::print_stdout, reason = "it is there to print")]

use std::collections::BTreeMap;
use std::error::Error;
use std::time::Instant;

use moderation::Filter;
use serde_json::Value;

fn main() -> Result<(), Box<dyn Error>> {
    let path = std::env::args().nth(1).ok_or("name a file")?;
    let mut texts = Vec::new();
    for line in std::fs::read_to_string(path)?.lines() {
        let item: Value = serde_json::from_str(line)?;
        let text = item.get("text").or_else(|| item.get("query"));
        texts.extend(text.and_then(Value::as_str).map(str::to_owned));
    }
    let filter = Filter::builtin();
    filter.check("");
    let began = Instant::now();
    let found: Vec<_> = texts.iter().map(|text| filter.check(text)).collect();
    let took = began.elapsed();
    let mut counts = BTreeMap::new();
    for (text, finding) in texts.iter().zip(found) {
        if let Some(finding) = finding {
            println!(
                "{}\t{}\t{}",
                finding.category,
                finding.term,
                text.replace('\n', " ")
            );
            *counts.entry(finding.category).or_insert(0) += 1;
        }
    }
    println!("{} texts in {took:?}: {counts:?}", texts.len());
    Ok(())
}
