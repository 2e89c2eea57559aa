//! How well questions are grouped: a labelled set of 60 questions of customers of a shop, twelve
//! topics in English and French (`labelled.tsv`), with their vectors of multilingual-e5-small in
//! bytes (`labelled.e5`) and the mean of the demo's FAQ questions in each language
//! (`background.e5`), so that no model has to be there.

use super::*;
use crate::gaps::cluster::groups;

const LABELLED: &str = include_str!("labelled.tsv");
const VECTORS: &[u8] = include_bytes!("labelled.e5");
const BACKGROUND: &[u8] = include_bytes!("background.e5");
const DIMENSIONS: usize = 384;
/// A component of 1 in the files.
const UNIT: f32 = 400.0;
/// How many questions of the FAQ each mean stands for.
const KNOWN: [(Language, usize); 3] = [
    (Language::English, 65),
    (Language::French, 50),
    (Language::Spanish, 48),
];

fn vectors(bytes: &[u8]) -> Vec<Vec<f32>> {
    let rows = bytes.chunks_exact(DIMENSIONS);
    let value = |byte: &u8| f32::from(byte.cast_signed()) / UNIT;
    rows.map(|row| row.iter().map(value).collect()).collect()
}

fn background() -> Vec<(Language, Vec<f32>)> {
    let means = KNOWN.iter().zip(vectors(BACKGROUND));
    means
        .flat_map(|((language, count), mean)| vec![(*language, mean); *count])
        .collect()
}

fn labelled() -> Vec<(&'static str, Said)> {
    let lines = LABELLED.lines().zip(vectors(VECTORS));
    lines
        .map(|(line, vector)| {
            let mut fields = line.split('\t');
            let topic = fields.next().unwrap();
            let language = Language::from_tag(fields.next().unwrap());
            let said = Said {
                language,
                text: fields.next().unwrap().to_owned(),
                vector: Some(vector),
            };
            (topic, said)
        })
        .collect()
}

/// Precision, recall and F1 over the pairs that `counts` wants counted.
fn pairwise(
    topics: &[&str],
    found: &[Vec<usize>],
    counts: impl Fn(usize, usize) -> bool,
) -> (f32, f32, f32) {
    let group = |at: usize| found.iter().position(|group| group.contains(&at));
    let (mut both, mut joined, mut same) = (0.0_f32, 0.0_f32, 0.0_f32);
    for one in 0..topics.len() {
        for other in (0..one).filter(|other| counts(one, *other)) {
            let (is_joined, is_same) = (group(one) == group(other), topics[one] == topics[other]);
            joined += f32::from(is_joined);
            same += f32::from(is_same);
            both += f32::from(is_joined && is_same);
        }
    }
    let (precision, recall) = (both / joined.max(1.0), both / same.max(1.0));
    (precision, recall, 2.0 * both / (joined + same))
}

#[test]
fn questions_of_two_languages_are_grouped_by_meaning() {
    let (topics, said): (Vec<&str>, Vec<Said>) = labelled().into_iter().unzip();
    assert_eq!(said.len(), 60);
    let pairs = by_meaning(&said, &background()).unwrap();
    let all = pairwise(&topics, &groups(&pairs, MEANING), |_, _| true);
    println!(
        "by meaning: precision {:.3}, recall {:.3}, F1 {:.3}",
        all.0, all.1, all.2
    );
    assert!(all.0 > 0.97 && all.2 > 0.9, "{all:?}");
    let across = |one: usize, other: usize| said[one].language != said[other].language;
    let mixed = pairwise(&topics, &groups(&pairs, MEANING), across);
    println!(
        "across languages: precision {:.3}, recall {:.3}, F1 {:.3}",
        mixed.0, mixed.1, mixed.2
    );
    assert!(mixed.2 > 0.85, "{mixed:?}");
    // The threshold stands on even ground.
    for threshold in [MEANING - 0.03, MEANING + 0.03] {
        let (.., f1) = pairwise(&topics, &groups(&pairs, threshold), |_, _| true);
        assert!(f1 > 0.85, "{threshold}: {f1}");
    }
}

#[test]
fn a_few_questions_are_grouped_as_well_as_many() {
    let all = labelled();
    for two in [
        ["giftwrap", "dogs"],
        ["oven", "allergy"],
        ["parking", "invoice"],
    ] {
        let some = all.iter().filter(|(topic, _)| two.contains(topic)).cloned();
        let (topics, said): (Vec<&str>, Vec<Said>) = some.unzip();
        let pairs = by_meaning(&said, &background()).unwrap();
        let found = pairwise(&topics, &groups(&pairs, MEANING), |_, _| true);
        assert!(found.0 > 0.99 && found.2 > 0.7, "{two:?}: {found:?}");
    }
}

#[test]
fn without_vectors_the_words_of_each_language_group_questions() {
    let (topics, said): (Vec<&str>, Vec<Said>) = labelled().into_iter().unzip();
    let pairs = by_words(&said);
    let same_language = |one: usize, other: usize| said[one].language == said[other].language;
    let found = groups(&pairs, WORDS);
    let words = pairwise(&topics, &found, same_language);
    println!(
        "by words, within a language: precision {:.3}, recall {:.3}, F1 {:.3}",
        words.0, words.1, words.2
    );
    assert!(words.0 > 0.85 && words.2 > 0.75, "{words:?}");
}

#[test]
fn too_few_vectors_or_a_missing_one_leave_it_to_the_words() {
    let mut said: Vec<Said> = labelled().into_iter().map(|(_, said)| said).collect();
    assert!(by_meaning(&said[..5], &[]).is_none());
    said[7].vector = None;
    assert!(by_meaning(&said, &background()).is_none());
    assert!(by_meaning(&[], &background()).is_none());
}

#[test]
fn the_same_questions_always_give_the_same_groups() {
    let said: Vec<Said> = labelled().into_iter().map(|(_, said)| said).collect();
    let once = groups(&by_words(&said), WORDS);
    assert_eq!(once, groups(&by_words(&said), WORDS));
}
