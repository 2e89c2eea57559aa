//! Many patterns, and which of them can begin with a word.

use std::collections::HashMap;

use crate::Category;
use crate::pattern::Pattern;
use crate::stretch::collapsed;
use crate::term::Term;
use crate::words::Word;

/// Many patterns.
#[derive(Debug, Clone, Default)]
pub(crate) struct Lexicon {
    patterns: Vec<Pattern>,
    /// Those that begin with a whole word, by what all its stretchings have in common.
    by_word: HashMap<String, Vec<usize>>,
    /// Those that begin with a part of a word.
    by_part: Vec<usize>,
    /// Single words that may be disguised, the milder first.
    singles: Vec<(Category, Term)>,
}

impl Lexicon {
    pub(crate) fn new(patterns: Vec<Pattern>) -> Self {
        let mut lexicon = Self::default();
        for (number, pattern) in patterns.iter().enumerate() {
            for term in pattern.first_terms() {
                let list = match term.key() {
                    Some(key) => lexicon.by_word.entry(key).or_default(),
                    None => &mut lexicon.by_part,
                };
                if list.last() != Some(&number) {
                    list.push(number);
                }
            }
            if let Some(category) = pattern.category {
                let terms = pattern.single_terms().into_iter().cloned();
                lexicon.singles.extend(terms.map(|term| (category, term)));
            }
        }
        lexicon.singles.sort_by_key(|(category, _)| *category);
        lexicon.patterns = patterns;
        lexicon
    }

    /// The patterns that may begin with this word.
    pub(crate) fn that_begin_with(&self, word: &Word) -> Vec<&Pattern> {
        let seen = word.readings.iter().map(|reading| collapsed(reading));
        let keys = seen.filter_map(|key| self.by_word.get(&key)).flatten();
        let mut numbers: Vec<usize> = keys.chain(&self.by_part).copied().collect();
        numbers.sort_unstable();
        numbers.dedup();
        numbers
            .iter()
            .filter_map(|number| self.patterns.get(*number))
            .collect()
    }

    /// Single words that may be disguised, the milder first.
    pub(crate) fn singles(&self) -> &[(Category, Term)] {
        &self.singles
    }
}
