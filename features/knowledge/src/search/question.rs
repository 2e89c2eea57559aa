//! What a message asks, in each language in which something is known.

use std::collections::{BTreeMap, BTreeSet, HashMap};

use retrieval::analyze;
use retrieval::fuse::LOOK;
use retrieval::index::{Index, Ranked};

use crate::language::Language;
use crate::score::{Passage, Terms, Weights};
use crate::store::passages::Candidate;
use crate::words;

/// What a word counts that means the same as one of the question.
const KIN: f32 = 0.6;
/// How many passages are found by words of the same meaning, in each language.
const BY_KIN: usize = 24;

/// See the module.
pub(super) struct Question {
    /// By language: the message as a whole, then the questions inside it.
    readings: BTreeMap<Language, Vec<Terms>>,
}

impl Question {
    /// Reads a message.
    pub(super) fn read(message: &str, index: &Index) -> Self {
        let texts = words::readings(message);
        let readings = index.languages().map(|language| {
            let terms = texts.iter().map(|text| {
                let stems = analyze::meaning(language, &words::essence(text));
                Terms::new(language, &stems, words::asking(text))
            });
            (language, terms.collect())
        });
        Self {
            readings: readings.collect(),
        }
    }

    /// The readings in a language.
    pub(super) fn in_language(&self, language: Language) -> &[Terms] {
        self.readings.get(&language).map_or(&[], Vec::as_slice)
    }

    /// The passages that share words with the message, or have words of the same meaning.
    pub(super) fn by_terms(&self, message: &str, index: &Index) -> Vec<Ranked> {
        let mut best: BTreeMap<u32, Ranked> = BTreeMap::new();
        let mut found = index.search(message, LOOK);
        for (language, readings) in &self.readings {
            let Some(whole) = readings.first() else {
                continue;
            };
            let mut weighted: BTreeMap<String, f32> = BTreeMap::new();
            for stem in &whole.stems {
                weighted.insert(stem.clone(), 1.0);
                for kin in words::kin(*language, stem) {
                    weighted.entry((*kin).to_owned()).or_insert(KIN);
                }
            }
            found.extend(index.search_terms(*language, &weighted, BY_KIN));
        }
        for one in found {
            let known = best.entry(one.document).or_insert(one);
            if one.share > known.share {
                *known = one;
            }
        }
        let mut all: Vec<Ranked> = best.into_values().collect();
        all.sort_by(|a, b| b.share.total_cmp(&a.share));
        all
    }

    /// How telling each stem of the question and of the passages' phrasings is.
    pub(super) fn weigh(
        &self,
        index: &Index,
        compared: &[(Candidate, Passage)],
    ) -> HashMap<Language, Weights> {
        let mut stems: BTreeMap<Language, BTreeSet<&str>> = BTreeMap::new();
        for (language, readings) in &self.readings {
            let all = readings.iter().flat_map(|reading| &reading.stems);
            let known = stems.entry(*language).or_default();
            known.extend(all.map(String::as_str));
        }
        for (candidate, passage) in compared {
            let all = passage.phrasings.iter().flat_map(|one| &one.stems);
            let language = Language::from_tag(&candidate.language);
            let known = stems.entry(language).or_default();
            known.extend(all.map(String::as_str));
        }
        let weights = stems.into_iter().map(|(language, stems)| {
            let documents = index.documents(language);
            let found = stems.into_iter().map(|stem| {
                let kin = words::kin(language, stem).iter();
                let all = kin.copied().filter(|kin| *kin != stem).chain([stem]);
                let count: usize = all.map(|stem| index.frequency(language, stem)).sum();
                (stem.to_owned(), count.min(documents))
            });
            (language, Weights::new(language, documents, found))
        });
        weights.collect()
    }
}

/// A passage as it is compared with a question.
pub(super) fn passage(candidate: &Candidate) -> Passage {
    let language = Language::from_tag(&candidate.language);
    let stems = |text: &str| analyze::meaning(language, text);
    let phrasings = candidate.questions.iter().map(|question| {
        let asking = words::asking(question);
        Terms::new(language, &stems(&words::essence(question)), asking)
    });
    let set = |text: &str| Terms::new(language, &stems(text), None).stems;
    let mut head = set(&candidate.title);
    head.extend(set(&candidate.heading));
    for question in &candidate.questions {
        head.extend(set(question));
    }
    let mut all = set(&candidate.content);
    all.extend(head.iter().cloned());
    Passage {
        phrasings: phrasings.collect(),
        head,
        all,
    }
}
