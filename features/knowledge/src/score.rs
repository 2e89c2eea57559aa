//! How sure a passage is to answer a question, from 0 to 1.
//!
//! Two things count: how much of what the question says is found in the passage (rare words weigh
//! more than common ones), and for an entry with phrasings how much of the best phrasing the
//! question says. A word of the question that nothing in the knowledge contains weighs most, so a
//! question about something else stays low.

use std::collections::{BTreeSet, HashMap};

use crate::language::Language;
use crate::words::{canonical, kin};

/// From this score on, a passage is good enough to be the answer word for word.
pub const ANSWERS: f32 = 0.7;

/// The most a passage of a document can reach when its headings do not speak of the question.
const BODY_ONLY: f32 = 0.62;
/// The most a passage of a document can reach at all: it was not written as an answer.
const DOCUMENT: f32 = 0.86;

/// Stems of a text, and the kind of answer it asks for.
#[derive(Clone, Debug, Default, PartialEq)]
pub struct Terms {
    /// Stems; those that mean the same are one.
    pub stems: BTreeSet<String>,
    /// `?where`, `?who`, ….
    pub asking: Option<&'static str>,
}

impl Terms {
    /// Terms from stems.
    pub fn new(language: Language, stems: &[String], asking: Option<&'static str>) -> Self {
        let stems = stems
            .iter()
            .map(|stem| canonical(language, stem).to_owned())
            .collect();
        Self { stems, asking }
    }
}

/// How much each stem weighs in one language of a workspace.
#[derive(Clone, Debug)]
pub struct Weights {
    language: Language,
    passages: f32,
    found: HashMap<String, f32>,
}

/// A whole number as a weight; exact far beyond what is counted here.
fn real(count: usize) -> f32 {
    f32::from(u16::try_from(count).unwrap_or(u16::MAX))
}

impl Weights {
    /// Weights for a language with so many passages, and for each stem how many contain it.
    pub fn new(
        language: Language,
        passages: usize,
        found: impl IntoIterator<Item = (String, usize)>,
    ) -> Self {
        Self {
            language,
            passages: real(passages),
            found: found.into_iter().map(|(stem, n)| (stem, real(n))).collect(),
        }
    }

    /// The inverse document frequency.
    fn of(&self, stem: &str) -> f32 {
        let found = self.found.get(stem).copied().unwrap_or_default();
        (1.0 + (self.passages.max(10.0)) / (found + 0.5)).ln()
    }

    fn known(&self, stem: &str) -> bool {
        self.found.get(stem).is_some_and(|n| *n > 0.0)
    }
}

/// What is compared with a question.
#[derive(Clone, Debug, Default)]
pub struct Passage {
    /// The phrasings of an FAQ entry; none for a document.
    pub phrasings: Vec<Terms>,
    /// Title, headings and phrasings together.
    pub head: BTreeSet<String>,
    /// Everything.
    pub all: BTreeSet<String>,
}

/// The outcome for one passage.
#[derive(Clone, Copy, Debug, Default, PartialEq)]
pub struct Score {
    /// How sure it is that the passage answers, 0 to 1.
    pub sure: f32,
    /// How much of the question the passage speaks of, 0 to 1.
    pub coverage: f32,
    /// Which phrasing is nearest.
    pub phrasing: Option<usize>,
}

/// Scores a passage against a question.
pub fn score(question: &Terms, passage: &Passage, weights: &Weights) -> Score {
    if question.stems.is_empty() {
        return Score::default();
    }
    if passage.phrasings.is_empty() {
        return document(question, passage, weights);
    }
    let mut best = Score::default();
    for (at, phrasing) in passage.phrasings.iter().enumerate() {
        let found = answer(question, phrasing, passage, weights);
        if found.sure > best.sure {
            best = Score {
                phrasing: Some(at),
                ..found
            };
        }
    }
    best
}

fn answer(question: &Terms, phrasing: &Terms, passage: &Passage, weights: &Weights) -> Score {
    let mut said = 0.0;
    let mut met = 0.0;
    let mut shared = BTreeSet::new();
    for stem in &question.stems {
        let weight = weights.of(stem);
        said += weight;
        if let Some((twin, likeness)) = twin(stem, &phrasing.stems, weights) {
            met += weight * likeness;
            shared.insert(twin);
        } else if let Some((_, likeness)) = twin(stem, &passage.head, weights) {
            met += weight * likeness * 0.9;
        } else if let Some((_, likeness)) = twin(stem, &passage.all, weights) {
            met += weight * likeness * 0.75;
        }
    }
    let meant: f32 = phrasing.stems.iter().map(|stem| weights.of(stem)).sum();
    let common: f32 = shared.iter().map(|stem| weights.of(stem)).sum();
    let coverage = met / said;
    let fit = if meant > 0.0 { common / meant } else { 0.0 };
    let other_kind = question.asking.is_some() && question.asking != phrasing.asking;
    let kind = if other_kind { 0.8 } else { 1.0 };
    Score {
        sure: coverage.powf(1.4) * (0.35 + 0.65 * fit.powf(0.8)) * kind,
        coverage,
        phrasing: None,
    }
}

