//! The language to answer in.

use knowledge::language::Language;
use retrieval::Language as Detected;

use crate::words::plain;

/// From how many words on the detection is trusted by itself.
const WORDS: usize = 4;

/// Small words that belong to one language only.
const SMALL: [(&str, &[&str]); 3] = [
    (
        "en",
        &[
            "the", "is", "are", "do", "does", "you", "your", "my", "what", "when", "where", "how",
            "can", "and", "with", "for", "this", "have", "it", "there", "hello", "hi", "thanks",
            "thank", "please", "i", "we", "of", "to", "any", "did", "will", "would", "much",
            "many", "order", "price", "open", "delivery", "shipping", "yes",
        ],
    ),
    (
        "fr",
        &[
            "le",
            "les",
            "des",
            "du",
            "je",
            "vous",
            "votre",
            "vos",
            "mon",
            "ma",
            "quel",
            "quelle",
            "quels",
            "quelles",
            "quand",
            "ou",
            "comment",
            "combien",
            "est",
            "sont",
            "avez",
            "pour",
            "avec",
            "et",
            "une",
            "bonjour",
            "bonsoir",
            "salut",
            "merci",
            "svp",
            "s'il",
            "c'est",
            "livrez",
            "livraison",
            "commande",
            "prix",
            "ouvert",
            "ouverts",
            "oui",
            "nous",
            "puis",
        ],
    ),
    (
        "es",
        &[
            "el", "los", "las", "del", "yo", "usted", "su", "sus", "mi", "cual", "cuando", "donde",
            "como", "cuanto", "cuesta", "son", "tienen", "tiene", "para", "con", "y", "una",
            "hola", "buenas", "buenos", "gracias", "envian", "envio", "pedido", "precio",
            "abierto", "puedo", "hay", "hacen", "por", "favor",
        ],
    ),
];

/// The language to answer these words in. `known` is what the customer is known to speak, `house`
/// the language of the business; words that prove nothing are answered in one of them.
pub(crate) fn of(text: &str, known: Option<&str>, house: &str) -> String {
    if let Some(proved) = proved(text) {
        return proved;
    }
    let known = known.filter(|tag| !tag.trim().is_empty());
    known.unwrap_or(house).to_owned()
}

/// The language that the words prove.
fn proved(text: &str) -> Option<String> {
    let words = plain(text);
    let words: Vec<&str> = words.split_whitespace().collect();
    if words.is_empty() {
        return None;
    }
    let foreign_script = text
        .chars()
        .any(|letter| letter.is_alphabetic() && letter >= '\u{370}');
    let sure = Detected::surely(text);
    if let Some(sure) = sure.filter(|_| words.len() >= WORDS || foreign_script) {
        // A language whose tag search does not know has none here.
        return Some(Language::from_tag(sure.as_str()).as_str().to_owned());
    }
    let mut counted: Vec<(usize, &str)> = SMALL
        .iter()
        .map(|(tag, small)| {
            (
                words.iter().filter(|word| small.contains(word)).count(),
                *tag,
            )
        })
        .collect();
    counted.sort_unstable_by_key(|(count, _)| std::cmp::Reverse(*count));
    match counted.as_slice() {
        [(most, tag), (next, _), ..] if most > next => Some((*tag).to_owned()),
        // Many words without one that is known here: the likeliest.
        _ if words.len() > WORDS + 1 => Some(Language::of(text).as_str().to_owned()),
        _ => None,
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn words_that_prove_their_language_are_answered_in_it() {
        for (text, language) in [
            ("Do you deliver to Belgium?", "en"),
            ("Livrez-vous en Belgique ?", "fr"),
            ("Bonjour !", "fr"),
            ("¿Cuánto cuesta?", "es"),
            ("price?", "en"),
        ] {
            assert_eq!(of(text, Some("de"), "de"), language, "{text}");
        }
        assert_eq!(
            of("我们在三个工作日内送货到比利时。", Some("en"), "en"),
            "simple"
        );
    }

    #[test]
    fn words_that_prove_nothing_are_answered_as_the_customer_or_the_business_speaks() {
        for text in ["huge time", "ok", "👍", "Colissimo", ""] {
            assert_eq!(of(text, Some("es"), "fr"), "es", "{text}");
            assert_eq!(of(text, None, "fr"), "fr", "{text}");
            assert_eq!(of(text, Some(" "), "en"), "en", "{text}");
        }
    }
}
