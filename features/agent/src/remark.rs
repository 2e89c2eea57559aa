//! What a public comment says before any model reads it: whether it asks for anything.

use crate::words::{self, plain};

/// Praise, as people leave it under pictures.
const PRAISE: &[&str] = &[
    "love",
    "loving",
    "beautiful",
    "gorgeous",
    "amazing",
    "awesome",
    "stunning",
    "pretty",
    "cute",
    "wow",
    "congrats",
    "congratulations",
    "bravo",
    "wonderful",
    "fantastic",
    "incredible",
    "fabulous",
    "goals",
    "obsessed",
    "yay",
    "yes",
    "haha",
    "lol",
    "adore",
    "magnifique",
    "magnifiques",
    "beau",
    "belle",
    "beaux",
    "belles",
    "joli",
    "jolie",
    "jolis",
    "jolies",
    "sublime",
    "sublimes",
    "felicitations",
    "canon",
    "trop",
    "encanta",
    "encantan",
    "hermoso",
    "hermosa",
    "bonito",
    "bonita",
    "precioso",
    "preciosa",
    "lindo",
    "linda",
    "felicidades",
    "increible",
    "guapo",
    "guapa",
];

/// Small words around it.
const AROUND: &[&str] = &[
    "i",
    "we",
    "it",
    "its",
    "this",
    "these",
    "that",
    "is",
    "are",
    "so",
    "such",
    "very",
    "really",
    "just",
    "the",
    "a",
    "an",
    "my",
    "one",
    "ones",
    "and",
    "absolutely",
    "work",
    "colour",
    "color",
    "colours",
    "colors",
    "piece",
    "pieces",
    "j",
    "je",
    "c",
    "ce",
    "cette",
    "ces",
    "est",
    "sont",
    "le",
    "la",
    "les",
    "un",
    "une",
    "des",
    "tres",
    "vraiment",
    "tellement",
    "et",
    "me",
    "que",
    "que",
    "es",
    "el",
    "los",
    "las",
    "muy",
    "tan",
    "esta",
    "este",
    "y",
];

/// What questions are made of, also without their mark.
const ASKING: &[&str] = &[
    "how much",
    "how many",
    "how long",
    "how do",
    "how can",
    "how big",
    "what is",
    "what are",
    "what size",
    "what time",
    "whats",
    "which",
    "when do",
    "when does",
    "when will",
    "when is",
    "when are",
    "where can",
    "where is",
    "where do",
    "where are",
    "do you",
    "does it",
    "can you",
    "can i",
    "can we",
    "could you",
    "could i",
    "is it",
    "is this",
    "is there",
    "are you",
    "are these",
    "are there",
    "will you",
    "price",
    "cost",
    "in stock",
    "available",
    "restock",
    "combien",
    "prix",
    "quel",
    "quelle",
    "quels",
    "quelles",
    "quand",
    "pourquoi",
    "est ce",
    "avez vous",
    "peut on",
    "faites vous",
    "livrez",
    "dispo",
    "disponible",
    "en stock",
    "cuanto",
    "cuanta",
    "cuesta",
    "precio",
    "donde",
    "cuando",
    "que talla",
    "hay",
    "tienen",
    "teneis",
    "envian",
    "enviais",
    "haceis",
    "se puede",
    "disponibles",
];

/// The words without the people and tags that are named.
fn own_words(text: &str) -> String {
    let named = |word: &&str| !word.starts_with(['@', '#']);
    let words: Vec<&str> = text.split_whitespace().filter(named).collect();
    words.join(" ")
}

/// Whether a comment only greets, thanks, praises, names somebody, or is nothing but emoji.
pub(crate) fn asks_nothing(text: &str) -> bool {
    let own = own_words(text);
    if words::courtesy(&own).is_some() {
        return true;
    }
    let plain = plain(&own);
    let words: Vec<&str> = plain.split_whitespace().collect();
    let praises = |word: &&str| PRAISE.contains(word);
    words.len() <= 10
        && !own.contains('?')
        && words.iter().any(praises)
        && words
            .iter()
            .all(|word| praises(word) || AROUND.contains(word))
}

/// Whether a comment asks something, as far as its words show in English, French and Spanish.
pub(crate) fn is_question(text: &str) -> bool {
    let own = own_words(text);
    let marked = own.contains(['?', '？', '؟', '¿']);
    let plain = plain(&own);
    marked
        || ASKING
            .iter()
            .any(|phrase| plain.contains(&format!(" {phrase} ")))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn praise_thanks_names_and_emoji_ask_nothing() {
        for text in [
            "😍😍",
            "@anna.b",
            "@anna @leo 👀",
            "Love it!",
            "So beautiful",
            "J'adore !",
            "Trop beau 😍",
            "Me encanta",
            "Bonjour",
            "Thank you so much",
            "#ceramics",
            "This is gorgeous @anna",
        ] {
            assert!(asks_nothing(text), "{text}");
        }
        for text in [
            "@anna do we need it?",
            "Price",
            "?",
            "Love it, how much?",
            "Where is my parcel",
            "I love the blue one but it broke",
            "Combien ?",
        ] {
            assert!(!asks_nothing(text), "{text}");
        }
    }

    #[test]
    fn a_question_is_known_also_without_its_mark() {
        for text in [
            "Price please",
            "how much is it",
            "Vous livrez en Belgique ?",
            "cuanto cuesta",
            "dispo en noir",
            "?",
        ] {
            assert!(is_question(text), "{text}");
        }
        for text in [
            "What a beautiful mug",
            "I bought one last year",
            "On adore votre boutique",
        ] {
            assert!(!is_question(text), "{text}");
        }
    }
}
