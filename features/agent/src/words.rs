//! What a customer's words say before any model reads them.

/// A text in lower case, without accents and punctuation, each word between single spaces.
pub(crate) fn plain(text: &str) -> String {
    let folded = fold(text);
    let words: Vec<&str> = folded
        .split(|letter: char| !letter.is_alphanumeric())
        .filter(|word| !word.is_empty())
        .collect();
    format!(" {} ", words.join(" "))
}

/// Lower case without the accents of Western European languages.
fn fold(text: &str) -> String {
    text.chars()
        .flat_map(char::to_lowercase)
        .map(|letter| match letter {
            'à' | 'á' | 'â' | 'ã' | 'ä' | 'å' => 'a',
            'ç' => 'c',
            'è' | 'é' | 'ê' | 'ë' => 'e',
            'ì' | 'í' | 'î' | 'ï' => 'i',
            'ñ' => 'n',
            'ò' | 'ó' | 'ô' | 'õ' | 'ö' => 'o',
            'ù' | 'ú' | 'û' | 'ü' => 'u',
            other => other,
        })
        .collect()
}

/// The first of these words or phrases that stands in the text, on word borders and also in
/// disguise (spaced out, with look-alike letters). Scripts without spaces between words have no
/// such borders, so there any place counts.
pub(crate) fn first_of(text: &str, wanted: &[String]) -> Option<String> {
    let disguised = || {
        let filter = moderation::Filter::new(wanted, &[]);
        filter.check(text).map(|finding| finding.term)
    };
    let text = plain(text);
    let stands_in = |phrase: &&String| {
        let phrase = plain(phrase);
        let bare = phrase.trim();
        let no_borders = bare.chars().any(|letter| letter >= '\u{2E80}');
        !bare.is_empty() && (text.contains(&phrase) || (no_borders && text.contains(bare)))
    };
    wanted.iter().find(stands_in).cloned().or_else(disguised)
}

/// People, as customers call them.
const PEOPLE: &[&str] = &[
    "human",
    "a person",
    "real person",
    "actual person",
    "an agent",
    "real agent",
    "human agent",
    "live agent",
    "someone real",
    "representative",
    "customer service",
    "customer support",
    "support team",
    "your manager",
    "the manager",
    "a manager",
    "un humain",
    "une humaine",
    "un etre humain",
    "une personne",
    "une vraie personne",
    "un conseiller",
    "une conseillere",
    "un agent",
    "un operateur",
    "service client",
    "quelqu un",
    "un responsable",
    "un humano",
    "una persona",
    "persona real",
    "un agente",
    "un asesor",
    "una asesora",
    "un operador",
    "atencion al cliente",
    "servicio al cliente",
    "alguien",
    "un responsable",
    "el encargado",
];

/// What customers want with them.
const WANTING: &[&str] = &[
    "speak",
    "talk",
    "chat with",
    "connect me",
    "transfer me",
    "put me through",
    "want",
    "need",
    "get me",
    "reach",
    "contact",
    "let me",
    "can i have",
    "could i have",
    "give me",
    "parler",
    "discuter",
    "voudrais",
    "veux",
    "souhaite",
    "aimerais",
    "besoin",
    "joindre",
    "contacter",
    "passez moi",
    "mettez moi",
    "hablar",
    "quiero",
    "quisiera",
    "necesito",
    "puedo",
    "contactar",
    "paseme",
    "pasame",
    "comuniqueme",
    "gustaria",
];

/// Said alone, these ask for a person as well.
const ALONE: &[&str] = &[
    "human",
    "human please",
    "agent",
    "agent please",
    "operator",
    "real person",
    "a human please",
    "representative",
    "humain",
    "un humain",
    "un humain svp",
    "conseiller",
    "un conseiller",
    "un agent",
    "une vraie personne",
    "humano",
    "un humano",
    "un humano por favor",
    "agente",
    "asesor",
    "una persona real",
    "una persona",
    "operador",
];

/// Whether the customer asks for a person, in English, French or Spanish.
pub(crate) fn asks_for_human(text: &str) -> bool {
    let all = plain(text);
    if ALONE.contains(&all.trim()) {
        return true;
    }
    // Both in one sentence, the wish before the person, not far apart.
    text.split(['.', '!', '?', '\n', ';']).map(plain).any(|sentence| {
        let person = PEOPLE.iter().filter_map(|p| sentence.find(&format!(" {p} "))).max();
        let wish = WANTING.iter().filter_map(|w| sentence.find(&format!(" {w} "))).min();
        matches!((wish, person), (Some(wish), Some(person)) if wish < person && person - wish <= 48)
    })
}

