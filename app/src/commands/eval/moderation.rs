//! `socialsync eval moderation`: how well the local filter tells texts that people should see first.

use std::path::PathBuf;

use moderation::Filter;
use serde::{Deserialize, Serialize};

use super::beir;
use crate::words;

/// What is asked for.
#[derive(Debug, clap::Args)]
pub struct Arguments {
    /// Labelled texts: a JSON object a line, with `text` and `label` (true, 1 or a word such as
    /// `spam` for a text that should be found; false, 0, `ham` or `ok` for one that should not).
    #[arg(long)]
    pub input: PathBuf,
    /// Print JSON.
    #[arg(long)]
    pub json: bool,
}

#[derive(Debug, Deserialize)]
struct Labelled {
    text: String,
    #[serde(alias = "flagged", alias = "spam")]
    label: serde_json::Value,
}

impl Labelled {
    fn wanted(&self) -> bool {
        match &self.label {
            serde_json::Value::Bool(flag) => *flag,
            serde_json::Value::Number(number) => number.as_f64() != Some(0.0),
            serde_json::Value::String(word) => !matches!(
                word.to_lowercase().as_str(),
                "ham" | "ok" | "clean" | "0" | "false" | ""
            ),
            _ => false,
        }
    }
}

#[derive(Debug, Default, Serialize)]
struct Report {
    found: u32,
    missed: u32,
    wrongly_found: u32,
    rightly_passed: u32,
    precision: f64,
    recall: f64,
    f1: f64,
    /// The share of harmless texts that were found.
    false_block_rate: f64,
}

/// Runs the filter over all texts and prints how well it did.
pub fn run(wanted: &Arguments) -> anyhow::Result<()> {
    let texts: Vec<Labelled> = beir::lines(&wanted.input)?;
    let filter = Filter::builtin();
    let mut report = Report::default();
    for one in &texts {
        let counter = match (one.wanted(), filter.check(&one.text).is_some()) {
            (true, true) => &mut report.found,
            (true, false) => &mut report.missed,
            (false, true) => &mut report.wrongly_found,
            (false, false) => &mut report.rightly_passed,
        };
        *counter += 1;
    }
    let share = |part: u32, all: u32| f64::from(part) / f64::from(all.max(1));
    report.precision = share(report.found, report.found + report.wrongly_found);
    report.recall = share(report.found, report.found + report.missed);
    report.f1 = share(
        2 * report.found,
        2 * report.found + report.missed + report.wrongly_found,
    );
    let harmless = report.wrongly_found + report.rightly_passed;
    report.false_block_rate = share(report.wrongly_found, harmless);
    if wanted.json {
        words::print(&serde_json::to_string_pretty(&report)?);
    } else {
        words::print(&format!(
            "{} texts\nprecision {:.4}  recall {:.4}  F1 {:.4}\nharmless texts found: {:.2} %",
            texts.len(),
            report.precision,
            report.recall,
            report.f1,
            report.false_block_rate * 100.0,
        ));
    }
    Ok(())
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn labels_are_read_in_all_their_forms() {
        let wanted = |label: serde_json::Value| {
            let text = String::new();
            Labelled { text, label }.wanted()
        };
        assert!(wanted(true.into()) && wanted(1.into()) && wanted("spam".into()));
        assert!(!wanted(false.into()) && !wanted(0.into()) && !wanted("ham".into()));
    }
}
