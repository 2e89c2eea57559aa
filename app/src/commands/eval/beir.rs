//! Evaluation sets in BEIR's form (Thakur et al. 2021): a corpus and questions as JSON lines with
//! `_id`, and judgements as a table of question, document and grade.

use std::collections::{BTreeMap, HashMap};
use std::path::Path;

use anyhow::Context as _;
use retrieval::Language;
use serde::Deserialize;
use serde::de::DeserializeOwned;

/// A document.
#[derive(Debug, Deserialize)]
pub struct Document {
    /// Its id.
    #[serde(rename = "_id")]
    pub id: String,
    /// Its title; may be empty.
    #[serde(default)]
    pub title: String,
    /// What it says.
    pub text: String,
}

/// A question.
#[derive(Debug, Deserialize)]
pub struct Question {
    /// Its id.
    #[serde(rename = "_id", default)]
    pub id: String,
    /// What it asks.
    #[serde(alias = "question", alias = "query")]
    pub text: String,
}

/// Grades of documents, by question.
pub type Judgements = HashMap<String, BTreeMap<String, u32>>;

/// Reads one JSON object a line.
pub fn lines<T: DeserializeOwned>(path: &Path) -> anyhow::Result<Vec<T>> {
    let shown = path.display();
    let text = std::fs::read_to_string(path).with_context(|| format!("{shown} can't be read"))?;
    let lines = (1..)
        .zip(text.lines())
        .filter(|(_, line)| !line.trim().is_empty());
    lines
        .map(|(number, line)| {
            serde_json::from_str(line).with_context(|| format!("{shown}, line {number}"))
        })
        .collect()
}

/// Reads judgements: tabs between question, document and grade (TREC's four columns are read as
/// well); a first line without a grade is a heading.
pub fn judgements(path: &Path) -> anyhow::Result<Judgements> {
    let shown = path.display();
    let text = std::fs::read_to_string(path).with_context(|| format!("{shown} can't be read"))?;
    let mut all = Judgements::new();
    for (number, line) in (1..).zip(text.lines()) {
        let columns: Vec<&str> = line.split_whitespace().collect();
        let (question, document, grade) = match columns.as_slice() {
            [] => continue,
            [question, document, grade] | [question, _, document, grade] => {
                (question, document, grade)
            }
            _ => anyhow::bail!("{shown}, line {number}: three columns are expected"),
        };
        match grade.parse::<i64>() {
            Ok(grade) => {
                let grade = u32::try_from(grade.max(0)).unwrap_or_default();
                let of = all.entry((*question).to_owned()).or_default();
                of.insert((*document).to_owned(), grade);
            }
            Err(_) if number == 1 => {}
            Err(_) => anyhow::bail!("{shown}, line {number}: {grade:?} is no grade"),
        }
    }
    Ok(all)
}

/// The language of each document: its own when it says enough to be sure of, else that of most.
pub fn languages(documents: &[Document], fixed: Option<Language>) -> Vec<Language> {
    if let Some(fixed) = fixed {
        return vec![fixed; documents.len()];
    }
    let sure: Vec<Option<Language>> = documents
        .iter()
        .map(|one| Language::surely(&format!("{} {}", one.title, one.text)))
        .collect();
    let mut counts: BTreeMap<Language, usize> = BTreeMap::new();
    for language in sure.iter().flatten() {
        *counts.entry(*language).or_default() += 1;
    }
    let most = counts.iter().max_by_key(|(_, count)| **count);
    let (usual, count) = most.map_or((Language::Other, 0), |(language, count)| {
        (*language, *count)
    });
    let alone = count * 5 >= documents.len() * 4;
    sure.into_iter()
        .map(|language| {
            if alone {
                usual
            } else {
                language.unwrap_or(usual)
            }
        })
        .collect()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn judgements_are_read_with_and_without_a_heading() {
        let folder = tempfile::tempdir().unwrap();
        let path = folder.path().join("qrels.tsv");
        std::fs::write(&path, "query-id\tcorpus-id\tscore\nq1\td1\t1\nq1\td2\t0\n").unwrap();
        let read = judgements(&path).unwrap();
        assert_eq!(
            read["q1"],
            BTreeMap::from([("d1".into(), 1), ("d2".into(), 0)])
        );
        std::fs::write(&path, "q1 0 d1 2\n").unwrap();
        assert_eq!(judgements(&path).unwrap()["q1"]["d1"], 2);
        std::fs::write(&path, "q1\td1\t1\nq2\td2\tgood\n").unwrap();
        let error = judgements(&path).unwrap_err().to_string();
        assert!(error.contains("line 2"), "{error}");
    }

    #[test]
    fn a_short_document_has_the_language_of_most() {
        let document = |text: &str| Document {
            id: String::new(),
            title: String::new(),
            text: text.to_owned(),
        };
        let french = "Nous livrons les tasses et les bols en Belgique sous trois jours ouvrés.";
        let found = languages(&[document(french), document(french), document("ok")], None);
        assert_eq!(found, [Language::French; 3]);
    }
}
