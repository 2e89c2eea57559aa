//! Ranking by terms: BM25 over weighted fields, with document frequencies of each language.

use std::collections::{BTreeMap, HashMap};

use crate::analyze::terms;
use crate::language::Language;
use crate::lexicon::Lexicon;

/// What a word in a title or a phrasing counts, compared with one in the text.
pub const TITLE: f32 = 2.0;
/// What a word in the headings above a passage counts.
pub const HEADING: f32 = 1.5;
/// What a word of the text counts.
pub const BODY: f32 = 1.0;

/// A document that was found.
#[derive(Clone, Copy, Debug, PartialEq)]
pub struct Ranked {
    /// Its number.
    pub document: u32,
    /// BM25; to compare within one language only.
    pub score: f32,
    /// The score as a share of what a document could reach that says all of the question, 0 to 1.
    /// It can be compared between questions and languages.
    pub share: f32,
}

/// An inverted index over documents of several languages. Documents are numbered as they come.
#[derive(Clone, Debug, Default)]
pub struct Index {
    lexicons: BTreeMap<Language, Lexicon>,
    languages: Vec<Option<Language>>,
    lengths: Vec<f32>,
    removed: usize,
}

/// How often each term stands in a text, weighted.
fn count(terms: Vec<String>, weight: f32, counts: &mut BTreeMap<String, f32>) -> f32 {
    let mut length = 0.0;
    for term in terms {
        *counts.entry(term).or_default() += weight;
        length += weight;
    }
    length
}

impl Index {
    /// Adds a document, given by its fields and what a word in each counts; its number.
    pub fn add(&mut self, language: Language, fields: &[(&str, f32)]) -> u32 {
        let document = u32::try_from(self.lengths.len()).unwrap_or(u32::MAX);
        let mut counts = BTreeMap::new();
        let length = fields
            .iter()
            .map(|(text, weight)| count(terms(language, text), *weight, &mut counts))
            .sum();
        let lexicon = self.lexicons.entry(language).or_default();
        lexicon.add(document, &counts, length);
        self.languages.push(Some(language));
        self.lengths.push(length);
        document
    }

    /// Takes a document out.
    pub fn remove(&mut self, document: u32) {
        let at = usize::try_from(document).unwrap_or(usize::MAX);
        let Some(language) = self.languages.get_mut(at).and_then(Option::take) else {
            return;
        };
        let length = self.lengths.get(at).copied().unwrap_or_default();
        if let Some(lexicon) = self.lexicons.get_mut(&language) {
            lexicon.remove(length);
        }
        self.removed += 1;
    }

    /// How many documents are in it.
    pub fn len(&self) -> usize {
        self.lengths.len() - self.removed
    }

    /// Whether nothing is in it.
    pub fn is_empty(&self) -> bool {
        self.len() == 0
    }

    /// Whether so many documents were taken out that it should be made anew.
    pub fn is_worn(&self) -> bool {
        self.removed > 64 && self.removed * 8 > self.lengths.len()
    }

    /// The languages of its documents.
    pub fn languages(&self) -> impl Iterator<Item = Language> {
        let held = self.lexicons.iter();
        held.filter(|(_, lexicon)| lexicon.documents() > 0)
            .map(|(language, _)| *language)
    }

    /// The language of a document that is in it.
    pub fn language(&self, document: u32) -> Option<Language> {
        let at = usize::try_from(document).ok()?;
        self.languages.get(at).copied().flatten()
    }

    /// How many documents of a language there are.
    pub fn documents(&self, language: Language) -> usize {
        self.lexicons.get(&language).map_or(0, Lexicon::documents)
    }

    /// How many documents of a language hold a term.
    pub fn frequency(&self, language: Language, term: &str) -> usize {
        let lexicon = self.lexicons.get(&language);
        lexicon.map_or(0, |lexicon| lexicon.frequency(term))
    }

