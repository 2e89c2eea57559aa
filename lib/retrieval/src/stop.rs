//! Words that are left out because nearly every text has them. The lists are short on purpose:
//! question words and verbs such as "where" or "open" tell questions of an FAQ apart.

use std::collections::BTreeSet;
use std::sync::LazyLock;

use crate::Language;

const ENGLISH: &[&str] = &[
    "a", "an", "and", "are", "as", "at", "be", "but", "by", "for", "if", "in", "into", "is", "it",
    "of", "on", "or", "such", "that", "the", "their", "then", "there", "these", "they", "this",
    "to", "was", "will", "with",
];
const FRENCH: &[&str] = &[
    "a", "au", "aux", "ce", "ces", "cet", "cette", "d", "dans", "de", "des", "du", "elle", "en",
    "est", "et", "il", "ils", "j", "je", "l", "la", "le", "les", "leur", "m", "mais", "n", "nos",
    "notre", "nous", "on", "ou", "par", "pour", "qu", "que", "qui", "s", "sa", "se", "ses", "son",
    "sont", "sur", "t", "un", "une", "vos", "votre", "vous", "y",
];
const SPANISH: &[&str] = &[
    "a", "al", "con", "de", "del", "e", "el", "en", "es", "esta", "la", "las", "lo", "los", "o",
    "para", "pero", "por", "que", "se", "si", "son", "su", "sus", "un", "una", "unas", "unos", "y",
];
const GERMAN: &[&str] = &[
    "als", "am", "an", "auch", "auf", "aus", "bei", "das", "dem", "den", "der", "des", "die",
    "ein", "eine", "einem", "einen", "einer", "eines", "er", "es", "fur", "im", "in", "ist", "mit",
    "oder", "sich", "sie", "sind", "so", "und", "von", "war", "wird", "zu", "zum", "zur",
];
const ITALIAN: &[&str] = &[
    "a", "ai", "al", "alla", "che", "con", "da", "dal", "dalla", "dei", "del", "della", "delle",
    "di", "e", "ed", "gli", "i", "il", "in", "l", "la", "le", "lo", "nel", "nella", "o", "per",
    "si", "sono", "su", "un", "una", "uno",
];
const PORTUGUESE: &[&str] = &[
    "a", "ao", "aos", "as", "com", "da", "das", "de", "do", "dos", "e", "em", "na", "nas", "no",
    "nos", "o", "os", "ou", "para", "por", "que", "se", "um", "uma",
];
const DUTCH: &[&str] = &[
    "aan", "bij", "dat", "de", "die", "dit", "een", "en", "er", "het", "in", "is", "met", "naar",
    "of", "om", "op", "te", "tot", "uit", "van", "voor", "was", "zijn",
];

/// Whether a folded word is left out.
pub(crate) fn is_stop(language: Language, word: &str) -> bool {
    let list = match language {
        Language::English => ENGLISH,
        Language::French => FRENCH,
        Language::Spanish => SPANISH,
        Language::German => GERMAN,
        Language::Italian => ITALIAN,
        Language::Portuguese => PORTUGUESE,
        Language::Dutch => DUTCH,
        _ => return false,
    };
    list.binary_search(&word).is_ok()
}

/// Whether a folded word only holds sentences together: articles, pronouns, question words, forms
/// of "to be" and "to have". Snowball's lists (as PostgreSQL ships them), folded; empty for
/// languages that have none here.
pub fn is_function_word(language: Language, word: &str) -> bool {
    static LISTS: LazyLock<[BTreeSet<&str>; 3]> = LazyLock::new(|| {
        [
            include_str!("function_words/en.txt"),
            include_str!("function_words/fr.txt"),
            include_str!("function_words/es.txt"),
        ]
        .map(|text| text.lines().collect())
    });
    let [english, french, spanish] = &*LISTS;
    match language {
        Language::English => english.contains(word),
        Language::French => french.contains(word),
        Language::Spanish => spanish.contains(word),
        _ => is_stop(language, word),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_lists_are_sorted_and_folded() {
        for list in [ENGLISH, FRENCH, SPANISH, GERMAN, ITALIAN, PORTUGUESE, DUTCH] {
            assert!(list.is_sorted());
            assert!(list.iter().all(|word| crate::analyze::fold(word) == *word));
        }
        assert!(is_stop(Language::French, "les"));
        assert!(!is_stop(Language::Other, "the"));
    }
}