/// What a message is when it asks nothing.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Courtesy {
    /// Only a greeting: the customer waits to be greeted back.
    Greeting,
    /// Thanks, a farewell, an "ok", emoji: nothing to answer.
    Closing,
}

const GREETINGS: &[&str] = &[
    "hi",
    "hello",
    "hey",
    "hiya",
    "good",
    "morning",
    "afternoon",
    "evening",
    "there",
    "bonjour",
    "bonsoir",
    "salut",
    "coucou",
    "hola",
    "buenas",
    "buenos",
    "dias",
    "tardes",
    "noches",
];
const CLOSINGS: &[&str] = &[
    "thanks", "thank", "you", "thx", "ty", "ok", "okay", "great", "perfect", "super", "cool",
    "nice", "bye", "goodbye", "so", "much", "very", "a", "lot", "all", "many", "lovely", "got",
    "it", "again", "for", "your", "the", "help", "day", "have", "merci", "beaucoup", "parfait",
    "d", "accord", "bonne", "journee", "soiree", "au", "revoir", "bien", "pour", "votre", "aide",
    "tres", "bcp", "gracias", "muchas", "mil", "perfecto", "vale", "genial", "adios", "hasta",
    "luego", "por", "la", "ayuda", "su", "tu",
];
/// Without one of these, the small words above prove nothing.
const CLOSING_CORE: &[&str] = &[
    "thanks", "thank", "thx", "ty", "ok", "okay", "great", "perfect", "super", "cool", "nice",
    "bye", "goodbye", "lovely", "merci", "parfait", "accord", "revoir", "gracias", "perfecto",
    "vale", "genial", "adios", "luego", "got",
];

/// What kind of courtesy a message is, when it is nothing else.
pub(crate) fn courtesy(text: &str) -> Option<Courtesy> {
    let text_plain = plain(text);
    let words: Vec<&str> = text_plain.split_whitespace().collect();
    if words.is_empty() {
        // Nothing but emoji; a lone question mark is a question.
        return (!text.contains('?')).then_some(Courtesy::Closing);
    }
    if words.len() > 8 || text.contains('?') {
        return None;
    }
    if words.iter().all(|word| GREETINGS.contains(word)) {
        return Some(Courtesy::Greeting);
    }
    let known = |word: &&str| CLOSINGS.contains(word) || GREETINGS.contains(word);
    let core = words.iter().any(|word| CLOSING_CORE.contains(word));
    (core && words.iter().all(known)).then_some(Courtesy::Closing)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_keyword_counts_only_as_a_whole_word() {
        let words = [
            "art".to_owned(),
            "Prix spécial".to_owned(),
            "退款".to_owned(),
        ];
        let found = |text: &str| first_of(text, &words);
        assert_eq!(found("Where do I start?"), None);
        assert_eq!(found("ART!").as_deref(), Some("art"));
        assert_eq!(found("un prix special ?").as_deref(), Some("Prix spécial"));
        assert_eq!(found("我想退款了").as_deref(), Some("退款"));
        assert_eq!(first_of("anything", &[String::new()]), None);
    }

    #[test]
    fn customers_ask_for_a_person_in_three_languages() {
        for text in [
            "Can I speak to a human?",
            "I want to talk with a real person please",
            "agent please",
            "Je voudrais parler à quelqu'un",
            "Je souhaite joindre un conseiller.",
            "Quiero hablar con una persona",
            "¿Puedo hablar con un agente?",
        ] {
            assert!(asks_for_human(text), "{text}");
        }
        for text in [
            "Is this jacket for a person of 1.80 m?",
            "Do you ship to Belgium?",
            "Vous livrez à une personne tierce ?",
            "¿Hacéis envíos a Portugal?",
            "I want the blue one",
        ] {
            assert!(!asks_for_human(text), "{text}");
        }
    }

    #[test]
    fn thanks_need_no_answer_and_a_greeting_gets_one() {
        for text in [
            "Thank you so much!",
            "Merci beaucoup",
            "Perfecto, gracias",
            "👍",
            "ok",
        ] {
            assert_eq!(courtesy(text), Some(Courtesy::Closing), "{text}");
        }
        for text in ["Hello!", "bonjour", "Buenas tardes"] {
            assert_eq!(courtesy(text), Some(Courtesy::Greeting), "{text}");
        }
        for text in [
            "Thanks, and the price?",
            "?",
            "the blue one",
            "Hello, do you ship?",
            "Do you have it",
        ] {
            assert_eq!(courtesy(text), None, "{text}");
        }
    }
}