    /// The documents that share terms with the question, in each language read as if it were
    /// written in that language; the best first, by share.
    pub fn search(&self, question: &str, limit: usize) -> Vec<Ranked> {
        let mut found = Vec::new();
        for language in self.lexicons.keys() {
            let mut counts = BTreeMap::new();
            count(terms(*language, question), 1.0, &mut counts);
            found.extend(self.scored(*language, &counts));
        }
        top(found, limit)
    }

    /// The documents of one language that hold any of these weighted terms, the best first.
    pub fn search_terms(
        &self,
        language: Language,
        terms: &BTreeMap<String, f32>,
        limit: usize,
    ) -> Vec<Ranked> {
        top(self.scored(language, terms), limit)
    }

    fn scored(&self, language: Language, terms: &BTreeMap<String, f32>) -> Vec<Ranked> {
        let Some(lexicon) = self.lexicons.get(&language) else {
            return Vec::new();
        };
        let mut scores = HashMap::new();
        let most = lexicon.score(terms, &self.lengths, &mut scores);
        let ranked = scores.into_iter().map(|(document, score)| Ranked {
            document,
            score,
            share: score / most.max(f32::MIN_POSITIVE),
        });
        ranked.filter(|one| self.holds(one.document)).collect()
    }

    fn holds(&self, document: u32) -> bool {
        let at = usize::try_from(document).unwrap_or(usize::MAX);
        self.languages.get(at).is_some_and(Option::is_some)
    }
}

/// The best of a list, the best first; of equals the older first.
fn top(mut found: Vec<Ranked>, limit: usize) -> Vec<Ranked> {
    let order = |a: &Ranked, b: &Ranked| {
        b.share
            .total_cmp(&a.share)
            .then_with(|| a.document.cmp(&b.document))
    };
    if limit < found.len() {
        found.select_nth_unstable_by(limit, order);
        found.truncate(limit);
    }
    found.sort_unstable_by(order);
    found
}

#[cfg(test)]
mod tests {
    use super::*;

    fn shop() -> Index {
        let mut index = Index::default();
        let english = [
            ("Delivery to Belgium", "Parcels take three days."),
            ("Opening hours", "We are open from ten to six."),
            ("Returns", "Send it back within thirty days."),
        ];
        for (title, text) in english {
            index.add(Language::English, &[(title, TITLE), (text, BODY)]);
        }
        index.add(Language::French, &[("Livraison en Belgique", TITLE)]);
        index
    }

    fn first(index: &Index, question: &str) -> Option<u32> {
        index.search(question, 10).first().map(|one| one.document)
    }

    #[test]
    fn the_passage_with_the_telling_words_comes_first() {
        let index = shop();
        assert_eq!(first(&index, "Do you deliver to Belgium?"), Some(0));
        assert_eq!(first(&index, "When are you open?"), Some(1));
        assert_eq!(first(&index, "la livraison en Belgique ?"), Some(3));
        assert_eq!(first(&index, "zebra"), None);
    }

    #[test]
    fn a_typing_slip_is_survived() {
        assert_eq!(first(&shop(), "delivry belgum"), Some(0));
    }

    #[test]
    fn a_word_in_the_title_counts_more_than_one_in_the_text() {
        let mut index = Index::default();
        let text = "nothing more to say here";
        index.add(
            Language::English,
            &[("other", TITLE), ("parcel", BODY), (text, BODY)],
        );
        index.add(
            Language::English,
            &[("parcel", TITLE), ("other", BODY), (text, BODY)],
        );
        assert_eq!(first(&index, "parcel"), Some(1));
    }

    #[test]
    fn what_was_taken_out_is_not_found() {
        let mut index = shop();
        index.remove(0);
        index.remove(0);
        assert_eq!(index.len(), 3);
        assert_ne!(first(&index, "Belgium"), Some(0));
    }

    proptest::proptest! {
        #[test]
        fn a_share_is_between_nothing_and_all(question in "[a-z ]{0,40}") {
            for one in shop().search(&question, 10) {
                proptest::prop_assert!((0.0..=1.0).contains(&one.share), "{one:?}");
            }
        }
    }
}
