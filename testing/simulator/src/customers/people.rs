//! Who the customers of the demo are and what they want, as data.

use crate::options::Platform;

/// A language the demo's customers write in.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Language {
    English,
    French,
    Spanish,
}

/// A customer.
#[derive(Clone, Copy, Debug)]
pub struct Person {
    pub platform: Platform,
    /// Instagram-scoped id or phone number.
    pub id: &'static str,
    pub name: &'static str,
    pub username: &'static str,
    pub language: Language,
    /// WhatsApp: known by the business-scoped user id alone.
    pub hides_number: bool,
}

/// One line of a story.
#[derive(Clone, Copy, Debug)]
pub struct Line {
    pub text: &'static str,
    /// Written in the same breath as the line before, without waiting for an answer.
    pub burst: bool,
}

const fn say(text: &'static str) -> Line {
    Line { text, burst: false }
}

const fn and(text: &'static str) -> Line {
    Line { text, burst: true }
}

const fn instagram(
    id: &'static str,
    name: &'static str,
    username: &'static str,
    language: Language,
) -> Person {
    Person {
        platform: Platform::Instagram,
        id,
        name,
        username,
        language,
        hides_number: false,
    }
}

const fn whatsapp(
    id: &'static str,
    name: &'static str,
    language: Language,
    hides_number: bool,
) -> Person {
    Person {
        platform: Platform::Whatsapp,
        id,
        name,
        username: "",
        language,
        hides_number,
    }
}

/// Everybody.
pub const PEOPLE: &[Person] = &[
    instagram(
        "1254001000000001",
        "Léa Moreau",
        "lea.moreau",
        Language::French,
    ),
    instagram(
        "1254001000000002",
        "Kwame Osei",
        "kwame.makes",
        Language::English,
    ),
    instagram(
        "1254001000000003",
        "Inés Navarro",
        "ines.navarro",
        Language::Spanish,
    ),
    instagram(
        "1254001000000004",
        "Tom Weiss",
        "tomweiss",
        Language::English,
    ),
    instagram(
        "1254001000000005",
        "Camille Dubois",
        "camille.db",
        Language::French,
    ),
    instagram(
        "1254001000000006",
        "Aiko Sato",
        "aiko.ceramics",
        Language::English,
    ),
    instagram(
        "1254001000000007",
        "Marta Ruiz",
        "marta.ruiz.bcn",
        Language::Spanish,
    ),
    whatsapp("32470110001", "Nora Petit", Language::French, false),
    whatsapp("447700900123", "Priya Shah", Language::English, false),
    whatsapp("34600110003", "Diego Ortega", Language::Spanish, false),
    whatsapp("33612110004", "Julien Lambert", Language::French, false),
    whatsapp("353851100005", "Sinéad Byrne", Language::English, false),
    whatsapp("34600110006", "Lucía Campos", Language::Spanish, true),
];

/// What people of a language want.
pub fn stories(language: Language) -> &'static [&'static [Line]] {
    match language {
        Language::English => ENGLISH,
        Language::French => FRENCH,
        Language::Spanish => SPANISH,
    }
}

const ENGLISH: &[&[Line]] = &[
    &[
        say("Hi! What are your opening hours?"),
        say("And on Sundays?"),
        say("Lovely, thank you!"),
    ],
    &[
        say("Do you ship to Belgium?"),
        say("How long does delivery take?"),
    ],
    &[
        say("Hello"),
        and("do you deliver to Spain?"),
        and("and what does it cost?"),
    ],
    &[
        say("Can I return a jacket that doesn't fit?"),
        say("Who pays for the return?"),
    ],
    &[
        say("Which size should I take if I am between M and L?"),
        say("Great, thanks"),
    ],
    &[
        say("Do you have gift cards?"),
        say("How long is a gift card valid?"),
    ],
    &[
        say("My mug has a crack. Do you repair ceramics?"),
        say("How long does the repair take?"),
    ],
    &[
        say("Where is my order 10482?"),
        and("I ordered it last Tuesday"),
    ],
    &[say(
        "The bowl arrived broken, and this is the second time. I'm really disappointed.",
    )],
    &[say("I want to talk to a human please")],
    &[
        say("Do you deliver outside Europe?"),
        say("Perfect, I'll order tonight."),
    ],
    &[
        say("Are the cups dishwasher safe?"),
        say("Do you run pottery workshops?"),
    ],
];

const FRENCH: &[&[Line]] = &[
    &[
        say("Bonjour ! Quels sont vos horaires d'ouverture ?"),
        say("Et le samedi ?"),
    ],
    &[
        say("Livrez-vous en Belgique ?"),
        say("Combien de temps prend la livraison ?"),
        say("Merci !"),
    ],
    &[
        say("Bonjour"),
        and("je voudrais savoir"),
        and("si vous livrez en Espagne"),
    ],
    &[
        say("Est-ce que je peux retourner une veste trop petite ?"),
        say("Sous combien de jours ?"),
    ],
    &[
        say("Quelle taille choisir entre M et L ?"),
        say("Super, merci beaucoup"),
    ],
    &[
        say("Avez-vous des cartes cadeaux ?"),
        say("Elle est valable combien de temps ?"),
    ],
    &[
        say("Vous réparez la céramique ? Mon bol est ébréché."),
        say("Ça coûte combien ?"),
    ],
    &[
        say("Où en est ma commande 10517 ?"),
        and("je n'ai reçu aucun mail"),
    ],
    &[say(
        "Je suis très déçue, le pull s'est décousu après un lavage.",
    )],
    &[say("Je voudrais parler à un conseiller, s'il vous plaît")],
    &[say("Livrez-vous hors d'Europe ?"), say("Parfait, merci.")],
    &[say("Les tasses passent-elles au lave-vaisselle ?")],
];

const SPANISH: &[&[Line]] = &[
    &[
        say("¡Hola! ¿Cuál es vuestro horario?"),
        say("¿Y los domingos?"),
        say("¡Gracias!"),
    ],
    &[
        say("¿Hacéis envíos a España?"),
        say("¿Cuánto tarda el envío?"),
    ],
    &[
        say("Hola"),
        and("¿enviáis a Bélgica?"),
        and("¿y cuánto cuesta?"),
    ],
    &[
        say("¿Puedo devolver una chaqueta si no me queda bien?"),
        say("¿Quién paga la devolución?"),
    ],
    &[say("¿Qué talla me recomendáis entre la M y la L?")],
    &[say("¿Tenéis tarjetas regalo?"), say("¿Caducan?")],
    &[
        say("¿Reparáis cerámica? Mi taza tiene una grieta."),
        say("¿Cuánto tarda la reparación?"),
    ],
    &[
        say("¿Dónde está mi pedido 10533?"),
        and("lo pedí hace diez días"),
    ],
    &[say(
        "El plato llegó roto y nadie me contesta. Estoy muy descontenta.",
    )],
    &[say("Quiero hablar con una persona, por favor")],
    &[say("¿Enviáis fuera de Europa?"), say("Perfecto, gracias")],
];
