//! What has to be found, in plain writing.

use moderation::{Category, Filter};

fn assert_all(category: Category, texts: &[&str]) {
    let missed: Vec<_> = texts
        .iter()
        .map(|text| (*text, Filter::builtin().check(text)))
        .filter(|(_, found)| found.as_ref().map(|f| f.category) != Some(category))
        .collect();
    assert!(missed.is_empty(), "not {category}: {missed:#?}");
}

#[test]
fn hate_is_found_in_each_language() {
    assert_all(
        Category::Slur,
        &[
            "Go away you niggers",
            "what a faggot",
            "He is such a retard",
            "Sieg heil!",
            "gas the jews",
            "Go back to your own country",
            "Sale arabe, rentre chez toi",
            "Espèce de sale nègre",
            "Bande de bougnoules",
            "gros pd",
            "Quel pédé",
            "retourne dans ton pays",
            "Mort aux juifs",
            "Maricón",
            "maricones de mierda",
            "Puto moro",
            "negro de mierda",
            "Sudacas fuera",
            "vuelve a tu país",
            "retrasado mental",
        ],
    );
}

#[test]
fn insults_are_found_in_each_language() {
    assert_all(
        Category::Insult,
        &[
            "You are an idiot",
            "what an asshole",
            "son of a bitch",
            "Fuck you and your shop",
            "go fuck yourself",
            "You piece of shit",
            "you're so stupid",
            "u r pathetic",
            "You dick!",
            "Vous êtes des connards",
            "Espèce de sale con",
            "T'es vraiment con",
            "espèce de connasse",
            "fils de pute",
            "Va te faire foutre",
            "Ta gueule !",
            "nique ta mère",
            "gros débile",
            "Quelle bande d'abrutis",
            "trou du cul",
            "Eres un gilipollas",
            "hijo de puta",
            "Hijos de la gran puta",
            "Vete a la mierda",
            "cabrón",
            "sois unos imbéciles",
            "Eres una zorra",
            "chinga tu madre",
            "la concha de tu madre",
            "que te jodan",
            "pendejos",
        ],
    );
}

#[test]
fn coarse_words_that_aim_at_nobody_are_told_apart() {
    assert_all(
        Category::Profanity,
        &[
            "this is fucking great",
            "Shit, I forgot my order number",
            "holy shit",
            "WTF is this",
            "pissed off about the delay",
            "Putain, c'est beau",
            "C'est de la merde",
            "Ça fait chier",
            "c'est le bordel",
            "j'en ai rien à foutre",
            "Joder, qué bonito",
            "¡Qué coño es esto!",
            "Una mierda de servicio",
            "me importa un carajo",
        ],
    );
}

#[test]
fn sexual_texts_are_found_in_each_language() {
    assert_all(
        Category::Sexual,
        &[
            "send nudes",
            "suck my dick",
            "I want to fuck you",
            "show me your tits",
            "hot porn here",
            "big dick formula",
            "Suce ma bite",
            "envoie des nudes",
            "je vais te baiser",
            "plan cul ce soir ?",
            "Montre tes seins",
            "chúpame la polla",
            "quiero follarte",
            "enséñame las tetas",
            "vídeos porno",
        ],
    );
}

#[test]
fn threats_are_found_in_each_language() {
    assert_all(
        Category::Threat,
        &[
            "I will kill you",
            "I'm gonna fucking kill you",
            "we will find you and kill you, I will murder you",
            "kill yourself",
            "kys",
            "I hope you die",
            "I know where you live",
            "I'll burn your shop down",
            "You're dead",
            "Je vais te tuer",
            "on va te casser la gueule",
            "je sais où tu habites",
            "Crève salope",
            "tu vas crever",
            "Je vais brûler votre magasin",
            "va te pendre",
            "Te voy a matar",
            "voy a matarte",
            "sé dónde vives",
            "muérete",
            "Te voy a partir la cara",
            "Vamos a quemar tu tienda",
        ],
    );
}

#[test]
fn a_writer_in_danger_is_found_in_each_language() {
    assert_all(
        Category::SelfHarm,
        &[
            "I want to kill myself",
            "i wanna die",
            "I don't want to live anymore",
            "thinking about killing myself tonight",
            "I'd be better off dead",
            "I have suicidal thoughts",
            "no reason to live",
            "Je vais me tuer",
            "J'ai envie de mourir",
            "je veux mourir",
            "je pense à me suicider",
            "mettre fin à mes jours",
            "je n'ai plus envie de vivre",
            "Quiero morir",
            "me quiero matar",
            "voy a suicidarme",
            "ya no quiero vivir",
            "pienso quitarme la vida",
        ],
    );
}

#[test]
fn the_gravest_is_told_first_and_nothing_twice() {
    let filter = Filter::builtin();
    let text = "Putain, espèce de connard, je vais te tuer, fils de pute";
    let found = filter.findings(text);
    let names: Vec<_> = found
        .iter()
        .map(|f| (f.category, &text[f.position.clone()]))
        .collect();
    assert_eq!(
        names,
        [
            (Category::Profanity, "Putain"),
            (Category::Insult, "connard"),
            (Category::Threat, "je vais te tuer"),
            (Category::Insult, "fils de pute"),
        ]
    );
    assert_eq!(filter.check(text).unwrap(), found[2]);
    let first = filter.check("idiot, moron").unwrap();
    assert_eq!((first.term.as_str(), first.position), ("idiot", 0..5));
}
