//! Whether a message says what an example says: in other order, with courtesies around it, with a
//! typing slip. A message that says anything beyond the example is not like it.

use crate::words::plain;

/// How much of a message's own words may be foreign to the example.
const FOREIGN: usize = 4;

/// Words that carry nothing in English, French and Spanish. Words that turn a sentence round (not,
/// never, sans) are none of them.
pub(crate) const SMALL: &[&str] = &[
    "a", "an", "the", "i", "me", "my", "you", "your", "u", "ur", "we", "us", "our", "it", "is",
    "are", "am", "be", "to", "of", "in", "on", "at", "for", "and", "or", "so", "this", "that",
    "please", "pls", "plz", "hi", "hello", "hey", "thanks", "thank", "guys", "there", "can",
    "could", "would", "will", "do", "does", "just", "le", "la", "les", "l", "un", "une", "des",
    "de", "du", "d", "je", "j", "tu", "vous", "nous", "on", "moi", "toi", "mon", "ma", "mes",
    "ton", "ta", "tes", "votre", "vos", "est", "et", "ou", "a", "au", "aux", "en", "ce", "cette",
    "c", "s", "il", "te", "vous", "plait", "svp", "stp", "merci", "bonjour", "salut", "el", "los",
    "las", "una", "unos", "del", "yo", "mi", "mis", "tus", "su", "sus", "y", "o", "es", "por",
    "favor", "porfa", "gracias", "hola", "al", "con", "que", "se",
];

/// The first of these examples that the message is like.
pub(crate) fn like_one_of<'a>(text: &str, examples: &'a [String]) -> Option<&'a str> {
    examples
        .iter()
        .find(|example| is_like(text, example))
        .map(String::as_str)
}

fn is_like(text: &str, example: &str) -> bool {
    let (text, example) = (plain(text), plain(example));
    if example.trim().is_empty() {
        return false;
    }
    if text == example {
        return true;
    }
    let (said, wanted) = (weighty(&text), weighty(&example));
    if said.is_empty() || wanted.is_empty() {
        return false;
    }
    let met = |word: &&&str| wanted.iter().any(|other| same(word, other));
    let foreign = said.iter().filter(|word| !met(word)).count();
    let covered = wanted
        .iter()
        .filter(|word| said.iter().any(|other| same(word, other)))
        .count();
    // Nearly nothing of its own, and most of the example.
    foreign * FOREIGN <= said.len() && covered * 3 >= wanted.len() * 2
}

/// How alike two texts are, 0 to 1: the share of their words of weight that stand in both.
pub(crate) fn likeness(one: &str, other: &str) -> f32 {
    let (one, other) = (plain(one), plain(other));
    if one == other {
        return 1.0;
    }
    let (one, other) = (weighty(&one), weighty(&other));
    let mut left = other.clone();
    let mut met = 0_u16;
    for word in &one {
        if let Some(at) = left.iter().position(|another| same(word, another)) {
            left.swap_remove(at);
            met = met.saturating_add(1);
        }
    }
    let all = u16::try_from(one.len() + other.len()).unwrap_or(u16::MAX);
    if all == 0 {
        return 0.0;
    }
    2.0 * f32::from(met) / f32::from(all)
}

/// How much of a text stands in another one, 0 to 1: the share of its words of weight.
pub(crate) fn covered(text: &str, by: &str) -> f32 {
    let (text, by) = (plain(text), plain(by));
    let (wanted, there) = (weighty(&text), weighty(&by));
    if wanted.is_empty() {
        return 0.0;
    }
    let met = wanted
        .iter()
        .filter(|word| there.iter().any(|other| same(word, other)));
    let share = |count: usize| u16::try_from(count).unwrap_or(u16::MAX);
    f32::from(share(met.count())) / f32::from(share(wanted.len()))
}

fn weighty(text: &str) -> Vec<&str> {
    text.split_whitespace()
        .filter(|word| !SMALL.contains(word))
        .collect()
}

