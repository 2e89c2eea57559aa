//! What is looked for: words one after another, each place with several that can stand there.

use crate::Category;
use crate::notation::{self, Unreadable};
use crate::term::{Reach, Term};
use crate::words::{self, Word};

#[derive(Debug, Clone)]
enum Piece {
    Term(Term),
    /// At most one word of any kind.
    Gap,
}

/// A text that is looked for.
#[derive(Debug, Clone)]
pub(crate) struct Pattern {
    /// What it is held back for; `None`: it is no offence.
    pub(crate) category: Option<Category>,
    /// Whether it has to be exactly as written.
    exact: bool,
    places: Vec<Vec<Vec<Piece>>>,
}

/// Words that were met: behind the last of them, and what they are in the list.
pub(crate) struct Met<'a> {
    pub(crate) end: usize,
    terms: Vec<&'a str>,
}

impl Met<'_> {
    /// The words of the list that were met.
    pub(crate) fn term(&self) -> String {
        let terms: Vec<&str> = self.terms.iter().rev().copied().collect();
        terms.join(" ")
    }
}

impl Pattern {
    /// Reads a pattern of our lists.
    pub(crate) fn read(category: Option<Category>, text: &str) -> Result<Self, Unreadable> {
        let (exact, text) = match text.strip_prefix('=') {
            Some(text) => (true, text),
            None => (category.is_none(), text),
        };
        let places: Vec<Vec<Vec<Piece>>> = notation::places(text)?
            .iter()
            .map(|texts| texts.iter().map(|text| pieces(text)).collect())
            .collect();
        let pattern = Self {
            category,
            exact,
            places,
        };
        if !pattern.begins_with_a_word() {
            return Err(Unreadable(text.to_owned(), "it has to begin with a word"));
        }
        Ok(pattern)
    }

    /// The words of somebody who knows no notation; `None` when there are none. A star at the end
    /// of a word is for whatever follows.
    pub(crate) fn literal(category: Category, text: &str) -> Option<Self> {
        let places: Vec<Vec<Vec<Piece>>> = text
            .split_whitespace()
            .flat_map(pieces)
            .map(|piece| vec![vec![piece]])
            .collect();
        (!places.is_empty()).then_some(Self {
            category: Some(category),
            exact: false,
            places,
        })
    }

    fn begins_with_a_word(&self) -> bool {
        let mut first = self.first_pieces().peekable();
        first.peek().is_some() && first.all(|piece| matches!(piece, Piece::Term(_)))
    }

    /// The terms with which it can begin.
    pub(crate) fn first_terms(&self) -> Vec<&Term> {
        let pieces = self.first_pieces();
        pieces
            .filter_map(|piece| match piece {
                Piece::Term(term) => Some(term),
                Piece::Gap => None,
            })
            .collect()
    }

    fn first_pieces(&self) -> impl Iterator<Item = &Piece> {
        let may_be_empty = |place: &[Vec<Piece>]| place.iter().any(Vec::is_empty);
        let empty = self
            .places
            .iter()
            .take_while(|place| may_be_empty(place))
            .count();
        let first = self.places.iter().take(empty + 1);
        first.flatten().filter_map(|text| text.first())
    }

    /// Its terms, when it is single words that may be disguised.
    pub(crate) fn single_terms(&self) -> Vec<&Term> {
        let ([texts], false) = (self.places.as_slice(), self.exact) else {
            return Vec::new();
        };
        let single = |text: &'_ Vec<Piece>| matches!(text.as_slice(), [Piece::Term(_)]);
        if texts.iter().all(single) {
            self.first_terms()
        } else {
            Vec::new()
        }
    }

