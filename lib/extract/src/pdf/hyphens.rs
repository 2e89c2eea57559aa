//! Lines joined to a paragraph, with words that were divided at their ends made whole.

use super::words::{Words, bare};

/// Joins `next` to `text`.
pub(crate) fn join(text: &mut String, next: &str, words: &Words) {
    let next = next.trim_start();
    let end = text.trim_end().len();
    text.truncate(end);
    if next.is_empty() || text.is_empty() {
        text.push_str(next);
        return;
    }
    match divided(text, next, words) {
        Divided::Whole => {
            text.pop();
            text.push_str(next);
        }
        Divided::Compound => text.push_str(next),
        Divided::No if without_spaces(text, next) => text.push_str(next),
        Divided::No => {
            text.push(' ');
            text.push_str(next);
        }
    }
}

/// Whether the last word of `text` seems to go on in a next line.
pub(crate) fn is_divided(text: &str) -> bool {
    let mut chars = text.trim_end().chars().rev();
    matches!(chars.next(), Some('-' | '\u{2010}' | '\u{ad}'))
        && chars.next().is_some_and(char::is_alphabetic)
}

enum Divided {
    /// The hyphen was only put there to divide the word.
    Whole,
    /// The hyphen belongs to the word.
    Compound,
    No,
}

fn divided(text: &str, next: &str, words: &Words) -> Divided {
    if !is_divided(text) {
        return Divided::No;
    }
    if text.ends_with('\u{ad}') {
        return Divided::Whole;
    }
    let first = text.rsplit(char::is_whitespace).next().unwrap_or_default();
    let first = first.trim_end_matches(['-', '\u{2010}']);
    let second = next.split_whitespace().next().unwrap_or_default();
    let (one, two) = (bare(first).to_lowercase(), bare(second).to_lowercase());
    if words.knows(&format!("{one}{two}")) {
        return Divided::Whole;
    }
    if !second.starts_with(char::is_lowercase) {
        return if second.starts_with(char::is_alphanumeric) {
            Divided::Compound
        } else {
            Divided::No
        };
    }
    let typed = text.ends_with('-') && words.own_hyphen;
    if typed || words.knows(&format!("{one}-{two}")) || apart(&one, &two, words) {
        Divided::Compound
    } else {
        Divided::Whole
    }
}

/// Whether no program divides a word so: after one letter, or before two that are a word themselves,
/// as in `e-mail` and `achetez-le`.
fn apart(one: &str, two: &str, words: &Words) -> bool {
    let letters = |word: &str| word.chars().count();
    letters(one) == 1 || letters(two) <= 2 && words.knows(two)
}

/// Whether both sides are of a script that sets no spaces between words.
fn without_spaces(text: &str, next: &str) -> bool {
    let east = |c: char| {
        matches!(c, '\u{2e80}'..='\u{312f}' | '\u{31a0}'..='\u{a4cf}' | '\u{f900}'..='\u{faff}'
            | '\u{ff00}'..='\u{ffef}' | '\u{20000}'..='\u{3ffff}')
    };
    text.chars().next_back().is_some_and(east) && next.chars().next().is_some_and(east)
}

#[cfg(test)]
mod tests {
    use super::*;

    fn joined(text: &str, next: &str, known: &[&str]) -> String {
        let mut text = text.to_owned();
        join(&mut text, next, &Words::known(known));
        text
    }

    #[test]
    fn a_divided_word_is_made_whole() {
        assert_eq!(
            joined("the deliv-", "ery is free", &[]),
            "the delivery is free"
        );
        assert_eq!(joined("the deliv\u{ad}", "ery", &[]), "the delivery");
    }

    #[test]
    fn a_hyphen_of_the_word_itself_stays() {
        assert_eq!(
            joined("a well-", "known shop", &["well-known"]),
            "a well-known shop"
        );
        assert_eq!(
            joined("the Franco-", "Belgian shop", &[]),
            "the Franco-Belgian shop"
        );
        assert_eq!(joined("open 9 -", "five", &[]), "open 9 - five");
        assert_eq!(joined("by e-", "mail", &[]), "by e-mail");
        assert_eq!(joined("achetez-", "le donc", &["le"]), "achetez-le donc");
    }

    #[test]
    fn a_hyphen_that_is_typed_stays_where_others_divide_words() {
        let words = Words::with_own_hyphen();
        let mut text = "a flat-".to_owned();
        join(&mut text, "packed table in deliv\u{2010}", &words);
        join(&mut text, "ery", &words);
        assert_eq!(text, "a flat-packed table in delivery");
    }

    #[test]
    fn lines_of_chinese_are_joined_without_a_space() {
        assert_eq!(joined("订单满", "两百元", &[]), "订单满两百元");
        assert_eq!(joined("two", "words", &[]), "two words");
    }
}
