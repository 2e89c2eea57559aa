//! `socialsync eval retrieval`: how well passages are found, by words, by vectors, and by both.

use std::path::Path;
use std::time::Instant;

use retrieval::Language;
use retrieval::metrics::{ndcg, recall, reciprocal_rank};
use serde::Serialize;

use super::beir::{self, Question};
use super::corpus::{Asked, Corpus};
use super::figures::{Latency, mean};
use crate::words;

/// What one way of searching reaches; means over all questions with judgements.
#[derive(Debug, Serialize)]
struct Figures {
    list: &'static str,
    ndcg: f64,
    mrr: f64,
    recall_1: f64,
    recall_5: f64,
    recall_10: f64,
    /// Of one search, without the question's vector.
    latency: Latency,
}

/// What is asked for.
#[derive(Debug, clap::Args)]
pub struct Arguments {
    /// The documents: a JSON object a line, with `_id`, `title` and `text`.
    #[arg(long)]
    pub corpus: std::path::PathBuf,
    /// The questions: a JSON object a line, with `_id` and `text`.
    #[arg(long)]
    pub queries: std::path::PathBuf,
    /// The judgements: question, document and grade with tabs between.
    #[arg(long)]
    pub qrels: std::path::PathBuf,
    /// How many of a list count.
    #[arg(long, default_value_t = 10)]
    pub k: usize,
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

/// Searches for every question in three ways and prints how good the lists are.
pub fn run(wanted: &Arguments) -> anyhow::Result<()> {
    anyhow::ensure!(wanted.k > 0, "--k must be at least 1");
    let language = wanted.language.as_deref().map(Language::from_tag);
    let questions: Vec<Question> = beir::lines(&wanted.queries)?;
    let judgements = beir::judgements(&wanted.qrels)?;
    let corpus = Corpus::read(&wanted.corpus, language, wanted.words_alone)?;
    let mut questions = questions;
    questions.retain(|question| judgements.contains_key(&question.id));
    anyhow::ensure!(!questions.is_empty(), no_question(&wanted.qrels));
    let asked = corpus.ask(questions)?;
    let mut all = Vec::new();
    let ways: &[(&'static str, Way)] = if wanted.words_alone {
        &[("lexical", by_words)]
    } else {
        &[
            ("lexical", by_words),
            ("vector", by_vectors),
            ("fused", by_both),
        ]
    };
    for (list, way) in ways {
        all.push(measure(list, *way, &corpus, &asked, &judgements, wanted.k));
    }
    let embedding = Latency::of(asked.iter().map(|one| one.seconds).collect());
    if wanted.json {
        let report = serde_json::json!({
            "documents": corpus.ids.len(), "questions": asked.len(), "k": wanted.k,
            "lists": all, "embedding": embedding,
        });
        words::print(&serde_json::to_string_pretty(&report)?);
    } else {
        words::print(&table(&all, &corpus, &asked, &embedding, wanted.k));
    }
    Ok(())
}

fn no_question(qrels: &Path) -> String {
    format!("no question has a judgement in {}", qrels.display())
}

/// A way of searching: the numbers of the best documents.
type Way = fn(&Corpus, &Asked, usize) -> Vec<u32>;

fn by_words(corpus: &Corpus, asked: &Asked, k: usize) -> Vec<u32> {
    let found = corpus.searcher.index.search(&asked.question.text, k);
    found.into_iter().map(|one| one.document).collect()
}

fn by_vectors(corpus: &Corpus, asked: &Asked, k: usize) -> Vec<u32> {
    let vector = asked.vector.as_deref().unwrap_or_default();
    let language = |document| corpus.searcher.index.language(document);
    let found = corpus.searcher.vectors.nearest(vector, k, language).list;
    found.into_iter().map(|one| one.document).collect()
}

fn by_both(corpus: &Corpus, asked: &Asked, k: usize) -> Vec<u32> {
    let vector = asked.vector.as_deref();
    let found = corpus.searcher.search(&asked.question.text, vector, k);
    found.into_iter().map(|one| one.document).collect()
}

fn measure(
    list: &'static str,
    way: Way,
    corpus: &Corpus,
    asked: &[Asked],
    judgements: &beir::Judgements,
    k: usize,
) -> Figures {
    let mut seconds = Vec::new();
    let mut scores: [Vec<f32>; 5] = Default::default();
    for one in asked {
        let Some(grades) = judgements.get(&one.question.id) else {
            continue;
        };
        let start = Instant::now();
        let found = way(corpus, one, k.max(10));
        seconds.push(start.elapsed().as_secs_f64());
        let ranked: Vec<String> = found
            .into_iter()
            .filter_map(|number| corpus.id(number).map(str::to_owned))
            .collect();
        let values = [
            ndcg(&ranked, grades, k),
            reciprocal_rank(&ranked, grades, k),
            recall(&ranked, grades, 1),
            recall(&ranked, grades, 5),
            recall(&ranked, grades, 10),
        ];
        for (kept, value) in scores.iter_mut().zip(values) {
            kept.push(value);
        }
    }
    let [ndcg, mrr, recall_1, recall_5, recall_10] = scores.map(|values| mean(&values));
    Figures {
        list,
        ndcg,
        mrr,
        recall_1,
        recall_5,
        recall_10,
        latency: Latency::of(seconds),
    }
}

fn table(
    all: &[Figures],
    corpus: &Corpus,
    asked: &[Asked],
    embedding: &Latency,
    k: usize,
) -> String {
    let languages: Vec<&str> = corpus
        .searcher
        .index
        .languages()
        .map(Language::as_str)
        .collect();
    let mut lines = vec![
        format!(
            "{} documents ({}), {} questions",
            corpus.ids.len(),
            languages.join(", "),
            asked.len()
        ),
        format!(
            "{:8}  {:>8}  {:>8}  {:>8}  {:>8}  {:>8}  {:>9}  {:>9}",
            "list",
            format!("nDCG@{k}"),
            format!("MRR@{k}"),
            "R@1",
            "R@5",
            "R@10",
            "p50 ms",
            "p95 ms"
        ),
    ];
    for one in all {
        lines.push(format!(
            "{:8}  {:8.4}  {:8.4}  {:8.4}  {:8.4}  {:8.4}  {:9.3}  {:9.3}",
            one.list,
            one.ndcg,
            one.mrr,
            one.recall_1,
            one.recall_5,
            one.recall_10,
            one.latency.p50_ms,
            one.latency.p95_ms
        ));
    }
    if all.len() > 1 {
        lines.push(format!(
            "the vector of a question: p50 {:.1} ms, p95 {:.1} ms",
            embedding.p50_ms, embedding.p95_ms
        ));
    }
    lines.join("\n")
}
