//! The inverted index of one language: which documents hold a term, and how often.

use std::collections::{BTreeMap, HashMap};

use crate::real;
use crate::slips::Vocabulary;

/// BM25: how soon a term that is repeated stops counting (Robertson and Zaragoza, "The
/// Probabilistic Relevance Framework: BM25 and Beyond", 2009, section 3.4).
const K1: f32 = 1.5;
/// BM25: how much a long document is held against it.
const B: f32 = 0.75;
/// What a word counts that differs from the question's by a slip of the finger.
const SLIP: f32 = 0.8;

#[derive(Clone, Copy, Debug)]
struct Posting {
    document: u32,
    /// Occurrences, each weighted by its field.
    weight: f32,
}

/// See the module.
#[derive(Clone, Debug, Default)]
pub(crate) struct Lexicon {
    numbers: HashMap<String, u32>,
    postings: Vec<Vec<Posting>>,
    vocabulary: Vocabulary,
    documents: usize,
    length: f64,
}

/// A term of a question and what it weighs.
struct Sought<'a> {
    postings: &'a [Posting],
    weight: f32,
}

impl Lexicon {
    /// Adds a document by its weighted terms.
    pub(crate) fn add(&mut self, document: u32, terms: &BTreeMap<String, f32>, length: f32) {
        self.documents += 1;
        self.length += f64::from(length);
        for (term, weight) in terms {
            let posting = Posting {
                document,
                weight: *weight,
            };
            let known = self.numbers.get(term).copied();
            let known = known.and_then(|number| usize::try_from(number).ok());
            if let Some(postings) = known.and_then(|number| self.postings.get_mut(number)) {
                postings.push(posting);
            } else {
                let number = u32::try_from(self.postings.len()).unwrap_or(u32::MAX);
                self.numbers.insert(term.clone(), number);
                self.vocabulary.add(term);
                self.postings.push(vec![posting]);
            }
        }
    }

    /// A document is gone. What it added to the frequencies of its terms stays until the index is
    /// made anew.
    pub(crate) fn remove(&mut self, length: f32) {
        self.documents = self.documents.saturating_sub(1);
        self.length -= f64::from(length);
    }

    pub(crate) fn documents(&self) -> usize {
        self.documents
    }

    /// How many documents hold the term.
    pub(crate) fn frequency(&self, term: &str) -> usize {
        self.find(term).map_or(0, <[Posting]>::len)
    }

    fn find(&self, term: &str) -> Option<&[Posting]> {
        let number = usize::try_from(*self.numbers.get(term)?).ok()?;
        self.postings.get(number).map(Vec::as_slice)
    }

    /// How telling a term is that so many documents hold.
    fn rarity(&self, frequency: usize) -> f32 {
        let frequency = frequency.min(self.documents);
        let without = real(self.documents - frequency) + 0.5;
        (1.0 + without / (real(frequency) + 0.5)).ln()
    }

    fn sought(&self, term: &str, times: f32) -> (Vec<Sought<'_>>, f32) {
        if let Some(postings) = self.find(term) {
            let weight = self.rarity(postings.len()) * times;
            return (vec![Sought { postings, weight }], weight);
        }
        let most = self.rarity(0) * times;
        let near = self.vocabulary.near(term);
        let sought = near.iter().filter_map(|other| {
            let postings = self.find(other)?;
            let weight = self.rarity(postings.len()) * times * SLIP;
            Some(Sought { postings, weight })
        });
        (sought.collect(), most)
    }

    /// BM25 of every document that holds a term of the question, and the most that a document
    /// could reach. `lengths` are those of all documents, `scores` is where the sums are made.
    pub(crate) fn score(
        &self,
        question: &BTreeMap<String, f32>,
        lengths: &[f32],
        scores: &mut HashMap<u32, f32>,
    ) -> f32 {
        #[expect(
            clippy::cast_possible_truncation,
            clippy::as_conversions,
            reason = "a mean length needs no more than the precision of f32"
        )]
        let mean = (self.length / f64::from(u32::try_from(self.documents.max(1)).unwrap_or(1)))
            .max(1.0) as f32;
        let mut most = 0.0;
        for (term, times) in question {
            let (sought, weight) = self.sought(term, *times);
            most += weight * (K1 + 1.0);
            for one in sought {
                for posting in one.postings {
                    let at = usize::try_from(posting.document).unwrap_or(usize::MAX);
                    let Some(length) = lengths.get(at) else {
                        continue;
                    };
                    let bend = K1 * (1.0 - B + B * length / mean);
                    let share = posting.weight * (K1 + 1.0) / (posting.weight + bend);
                    *scores.entry(posting.document).or_default() += one.weight * share;
                }
            }
        }
        most
    }
}