fn document(question: &Terms, passage: &Passage, weights: &Weights) -> Score {
    let mut said = 0.0;
    let mut met = 0.0;
    let mut headed = 0.0;
    for stem in &question.stems {
        let weight = weights.of(stem);
        said += weight;
        if let Some((_, likeness)) = twin(stem, &passage.head, weights) {
            met += weight * likeness;
            headed += weight;
        } else if let Some((_, likeness)) = twin(stem, &passage.all, weights) {
            met += weight * likeness;
        }
    }
    let coverage = met / said;
    // One word alone asks nothing that a passage could be said to answer.
    let most = if headed >= said / 3.0 && question.stems.len() > 1 {
        DOCUMENT
    } else {
        BODY_ONLY
    };
    Score {
        sure: coverage.powf(1.4) * most,
        coverage,
        phrasing: None,
    }
}

/// The stem of `among` that is this one, or a form of it, or what a slip of the finger made of it;
/// and how alike they are.
fn twin<'a>(stem: &str, among: &'a BTreeSet<String>, weights: &Weights) -> Option<(&'a str, f32)> {
    if let Some(same) = among.get(stem) {
        return Some((same, 1.0));
    }
    let length = stem.chars().count();
    if length < 5 {
        return None;
    }
    let slips = if weights.known(stem) || stem.starts_with(|c: char| c.is_ascii_digit()) {
        0
    } else if length < 8 {
        1
    } else {
        2
    };
    among.iter().find_map(|other| {
        let longest = other.chars().count().max(length);
        let shared = stem
            .chars()
            .zip(other.chars())
            .take_while(|(a, b)| a == b)
            .count();
        if shared >= 5 && shared + 2 >= longest {
            return Some((other.as_str(), 0.95));
        }
        let alike =
            |other: &str| other.chars().count() >= 4 && strsim::osa_distance(stem, other) <= slips;
        let near = slips > 0
            && (alike(other) || kin(weights.language, other).iter().any(|twin| alike(twin)));
        near.then_some((other.as_str(), 0.88))
    })
}

#[cfg(test)]
mod tests {
    use super::*;

    fn terms(stems: &[&str]) -> Terms {
        let stems: Vec<String> = stems.iter().map(|stem| (*stem).to_owned()).collect();
        Terms::new(Language::English, &stems, None)
    }

    fn entry() -> (Passage, Weights) {
        let phrasings = vec![
            terms(&["ship", "belgium"]),
            terms(&["long", "ship", "take"]),
        ];
        let head: BTreeSet<String> = phrasings.iter().flat_map(|p| p.stems.clone()).collect();
        let mut all = head.clone();
        all.insert("parcel".into());
        let found = [
            ("deliveri", 6),
            ("belgium", 1),
            ("long", 2),
            ("take", 3),
            ("parcel", 2),
        ];
        let weights = Weights::new(
            Language::English,
            25,
            found.map(|(stem, n)| (stem.to_owned(), n)),
        );
        (
            Passage {
                phrasings,
                head,
                all,
            },
            weights,
        )
    }

    #[test]
    fn the_same_question_in_other_words_of_the_same_meaning_is_surely_answered() {
        let (passage, weights) = entry();
        let found = score(&terms(&["deliver", "belgium"]), &passage, &weights);
        assert!(found.sure > 0.95, "{found:?}");
        assert_eq!(found.phrasing, Some(0));
    }

    #[test]
    fn a_slip_of_the_finger_is_forgiven() {
        let (passage, weights) = entry();
        let found = score(&terms(&["deliver", "belgum"]), &passage, &weights);
        assert!(found.sure > ANSWERS, "{found:?}");
    }

    #[test]
    fn a_word_that_nothing_contains_keeps_the_score_low() {
        let (passage, weights) = entry();
        let found = score(&terms(&["ship", "japan"]), &passage, &weights);
        assert!(found.sure < 0.4, "{found:?}");
    }

    #[test]
    fn a_word_of_the_subject_alone_is_no_question_that_can_be_answered() {
        let (passage, weights) = entry();
        let found = score(&terms(&["ship"]), &passage, &weights);
        assert!(found.sure < ANSWERS, "{found:?}");
    }

    proptest::proptest! {
        #[test]
        fn a_score_is_between_nothing_and_certain(stems in proptest::collection::vec("[a-z]{1,9}", 0..6)) {
            let (passage, weights) = entry();
            let stems: Vec<&str> = stems.iter().map(String::as_str).collect();
            let found = score(&terms(&stems), &passage, &weights);
            proptest::prop_assert!((0.0..=1.0).contains(&found.sure));
        }
    }
}
