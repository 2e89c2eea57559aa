//! `socialsync eval extraction`: how much of the known text of files is found, each file read by the
//! real child process.

use std::collections::BTreeMap;
use std::path::{Path, PathBuf};
use std::time::Instant;

use anyhow::Context as _;
use extract::{ExtractError, Extractor};
use futures::StreamExt as _;
use serde::{Deserialize, Serialize};

use super::beir;
use super::words::Score;
use crate::cli::EXTRACT_CHILD;
use crate::words;

/// What a file says.
#[derive(Debug, Deserialize)]
struct Expected {
    #[serde(alias = "name", alias = "path")]
    file: PathBuf,
    #[serde(alias = "expected")]
    text: String,
}

/// How well a file was read.
#[derive(Debug, Serialize)]
struct Outcome {
    file: PathBuf,
    /// Its ending, in small letters.
    kind: String,
    /// `read`, or the code of a refusal.
    state: &'static str,
    #[serde(flatten)]
    score: Score,
    seconds: f64,
}

/// How well files of one kind were read. What was refused counts as nothing found.
#[derive(Debug, Default, Serialize)]
struct Summary {
    files: u32,
    mean_f1: f64,
    min_f1: f64,
    refused: u32,
    mean_seconds: f64,
    max_seconds: f64,
}

/// Reads all files that `expected` names in `dir`, and prints how well.
pub async fn run(dir: &Path, expected: &Path, json: bool) -> anyhow::Result<()> {
    let expected = beir::lines(expected)?;
    let extractor = Extractor::of_this_program([EXTRACT_CHILD])?;
    let at_once = std::thread::available_parallelism().map_or(1, usize::from);
    let outcomes: Vec<_> = futures::stream::iter(expected)
        .map(|expected| measure(&extractor, dir, expected))
        .buffered(at_once)
        .collect()
        .await;
    let outcomes = outcomes.into_iter().collect::<anyhow::Result<Vec<_>>>()?;
    let kinds = summaries(&outcomes);
    if json {
        let all = serde_json::json!({ "kinds": kinds, "files": outcomes });
        words::print(&serde_json::to_string_pretty(&all)?);
    } else {
        words::print(&table(&outcomes, &kinds));
    }
    Ok(())
}

async fn measure(extractor: &Extractor, dir: &Path, expected: Expected) -> anyhow::Result<Outcome> {
    let path = dir.join(&expected.file);
    let bytes = tokio::fs::read(&path)
        .await
        .with_context(|| format!("{} can't be read", path.display()))?;
    let name = expected.file.to_string_lossy().into_owned();
    let start = Instant::now();
    let read = extractor.extract(&bytes, &name).await;
    let seconds = start.elapsed().as_secs_f64();
    let (state, score) = match read {
        Ok(document) => ("read", Score::of(&document.to_text(), &expected.text)),
        Err(ExtractError::Refused(refusal)) => (refusal.code(), Score::NONE),
        Err(error) => return Err(error.into()),
    };
    let ending = expected.file.extension().unwrap_or_default();
    Ok(Outcome {
        kind: ending.to_string_lossy().to_lowercase(),
        file: expected.file,
        state,
        score,
        seconds,
    })
}

fn summaries(outcomes: &[Outcome]) -> BTreeMap<&str, Summary> {
    let mut kinds: BTreeMap<&str, Summary> = BTreeMap::new();
    for outcome in outcomes {
        let kind = kinds.entry(&outcome.kind).or_insert_with(|| Summary {
            min_f1: 1.0,
            ..Summary::default()
        });
        kind.files += 1;
        kind.mean_f1 += outcome.score.f1;
        kind.min_f1 = kind.min_f1.min(outcome.score.f1);
        kind.refused += u32::from(outcome.state != "read");
        kind.mean_seconds += outcome.seconds;
        kind.max_seconds = kind.max_seconds.max(outcome.seconds);
    }
    for kind in kinds.values_mut() {
        kind.mean_f1 /= f64::from(kind.files);
        kind.mean_seconds /= f64::from(kind.files);
    }
    kinds
}

fn table(outcomes: &[Outcome], kinds: &BTreeMap<&str, Summary>) -> String {
    let longest = outcomes
        .iter()
        .map(|outcome| outcome.file.display().to_string().len())
        .max();
    let width = longest.unwrap_or(4).clamp(4, 60);
    let mut lines = vec![format!(
        "{:width$}      F1  precision  recall  seconds  state",
        "file"
    )];
    for outcome in outcomes {
        let Score {
            precision,
            recall,
            f1,
        } = outcome.score;
        lines.push(format!(
            "{:width$}  {f1:.4}     {precision:.4}  {recall:.4}  {:7.3}  {}",
            outcome.file.display().to_string(),
            outcome.seconds,
            outcome.state,
        ));
    }
    lines.push(String::new());
    lines.push("kind  files  mean F1  min F1  refused  mean s   max s".to_owned());
    for (name, kind) in kinds {
        lines.push(format!(
            "{name:4}  {:5}   {:.4}  {:.4}  {:7}  {:6.3}  {:6.3}",
            kind.files,
            kind.mean_f1,
            kind.min_f1,
            kind.refused,
            kind.mean_seconds,
            kind.max_seconds,
        ));
    }
    lines.join("\n")
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn what_was_refused_counts_as_nothing_found() {
        let outcome = |f1: f64, state| Outcome {
            file: "a.pdf".into(),
            kind: "pdf".to_owned(),
            state,
            score: Score { f1, ..Score::NONE },
            seconds: 1.0,
        };
        let outcomes = [outcome(1.0, "read"), outcome(0.0, "damaged")];
        let kinds = summaries(&outcomes);
        let pdf = &kinds["pdf"];
        assert!((pdf.mean_f1 - 0.5).abs() < 1e-9);
        assert_eq!((pdf.files, pdf.refused), (2, 1));
        assert!(table(&outcomes, &kinds).contains("damaged"));
    }

    #[test]
    fn the_expected_texts_may_be_named_in_other_words() {
        let folder = tempfile::tempdir().unwrap();
        let path = folder.path().join("expected.jsonl");
        let lines =
            "{\"file\":\"a.pdf\",\"text\":\"x\"}\n\n{\"name\":\"b.pdf\",\"expected\":\"y\"}\n";
        std::fs::write(&path, lines).unwrap();
        let expected: Vec<Expected> = beir::lines(&path).unwrap();
        assert_eq!(expected[1].file, Path::new("b.pdf"));
        std::fs::write(&path, "{}").unwrap();
        assert!(
            beir::lines::<Expected>(&path)
                .unwrap_err()
                .to_string()
                .ends_with("line 1")
        );
    }
}
