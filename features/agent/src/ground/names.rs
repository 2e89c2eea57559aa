//! Names in a text, by their capital letters, and addresses of mail boxes.

use std::collections::BTreeSet;

use super::calendar::{is_date_word, other_names};
use crate::words::plain;

/// Words with a capital letter that name nothing.
const COURTESIES: &[&str] = &[
    "i", "im", "ive", "ill", "id", "mr", "mrs", "ms", "madame", "monsieur", "mme", "m", "senor",
    "senora", "sr", "sra", "usted", "ustedes", "ud", "uds", "dear", "ok", "faq", "pdf", "am", "pm",
    "eur", "usd", "gbp", "chf", "vat", "tva", "iva", "bonjour", "hola", "hello", "thanks", "merci",
    "gracias", "yes", "no", "oui", "non", "si", "tv", "ia", "ai",
];

/// Languages in which every noun has a capital letter.
const CAPITAL_NOUNS: &[&str] = &["de", "lb"];

/// The names of a text, without those that begin a sentence, as they are written.
pub(super) fn find(text: &str, language: Option<&str>) -> Vec<String> {
    let primary = language.and_then(|tag| tag.split(['-', '_']).next());
    let nouns = primary.is_some_and(|tag| CAPITAL_NOUNS.contains(&tag));
    let mut names = Vec::new();
    let mut begins = true;
    for word in text.split_inclusive(char::is_whitespace) {
        let bare = word.trim_matches(|c: char| !c.is_alphanumeric());
        // Addresses are looked at elsewhere.
        if !bare.contains(['@', '/']) {
            for (at, piece) in bare.split(|c: char| !c.is_alphanumeric()).enumerate() {
                if is_name(piece, begins && at == 0, nouns) {
                    names.push(piece.to_owned());
                }
            }
        }
        if !bare.is_empty() || word.contains(['•', '*', '-', '–']) {
            let ends = |c: char| {
                matches!(
                    c,
                    '.' | '!'
                        | '?'
                        | ':'
                        | '…'
                        | '\n'
                        | '"'
                        | '“'
                        | '«'
                        | '¡'
                        | '¿'
                        | '•'
                        | '*'
                        | '('
                )
            };
            let after = word.trim_end_matches([' ', ')', '»', '”']);
            begins = after.ends_with(ends) || bare.is_empty();
        }
    }
    names
}

fn is_name(word: &str, begins: bool, nouns: bool) -> bool {
    let capitals = word.chars().filter(|c| c.is_uppercase()).count();
    let first = word.chars().next().is_some_and(char::is_uppercase);
    let folded = plain(word);
    let folded = folded.trim();
    // Two capitals are an abbreviation or a brand, wherever they stand.
    let shaped = capitals >= 2 || (first && !begins && !nouns);
    shaped && word.chars().count() >= 2 && !COURTESIES.contains(&folded) && !is_date_word(folded)
}

/// How many letters of a word have to be the same in another form of it.
const STEM: usize = 5;

fn stem(word: &str) -> String {
    word.chars().take(STEM).collect()
}

/// The words that are known, folded.
#[derive(Clone, Debug, Default)]
pub(super) struct Known {
    words: BTreeSet<String>,
    stems: BTreeSet<String>,
}

impl Known {
    pub(super) fn learn(&mut self, text: &str) {
        let text = plain(text);
        self.words
            .extend(text.split_whitespace().map(str::to_owned));
        self.stems.extend(text.split_whitespace().map(stem));
    }

    /// Whether a folded word is known, perhaps in another form.
    pub(super) fn knows_like(&self, word: &str) -> bool {
        self.stems.contains(&stem(word))
    }

    /// Whether a word is known: itself, in the plural, or as the same place elsewhere.
    pub(super) fn knows(&self, word: &str) -> bool {
        let word = plain(word);
        let word = word.trim();
        let has = |word: &str| self.words.contains(word);
        has(word)
            || word.strip_suffix('s').is_some_and(has)
            || has(&format!("{word}s"))
            || other_names(word).iter().any(|other| has(other))
    }

    /// The first name of a text that is not known.
    pub(super) fn unknown(&self, text: &str, language: Option<&str>) -> Option<String> {
        find(text, language)
            .into_iter()
            .find(|name| !self.knows(name))
    }
}

/// The addresses of mail boxes, and names of people on platforms, in a text.
pub(super) fn addresses(text: &str) -> impl Iterator<Item = String> {
    text.split(|c: char| {
        c.is_whitespace() || matches!(c, '<' | '>' | '(' | ')' | '"' | ',' | ';' | ':')
    })
    .map(|word| word.trim_matches(|c: char| !c.is_alphanumeric() && c != '@'))
    .filter(|word| word.contains('@') && word.len() > 1)
    .map(str::to_lowercase)
}

#[cfg(test)]
mod tests {
    use super::*;

    fn unknown(known: &str, text: &str) -> Option<String> {
        let mut names = Known::default();
        names.learn(known);
        names.unknown(text, Some("en"))
    }

    #[test]
    fn a_name_that_stands_in_the_sources_is_known_also_in_another_language() {
        for (known, text) in [
            (
                "We ship with Colissimo.",
                "Yes, with Colissimo! It is quick.",
            ),
            ("delivery to Belgium", "Oui, nous livrons en Belgique."),
            ("by dhl", "DHL brings it"),
            (
                "",
                "Hello! Yes, I think so. That is fine.\n- Fine\n• Good: Perfect",
            ),
            ("Lumen lamps", "Your Lumens"),
        ] {
            assert_eq!(unknown(known, text), None, "{text}");
        }
    }

    #[test]
    fn another_name_is_found() {
        for (text, found) in [
            ("We ship with Colissimo.", "Colissimo"),
            ("UPS brings it.", "UPS"),
            ("Ask l'Atelier about it.", "Atelier"),
            ("It is in Spain.", "Spain"),
        ] {
            assert_eq!(unknown("delivery to Belgium", text).as_deref(), Some(found));
        }
        assert_eq!(
            find("Das ist die Lieferung von DHL", Some("de-AT")),
            ["DHL"]
        );
    }

    #[test]
    fn addresses_are_found_with_their_at() {
        let found: Vec<_> = addresses("Write to <Hello@Shop.example>, or @shop.").collect();
        assert_eq!(found, ["hello@shop.example", "@shop"]);
    }
}
