//! Words that are stretched ("shiiit") and what they are a stretching of.

/// A term this short is not met by a letter that is merely doubled: "cull" is no "cul".
const SHORT: usize = 3;

/// Where the stretching of `term` ends in `word`, in letters: every run of a letter is at least as
/// long as the term's. `None` when the word does not begin so.
pub(crate) fn end_of(word: &[char], term: &[char]) -> Option<usize> {
    let (mut at, mut done) = (0, 0);
    while let Some(letter) = term.get(done) {
        let wanted = run(term, done);
        let found = run(word, at);
        if word.get(at) != Some(letter) || found < wanted {
            return None;
        }
        if found > wanted && found < 3 && term.len() <= SHORT {
            return None;
        }
        at += found;
        done += wanted;
    }
    Some(at)
}

/// How often the letter at this place comes in a row.
fn run(letters: &[char], at: usize) -> usize {
    let rest = letters.get(at..).unwrap_or_default();
    let first = rest.first();
    rest.iter()
        .take_while(|letter| Some(*letter) == first)
        .count()
}

/// The word with every run of a letter made one: what all its stretchings have in common.
pub(crate) fn collapsed(word: &str) -> String {
    let mut out = String::with_capacity(word.len());
    for letter in word.chars() {
        if !out.ends_with(letter) {
            out.push(letter);
        }
    }
    out
}

#[cfg(test)]
mod tests {
    use super::*;

    fn whole(word: &str, term: &str) -> bool {
        let word: Vec<char> = word.chars().collect();
        let term: Vec<char> = term.chars().collect();
        let same = end_of(&word, &term) == Some(word.len());
        if same {
            assert_eq!(
                collapsed(&word.iter().collect::<String>()),
                collapsed(&term.iter().collect::<String>())
            );
        }
        same
    }

    #[test]
    fn a_stretched_word_is_met_and_a_shortened_one_is_not() {
        assert!(whole("shit", "shit") && whole("shhiiit", "shit"));
        assert!(whole("assss", "ass") && !whole("as", "ass"));
        assert!(!whole("con", "coon") && whole("cooon", "coon"));
        assert!(!whole("shits", "shit") && !whole("", "a"));
    }

    #[test]
    fn a_short_word_has_to_be_stretched_further() {
        assert!(!whole("cull", "cul") && whole("culll", "cul"));
    }

    #[test]
    fn the_beginning_of_a_word_ends_where_the_term_does() {
        let word: Vec<char> = "fuuucking".chars().collect();
        assert_eq!(end_of(&word, &['f', 'u', 'c', 'k']), Some(6));
    }
}