    /// The longest run of words from this place on that it meets.
    pub(crate) fn meet(&self, words: &[Word], at: usize) -> Option<Met<'_>> {
        self.follow(&[], &self.places, words, at, at)
    }

    fn follow<'a>(
        &'a self,
        pieces: &'a [Piece],
        places: &'a [Vec<Vec<Piece>>],
        words: &[Word],
        start: usize,
        at: usize,
    ) -> Option<Met<'a>> {
        let Some((piece, rest)) = pieces.split_first() else {
            let Some((place, places)) = places.split_first() else {
                let terms = Vec::new();
                return (at > start).then_some(Met { end: at, terms });
            };
            let met = place
                .iter()
                .filter_map(|text| self.follow(text, places, words, start, at));
            return met.max_by_key(|met| met.end);
        };
        // A phrase does not go on in the next sentence.
        let within = at == start
            || at
                .checked_sub(1)
                .and_then(|before| words.get(before))
                .is_some_and(|w| !w.ends_sentence);
        let word = words.get(at).filter(|_| within);
        match piece {
            Piece::Gap => {
                let without = self.follow(rest, places, words, start, at);
                without
                    .or_else(|| word.and_then(|_| self.follow(rest, places, words, start, at + 1)))
            }
            Piece::Term(term) => {
                if !word.is_some_and(|word| term.is(word, self.exact)) {
                    return None;
                }
                let mut met = self.follow(rest, places, words, start, at + 1)?;
                met.terms.push(&term.plain);
                Some(met)
            }
        }
    }
}

fn pieces(text: &str) -> Vec<Piece> {
    text.split_whitespace()
        .flat_map(|word| {
            if word == "~" {
                return vec![Piece::Gap];
            }
            let open = word.strip_suffix('*');
            let anywhere = open.and_then(|word| word.strip_prefix('*'));
            let reach = match (open, anywhere) {
                (_, Some(_)) => Reach::Anywhere,
                (Some(_), None) => Reach::Start,
                (None, None) => Reach::Whole,
            };
            let words = words::of(anywhere.or(open).unwrap_or(word));
            let terms = words.into_iter().map(|word| Term::new(word, reach));
            terms.map(Piece::Term).collect()
        })
        .collect()
}

#[cfg(test)]
mod tests {
    use super::*;

    fn met(pattern: &str, text: &str) -> Option<String> {
        let pattern = Pattern::read(Some(Category::Insult), pattern).unwrap();
        let words = words::of(text);
        (0..words.len()).find_map(|at| Some(pattern.meet(&words, at)?.term()))
    }

    #[test]
    fn words_are_met_one_after_another_with_at_most_one_between() {
        let pattern = "je {vais|veux} ~ te {tuer|faire la peau}";
        assert_eq!(
            met(pattern, "Oui, JE VAIS te tuer.").unwrap(),
            "je vais te tuer"
        );
        assert_eq!(
            met(pattern, "je veux vraiment te faire la peau").unwrap(),
            "je veux te faire la peau"
        );
        assert_eq!(met(pattern, "je vais un jour te tuer"), None);
        assert_eq!(met(pattern, "je vais bien. Te tuer"), None);
    }

    #[test]
    fn reach_decides_how_much_of_a_word_counts() {
        assert!(met("fuck*", "fuckery").is_some() && met("fuck*", "afuck").is_none());
        assert!(met("*fuck*", "clusterfucks").is_some());
        assert!(met("fag(s)", "fags").is_some() && met("fag(s)", "fagot").is_none());
    }

    #[test]
    fn exactly_as_written_means_with_its_accents() {
        assert!(met("=coño", "¡Coño!").is_some());
        assert!(met("=coño", "un cono").is_none() && met("=coño", "c0ño").is_none());
    }

    #[test]
    fn a_pattern_has_to_begin_with_a_word() {
        for text in ["", "~ a", "{~|a} b", "{a|} ~ b", "…"] {
            let read = Pattern::read(Some(Category::Insult), text);
            assert!(read.is_err(), "{text}");
        }
        assert!(met("{tout|} {à fait|} nul", "nul").is_some());
    }

    #[test]
    fn words_without_spaces_between_them_are_met_in_the_middle() {
        let pattern = Pattern::literal(Category::Blocked, "馬鹿").unwrap();
        assert!(pattern.meet(&words::of("あなたは馬鹿です"), 0).is_some());
        assert!(Pattern::literal(Category::Blocked, " … ").is_none());
    }
}
