//! What has to be found though it is disguised.

use moderation::{Category, Filter};

fn assert_all(texts: &[(&str, Category)]) {
    let missed: Vec<_> = texts
        .iter()
        .map(|(text, category)| (*text, *category, Filter::builtin().check(text)))
        .filter(|(_, category, found)| found.as_ref().map(|f| f.category) != Some(*category))
        .collect();
    assert!(missed.is_empty(), "{missed:#?}");
}

use Category::{Insult, Profanity, SelfHarm, Sexual, Slur, Threat};

#[test]
fn letters_that_stand_apart_are_read_together() {
    assert_all(&[
        ("f u c k", Profanity),
        ("what the F.U.C.K is this", Profanity),
        ("f-u-c-k", Profanity),
        ("f_u_c_k_i_n_g", Profanity),
        ("f  u  c  k !!", Profanity),
        ("I f u c k y", Profanity),
        ("m e r d e", Profanity),
        ("c.o.n.n.a.r.d", Insult),
        ("p u t a", Insult),
        ("k y s", Threat),
        ("f\nu\nc\nk", Profanity),
        ("Ｆ　Ｕ　Ｃ　Ｋ", Profanity),
        ("f*u*c*k", Profanity),
    ]);
}

#[test]
fn digits_and_signs_stand_for_letters() {
    assert_all(&[
        ("sh1t", Profanity),
        ("5h1t", Profanity),
        ("$hit", Profanity),
        ("sh!t", Profanity),
        ("b1tch", Insult),
        ("a$$hole", Insult),
        ("@sshole", Insult),
        ("n1gg3r", Slur),
        ("f4gg0t", Slur),
        ("c0nnard", Insult),
        ("put1n de m3rde", Profanity),
        ("m13rda", Profanity),
        ("g1l1p0ll4s", Insult),
        ("p0rn", Sexual),
        ("s1ut and slut", Insult),
        ("k1ll y0urs3lf", Threat),
    ]);
}

#[test]
fn letters_that_look_alike_are_the_same() {
    assert_all(&[
        ("fuсk", Profanity),
        ("ѕhіt", Profanity),
        ("ｆｕｃｋ", Profanity),
        ("𝖋𝖚𝖈𝖐", Profanity),
        ("ⓕⓤⓒⓚ", Profanity),
        ("🅵🆄🅲🅺", Profanity),
        ("fu\u{200b}ck", Profanity),
        ("f\u{ad}u\u{2060}c\u{feff}k", Profanity),
        ("f\u{336}u\u{336}c\u{336}k\u{336}", Profanity),
        ("fúçk", Profanity),
        ("shît", Profanity),
        ("cоnnаrd", Insult),
        ("PUTÄIN", Profanity),
        ("mаricоn", Slur),
        ("nıgger", Slur),
    ]);
}

#[test]
fn stretched_and_starred_words_are_the_same() {
    assert_all(&[
        ("fuuuuck", Profanity),
        ("FFFUUUCCCKKK", Profanity),
        ("shiiiiit", Profanity),
        ("asssss", Profanity),
        ("connnnaaaard", Insult),
        ("puuutain", Profanity),
        ("gilipollasss", Insult),
        ("f**k this", Profanity),
        ("sh*t", Profanity),
        ("f*ck you", Insult),
        ("b*tch", Insult),
        ("f@#k", Profanity),
        ("m**de", Profanity),
        ("conn*rd", Insult),
        ("p*tain", Profanity),
    ]);
}

#[test]
fn accents_that_were_left_out_change_nothing() {
    assert_all(&[
        ("ENCULE", Insult),
        ("je sais ou tu habites", Threat),
        ("J AI ENVIE DE MOURIR", SelfHarm),
        ("cabron", Insult),
        ("maricon", Slur),
        ("imbecil", Insult),
        ("enseñame las tetas", Sexual),
    ]);
}

#[test]
fn words_that_touch_by_a_sign_are_told_apart() {
    assert_all(&[
        ("merde!quoi", Profanity),
        ("idiot!you", Insult),
        ("you|bitch", Insult),
        ("#fuckyou", Profanity),
        ("fuck*you", Insult),
        ("hey,asshole", Insult),
        ("putain/merde", Profanity),
    ]);
}

#[test]
fn the_place_is_that_of_the_disguise() {
    let text = "Oh, s h i t and f\u{200b}uck!";
    let found = Filter::builtin().findings(text);
    let places: Vec<&str> = found.iter().map(|f| &text[f.position.clone()]).collect();
    assert_eq!(places, ["s h i t", "f\u{200b}uck"]);
    assert_eq!(found[0].term, "shit");
}

#[test]
fn any_text_is_read_without_harm() {
    let long = "a ".repeat(20_000) + &"*".repeat(20_000) + &"x!".repeat(20_000);
    for text in [
        "",
        " ",
        "\u{200b}",
        "\u{301}",
        "*",
        "@",
        "$$$",
        "a*",
        "!a!",
        "é\u{301}",
        &long,
    ] {
        assert_eq!(Filter::builtin().check(text), None);
    }
}
