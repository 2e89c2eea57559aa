//! What carries meaning in a question: its words without greetings and grammar, and the words that
//! mean the same in a shop.

use retrieval::analyze::words;

use crate::language::Language;

/// Words that say nothing about what is asked, in all languages, folded. PostgreSQL's stop words
/// go as well; here are greetings, politeness and the verbs of asking.
const EMPTY: &[&str] = &[
    // English
    "hi",
    "hello",
    "hey",
    "morning",
    "afternoon",
    "evening",
    "please",
    "thanks",
    "thank",
    "thx",
    "great",
    "lovely",
    "perfect",
    "ok",
    "okay",
    "cool",
    "nice",
    "tell",
    "know",
    "want",
    "wanted",
    "would",
    "could",
    "wonder",
    "wondering",
    "like",
    "also",
    "may",
    "get",
    "got",
    "let",
    "doesn",
    "don",
    "isn",
    "aren",
    "won",
    "ll",
    "ve",
    "re",
    "guys",
    "anyone",
    "possible",
    "question",
    "need",
    "there",
    "much",
    "many",
    // French
    "bonjour",
    "bonsoir",
    "salut",
    "coucou",
    "merci",
    "beaucoup",
    "svp",
    "stp",
    "plait",
    "super",
    "parfait",
    "voudrais",
    "voudrait",
    "aimerais",
    "savoir",
    "veux",
    "dire",
    "peux",
    "peut",
    "pouvez",
    "puis",
    "pourriez",
    "quel",
    "quels",
    "quelle",
    "quelles",
    "combien",
    "comment",
    "si",
    "ca",
    "fait",
    "faites",
    "avez",
    "etes",
    "sont",
    "quoi",
    "possible",
    "faut",
    "dois",
    "cela",
    "a",
    "y",
    "ou",
    // Spanish
    "hola",
    "buenas",
    "buenos",
    "gracias",
    "perfecto",
    "genial",
    "vale",
    "favor",
    "quiero",
    "quisiera",
    "queria",
    "gustaria",
    "saber",
    "puedo",
    "puede",
    "pueden",
    "podeis",
    "podria",
    "podrias",
    "teneis",
    "tienen",
    "tienes",
    "tiene",
    "haceis",
    "hacen",
    "cuanto",
    "cuanta",
    "cuantos",
    "cual",
    "cuales",
    "mas",
    "tambien",
    "esta",
    "estan",
    "estais",
    "hay",
    "me",
    "mi",
    "vuestro",
    "vuestra",
    "vuestros",
    "vuestras",
    "que",
    "se",
    "os",
];

/// The first word of a question tells what kind of answer is wanted.
const ASKING: &[(&str, &[&str])] = &[
    ("?where", &["where", "ou", "donde"]),
    ("?who", &["who", "qui", "quien"]),
    ("?when", &["when", "quand", "cuando"]),
    ("?why", &["why", "pourquoi"]),
];

/// Stems that mean the same to a shop's customers; the first stands for all.
const ENGLISH: &[&[&str]] = &[
    &[
        "deliveri", "deliver", "ship", "shipment", "send", "dispatch",
    ],
    &["cost", "price", "fee", "charg", "expens"],
    &["open", "hour", "close"],
    &["return", "refund"],
    &["exchang", "swap"],
    &["pay", "payment", "paid"],
    &["repair", "fix", "mend"],
    &["workshop", "class", "cours", "lesson"],
    &["dishwash", "dishwasher"],
    &["gift", "voucher"],
    &["world", "abroad", "worldwid", "intern", "oversea"],
];
const FRENCH: &[&[&str]] = &[
    &[
        "livraison",
        "livr",
        "expedi",
        "expedit",
        "envoi",
        "envoy",
        "envoient",
    ],
    &["cout", "prix", "tarif", "cher", "frais"],
    &["horair", "ouvert", "ouvertur", "ferm", "heur"],
    &["retour", "retourn", "rembours", "renvoi", "renvoy"],
    &["pai", "pay", "paiement", "regl"],
    &["repar", "reparent"],
    &["ateli", "cour", "stag"],
    &["cadeau", "cadeaux"],
    &["valabl", "valid", "expir"],
    &["etrang", "international", "mond"],
];
const SPANISH: &[&[&str]] = &[
    &["envi", "entreg", "mand", "despach"],
    &["cuest", "preci", "cost", "tarif", "gast"],
    &[
        "horari", "abiert", "abris", "abre", "abr", "cerr", "hor", "aper",
    ],
    &["devolu", "devolv", "devuelv", "reembols"],
    &["pag", "pago"],
    &["repar", "arregl"],
    &["taller", "curs", "clas"],
    &["caduc", "valid", "vencimient", "venc"],
    &["extranjer", "internacional", "mund"],
];

