//! What a text says, in terms: words in lower case and without accents, cut to their stems by
//! Snowball's rules for the language. Scripts that put no space between words give pairs of
//! letters.

use rust_stemmers::Stemmer;
use unicode_normalization::UnicodeNormalization as _;
use unicode_normalization::char::is_combining_mark;
use unicode_segmentation::UnicodeSegmentation as _;

use crate::Language;
use crate::stop::{is_function_word, is_stop};

/// A longer word is no word (an address, a picture in letters) and is cut here, in characters.
const LONGEST: usize = 64;

/// A text in lower case, Latin and Greek letters without accents, wide letters as narrow ones.
pub fn fold(text: &str) -> String {
    let mut folded = String::with_capacity(text.len());
    let mut bare = false;
    for letter in text.chars().flat_map(char::to_lowercase).nfkd() {
        if is_combining_mark(letter) {
            if !bare {
                folded.push(letter);
            }
            continue;
        }
        bare = letter.is_ascii_alphabetic() || ('α'..='ω').contains(&letter);
        match letter {
            'œ' => folded.push_str("oe"),
            'æ' => folded.push_str("ae"),
            'ß' => folded.push_str("ss"),
            'ø' => folded.push('o'),
            'ł' => folded.push('l'),
            'đ' => folded.push('d'),
            'ı' => folded.push('i'),
            '’' | 'ʼ' => folded.push('\''),
            other => folded.push(other),
        }
    }
    folded.nfc().collect()
}

/// Letters of scripts that put no space between words.
fn is_unspaced(letter: char) -> bool {
    matches!(letter,
        '\u{0e00}'..='\u{0eff}'        // Thai, Lao
        | '\u{1000}'..='\u{109f}'      // Burmese
        | '\u{1780}'..='\u{17ff}'      // Khmer
        | '\u{3040}'..='\u{30ff}'      // Kana
        | '\u{3400}'..='\u{9fff}'      // Han
        | '\u{ac00}'..='\u{d7af}'      // Hangul
        | '\u{f900}'..='\u{faff}'
        | '\u{20000}'..='\u{3ffff}')
}

/// The words of a text, folded: what stands between spaces and signs.
pub fn words(text: &str) -> Vec<String> {
    let folded = fold(text);
    let mut words = Vec::new();
    let mut run: Vec<char> = Vec::new();
    for piece in folded.split_word_bounds() {
        if piece.chars().next().is_some_and(is_unspaced) {
            run.extend(piece.chars().filter(|letter| letter.is_alphanumeric()));
            continue;
        }
        flush(&mut run, &mut words);
        for word in piece.split(['\'', '_', '.', ':', ',']) {
            if word.chars().any(char::is_alphanumeric) {
                words.push(word.chars().take(LONGEST).collect());
            }
        }
    }
    flush(&mut run, &mut words);
    words
}

/// A run of letters without spaces as pairs; one letter alone stands for itself.
fn flush(run: &mut Vec<char>, words: &mut Vec<String>) {
    match run.as_slice() {
        [] => {}
        [one] => words.push(one.to_string()),
        many => words.extend(many.windows(2).map(|pair| pair.iter().collect::<String>())),
    }
    run.clear();
}

/// The terms of a text in a language, in the order in which they stand.
pub fn terms(language: Language, text: &str) -> Vec<String> {
    stems(language, text, |word| is_stop(language, word))
}

/// The terms of a text that carry its meaning: without function words.
pub fn meaning(language: Language, text: &str) -> Vec<String> {
    stems(language, text, |word| is_function_word(language, word))
}

fn stems(language: Language, text: &str, empty: impl Fn(&str) -> bool) -> Vec<String> {
    let stemmer = language.algorithm().map(Stemmer::create);
    words(text)
        .into_iter()
        .filter(|word| !empty(word))
        .map(|word| match &stemmer {
            Some(stemmer) => stemmer.stem(&word).into_owned(),
            None => word,
        })
        .collect()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn accents_case_and_width_make_no_difference() {
        assert_eq!(fold("Café ＣＡＦＥ cafe\u{301}"), "cafe cafe cafe");
        assert_eq!(fold("Œuvre Straße"), "oeuvre strasse");
        assert_eq!(fold("й"), "й", "a letter of its own, no accent");
    }

    #[test]
    fn words_are_cut_to_their_stems() {
        assert_eq!(
            terms(Language::English, "The parcels, delivered!"),
            ["parcel", "deliv"]
        );
        assert_eq!(
            terms(Language::French, "L'atelier livre des tasses"),
            ["ateli", "livr", "tass"]
        );
        assert_eq!(terms(Language::Other, "Die Tassen"), ["die", "tassen"]);
    }

    #[test]
    fn scripts_without_spaces_give_pairs_of_letters() {
        assert_eq!(
            words("送货到比利时 ok"),
            ["送货", "货到", "到比", "比利", "利时", "ok"]
        );
        assert_eq!(words("好"), ["好"]);
    }

    proptest::proptest! {
        #[test]
        fn any_text_has_terms_of_letters_and_digits(text in "\\PC{0,60}") {
            for term in terms(Language::English, &text) {
                proptest::prop_assert!(!term.is_empty());
            }
        }
    }
}