/// Whether two words are the same but for an ending or a typing slip.
fn same(one: &str, other: &str) -> bool {
    if one == other {
        return true;
    }
    if one.chars().chain(other.chars()).any(|c| c.is_ascii_digit()) {
        return false;
    }
    let (one, other): (Vec<char>, Vec<char>) = (one.chars().collect(), other.chars().collect());
    let shorter = one.len().min(other.len());
    let slips = match shorter {
        0..=3 => 0,
        4..=7 => 1,
        _ => 2,
    };
    slips > 0 && one.len().abs_diff(other.len()) <= slips && distance(&one, &other) <= slips
}

/// How many letters have to be changed, added, left out or swapped with their neighbour.
fn distance(one: &[char], other: &[char]) -> usize {
    let mut before: Vec<usize> = Vec::new();
    let mut last: Vec<usize> = (0..=other.len()).collect();
    for (row, a) in one.iter().enumerate() {
        let mut next = vec![row + 1];
        for (column, b) in other.iter().enumerate() {
            let at =
                |line: &[usize], place: usize| line.get(place).copied().unwrap_or(usize::MAX / 2);
            let changed = at(&last, column) + usize::from(a != b);
            let mut least = changed
                .min(at(&last, column + 1) + 1)
                .min(at(&next, column) + 1);
            let swapped = row > 0
                && column > 0
                && one.get(row - 1) == Some(b)
                && other.get(column - 1) == Some(a);
            if swapped {
                least = least.min(at(&before, column - 1) + 1);
            }
            next.push(least);
        }
        before = std::mem::replace(&mut last, next);
    }
    last.last().copied().unwrap_or_default()
}

#[cfg(test)]
mod tests {
    use super::*;

    fn like(text: &str, example: &str) -> bool {
        like_one_of(text, &[example.to_owned()]).is_some()
    }

    #[test]
    fn an_example_is_met_in_other_words_order_and_with_slips() {
        for text in [
            "follow me back",
            "FOLLOW ME BACK!!!",
            "pls follow me back 🙏",
            "hey, can you follow back please?",
            "folow me back",
        ] {
            assert!(like(text, "Follow me back!"), "{text}");
        }
        assert!(like("Suivez-moi en retour svp", "suivez moi en retour"));
        assert!(like("sígueme de vuelta porfa", "Sígueme de vuelta"));
    }

    #[test]
    fn a_message_that_asks_for_something_else_too_is_not_like_it() {
        for (text, example) in [
            ("Do you deliver to Belgium?", "Do you deliver to France?"),
            ("Follow me back, and where is my order?", "Follow me back"),
            ("Do not follow me back", "Follow me back"),
            ("order 1234", "order 1235"),
            ("back", "Follow me back on Instagram"),
            ("Do you?", "Do you have"),
            ("anything", ""),
        ] {
            assert!(!like(text, example), "{text}");
        }
    }

    #[test]
    fn two_answers_are_as_alike_as_their_words() {
        let near = |one: f32, other: f32| (one - other).abs() < 1e-6;
        assert!(near(likeness("Two days.", "two days"), 1.0));
        assert!(near(
            likeness("Delivery takes two days", "Two days"),
            2.0 / 3.0
        ));
        assert!(near(likeness("Two days", "We are closed"), 0.0));
        assert!(near(likeness("", "the"), 0.0));
    }

    #[test]
    fn a_text_is_covered_by_what_its_words_stand_in() {
        let near = |one: f32, other: f32| (one - other).abs() < 1e-6;
        let passage = "We deliver to Belgium within three days. Parcels cost 5 euros.";
        assert!(near(covered("Three days to Belgium", passage), 1.0));
        assert!(near(covered("Belgium: 9 euros", passage), 2.0 / 3.0));
        assert!(near(covered("the", passage), 0.0));
    }

    #[test]
    fn swapped_letters_are_one_slip() {
        let letters = |word: &str| word.chars().collect::<Vec<_>>();
        assert_eq!(distance(&letters("follow"), &letters("fololw")), 1);
        assert_eq!(distance(&letters("follow"), &letters("flow")), 2);
        assert_eq!(distance(&[], &letters("ab")), 2);
    }
}
