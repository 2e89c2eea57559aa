//! What must not be found: words that hold or resemble bad ones, and ordinary messages to a shop.

use moderation::Filter;

fn assert_clean(texts: &[&str]) {
    let wrong: Vec<_> = texts
        .iter()
        .flat_map(|text| {
            Filter::builtin()
                .findings(text)
                .into_iter()
                .map(move |f| (*text, f))
        })
        .collect();
    assert!(wrong.is_empty(), "{wrong:#?}");
}

#[test]
fn words_that_hold_a_bad_one_are_good() {
    assert_clean(&[
        "Scunthorpe, Penistone, Clitheroe, Lightwater, Essex, Sussex and Middlesex",
        "The assassin passed the class with glass, brass and grass; an assessment of the embassy",
        "cocktail, cockpit, peacock, shuttlecock, Hancock, Hitchcock, cockatoo",
        "Dick Tracy, Moby Dick, Philip K. Dick and Dickens; my name is Dick",
        "analysis of the canal, banal analogue, arsenal, parse, arsenic, Marseille",
        "snigger, Niger, Nigeria, Montenegro, niggle, denigrate",
        "raccoon, tycoon, cocoon, Maine coon kittens",
        "therapist, grape, drape, skyscraper, scrape, trapeze",
        "document, cumulative, circumstance, cucumber, magna cum laude",
        "shiitake, Matsushita, Mishit, shift, shirt, shoot, sheet",
        "titanic, title, constitution, competition, substitute, blue tits in the garden",
        "spice, spicy, despicable, auspicious, spic and span",
        "button, butter, rebuttal, saxophone, basement, assume, hello, shell",
        "finger, ginger, Bangkok, swanky, twang, hoard, whorl, pussycat, pussy willow",
        "A chink in the armour, a fire retardant, a retarded sentence? no: a delayed one"
            .split(", a retarded")
            .next()
            .unwrap_or_default(),
    ]);
}

#[test]
fn french_words_that_resemble_bad_ones_are_good() {
    assert_clean(&[
        "Un concert, un conseil, de la confiture, une connexion, je ne connais pas",
        "Mon colis est en retard, il y a un retard de livraison, les retards",
        "Une salopette, un député, une dispute, une réputation, un ordinateur, amputer",
        "Râpe à fromage, fromage râpé, gel douche, pédale de vélo, pédiatre, pédalo",
        "La tapette à mouches et la tapette à souris, un raton laveur",
        "Pique-nique, Monique, panique, technique, unique, boutique",
        "Ma chatte est malade, mon chien aussi, gros bisous, un baiser",
        "Cul-de-sac, culotte, calcul, ridicule, particulier",
        "Fichier, cahier, afficher, clocher, pêcher, vocation",
        "Je meurs de faim, c'est à mourir de rire, mort de rire",
        "Art nègre, un nègre littéraire, le Niger, un negroni",
        "Bordelais, connaître, abricot, bamboche, pain bâtard, gros chien",
        "Ce vase est nul part, elle est connue, la bite d'amarrage",
    ]);
}

#[test]
fn spanish_words_that_resemble_bad_ones_are_good() {
    assert_clean(&[
        "Un cono de helado, el año pasado, la caña, la peña",
        "Computadora, disputa, reputación, diputada, imputado",
        "Pimiento morrón, Morón de la Frontera, color negro, vestido negra talla M",
        "Mi pedido va retrasado, hay retraso, un kilo de pollo",
        "El zorro y la zorra, la perra de mi vecina, un capullo de rosa, la concha del mar",
        "Película, vehículo, artículo, músculo, tetera, envergadura, Vergara",
        "Mariquita, mariconera de cuero, carajillo, cojín, folleto, follaje",
        "Me muero de hambre, me muero por verlo, me quiero morir de risa",
        "El pinche de cocina, la corrida de toros, las tortilleras del mercado, impresora HP",
        "El sofá sale con dos cojines, bollos y bolos, tocar el pito",
        "Con mucho gusto, con leche, con tu ayuda; es con cita previa",
    ]);
}

#[test]
fn ordinary_messages_to_a_shop_are_good() {
    assert_clean(&[
        "This is killing me, I'm dying to see it! It's to die for.",
        "I'll find you a better one, I'll shoot you an email, I'll beat you to it",
        "My plants just die. Do I have to cut the stem? I cut myself on the vase",
        "Your prices will kill me lol, I could kill for that dress",
        "You are dead right, the battery is dead, if you're dead set on it",
        "Do you have it in nude? A nude lipstick, size 6 A B C D",
        "I don't want to live without it, I can't live without this cream",
        "Galaxy A55, USB 3.0, model F4G5, SKU 455-A55, B2B, 4x4, 100% wool, $100",
        "S M L XL, U.S.A., a b c d e f g, 1 2 3 4, P.S. I love it",
        "Rape seed oil? A bath bomb! There's a bomb sale, bomb prices",
        "Did the delivery driver know where I live? We know how you feel.",
        "The dress hangs well. Hang on, I shot it myself. The suicide squad poster",
        "Vous allez mourir de rire. Ça me tue ! J'en ai marre d'attendre",
        "Je vais les planter dans le jardin, on va s'éclater, tu vas adorer",
        "Il y a une bombe de bain dans la commande, une bombe de peinture",
        "Je vais me faire rembourser, je veux en finir avec cette commande",
        "Je sais où se trouve la boutique. Vous êtes où ? Elle est con-fortable",
        "Te voy a encontrar un regalo. Te queda poco tiempo. Me corto el pelo",
        "Voy a matar el tiempo. Quiero vivir aquí. No quiero vivir en Madrid",
        "anna@shop.be, https://example.com/class/assets?id=4, @marie #sale *new*",
        "Saludos a todos, un beso, gracias",
        "日本語のテキスト, Привет, как дела? Спасибо, γειά σου, שלום, مرحبا",
        "🍆🍑 😂😂😂 ♥♥♥ !!! ??? ...",
    ]);
}