/// The words of a text that carry meaning, folded, with spaces between.
pub fn essence(text: &str) -> String {
    let kept: Vec<String> = words(text)
        .into_iter()
        .filter(|word| !EMPTY.contains(&word.as_str()))
        .collect();
    kept.join(" ")
}

/// What a text asks, in stems that stand for all that mean the same; each once for each time it is
/// said.
pub fn telling(language: Language, text: &str) -> Vec<String> {
    let stems = retrieval::analyze::meaning(language, &essence(text));
    stems
        .into_iter()
        .map(|stem| canonical(language, &stem).to_owned())
        .collect()
}

/// What kind of answer a question wants (`?where`, `?who`, …), when its beginning says so.
pub fn asking(text: &str) -> Option<&'static str> {
    words(text).iter().take(3).find_map(|word| {
        let kind = ASKING
            .iter()
            .find(|(_, names)| names.contains(&word.as_str()));
        // Further in, "ou" is French for "or" and "qui" for "that": only the beginning counts.
        kind.map(|(kind, _)| *kind)
    })
}

/// The stem that stands for a stem and all that mean the same.
pub fn canonical(language: Language, stem: &str) -> &str {
    kin(language, stem).first().copied().unwrap_or(stem)
}

/// The stems that mean the same as this one, itself included; none when it is in no group.
pub fn kin(language: Language, stem: &str) -> &'static [&'static str] {
    let groups = match language {
        Language::English => ENGLISH,
        Language::French => FRENCH,
        Language::Spanish => SPANISH,
        _ => return &[],
    };
    groups
        .iter()
        .find(|group| group.contains(&stem))
        .copied()
        .unwrap_or_default()
}

/// A message as the questions it may ask: the whole, and each of its sentences that is a question.
pub fn readings(message: &str) -> Vec<String> {
    let mut readings = vec![message.trim().to_owned()];
    for line in message.lines() {
        let mut from = 0;
        for (at, mark) in line.match_indices(['?', '!', '.']) {
            let sentence = line.get(from..at).unwrap_or_default().trim();
            if mark == "?" && !essence(sentence).is_empty() {
                readings.push(format!("{sentence}?"));
            }
            from = at + mark.len();
        }
    }
    readings.dedup();
    readings.truncate(6);
    readings
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn greetings_and_thanks_carry_no_meaning() {
        for text in [
            "Hello!",
            "Great, thanks",
            "Merci beaucoup !",
            "¡Gracias!",
            "Hola",
        ] {
            assert_eq!(essence(text), "", "{text}");
        }
        assert_eq!(
            essence("Hi! Are the cups dishwasher safe?"),
            "are the cups dishwasher safe"
        );
    }

    #[test]
    fn a_question_inside_a_message_is_read_on_its_own() {
        assert_eq!(
            readings("Vous réparez la céramique ? Mon bol est ébréché."),
            [
                "Vous réparez la céramique ? Mon bol est ébréché.",
                "Vous réparez la céramique?"
            ]
        );
        assert_eq!(readings("Do you have gift cards?").len(), 1);
    }

    #[test]
    fn the_kind_of_answer_wanted_is_seen() {
        assert_eq!(asking("¿Dónde está mi pedido?"), Some("?where"));
        assert_eq!(asking("And who pays for it?"), Some("?who"));
        assert_eq!(asking("Do you repair mugs?"), None);
    }
}
