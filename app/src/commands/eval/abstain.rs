//! `socialsync eval abstain`: how well the score of the best passage tells questions that the
//! knowledge answers from questions that it does not.

use std::path::PathBuf;

use retrieval::Language;
use retrieval::metrics::{auroc, threshold_keeping};
use serde::Serialize;

use super::beir::{self, Question};
use super::corpus::Corpus;
use crate::words;

/// The share of the answerable that is to be kept.
const KEPT: f32 = 0.95;

/// What is asked for.
#[derive(Debug, clap::Args)]
pub struct Arguments {
    /// What is known: a JSON object a line, with `_id`, `title` and `text`.
    #[arg(long)]
    pub corpus: PathBuf,
    /// Questions that it answers: a JSON object a line, with `text`.
    #[arg(long)]
    pub in_scope: PathBuf,
    /// Questions that it does not answer, in the same form.
    #[arg(long)]
    pub out_of_scope: PathBuf,
    /// The language of the documents; recognised when it is left out.
    #[arg(long)]
    pub language: Option<String>,
    /// Search by words alone, without the model.
    #[arg(long)]
    pub words_alone: bool,
    /// Print JSON.
    #[arg(long)]
    pub json: bool,
}

#[derive(Debug, Serialize)]
struct Report {
    in_scope: usize,
    out_of_scope: usize,
    auroc: f32,
    /// The score from which on 95 % of the answerable are answered.
    threshold: f32,
    /// The share of the others that would be answered there.
    wrongly_answered: f64,
    /// The same at the score that the agent usually wants.
    at_usual: AtUsual,
}

#[derive(Debug, Serialize)]
struct AtUsual {
    threshold: f32,
    answered: f64,
    wrongly_answered: f64,
}

/// Scores every question and prints how well both kinds are told apart.
pub fn run(wanted: &Arguments) -> anyhow::Result<()> {
    let language = wanted.language.as_deref().map(Language::from_tag);
    let inside: Vec<Question> = beir::lines(&wanted.in_scope)?;
    let outside: Vec<Question> = beir::lines(&wanted.out_of_scope)?;
    anyhow::ensure!(
        !inside.is_empty() && !outside.is_empty(),
        "both files must hold questions"
    );
    let corpus = Corpus::read(&wanted.corpus, language, wanted.words_alone)?;
    let inside = scores(&corpus, inside)?;
    let outside = scores(&corpus, outside)?;
    let threshold = threshold_keeping(&inside, KEPT);
    let usual = knowledge::score::ANSWERS;
    let report = Report {
        in_scope: inside.len(),
        out_of_scope: outside.len(),
        auroc: auroc(&inside, &outside),
        threshold,
        wrongly_answered: share(&outside, threshold),
        at_usual: AtUsual {
            threshold: usual,
            answered: share(&inside, usual),
            wrongly_answered: share(&outside, usual),
        },
    };
    if wanted.json {
        words::print(&serde_json::to_string_pretty(&report)?);
    } else {
        words::print(&format!(
            "{} answerable, {} not\nAUROC {:.4}\nat a score of {:.3} 95 % of the answerable are \
             answered, and {:.1} % of the others wrongly\nat the usual {:.2}: {:.1} % and {:.1} %",
            report.in_scope,
            report.out_of_scope,
            report.auroc,
            report.threshold,
            report.wrongly_answered * 100.0,
            usual,
            report.at_usual.answered * 100.0,
            report.at_usual.wrongly_answered * 100.0,
        ));
    }
    Ok(())
}

/// How sure the surest of the best passages is to answer each question.
fn scores(corpus: &Corpus, questions: Vec<Question>) -> anyhow::Result<Vec<f32>> {
    let asked = corpus.ask(questions)?;
    let scores = asked.iter().map(|one| {
        let vector = one.vector.as_deref();
        let found = corpus.searcher.search(&one.question.text, vector, 3);
        found.iter().map(|hit| hit.sure).fold(0.0, f32::max)
    });
    Ok(scores.collect())
}

/// The share that scores at least this.
fn share(scores: &[f32], threshold: f32) -> f64 {
    let count = |number: usize| f64::from(u32::try_from(number).unwrap_or(u32::MAX));
    let above = scores.iter().filter(|score| **score >= threshold).count();
    count(above) / count(scores.len().max(1))
}
