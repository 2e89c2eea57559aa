//! What vectors are for: the passage that answers is the nearest, also in another language.

use local_embeddings::{Model, Task};

use crate::support::{cosine, model};

const PASSAGES: [&str; 6] = [
    "We ship to all countries of the European Union and to Switzerland within five days.",
    "Shoes may be returned within thirty days if they have not been worn.",
    "The shop is open from Monday to Saturday between nine and half past six.",
    "We accept cards, invoices and TWINT. Cash is only taken in the shop.",
    "Caring for leather: wipe it with a damp cloth and apply some cream every few months.",
    "To change your password, follow the link in the mail that we send you.",
];

fn nearest(model: &Model, question: &str) -> usize {
    let question = model.embed(Task::Query, &[question]).unwrap().remove(0);
    let passages = model.embed(Task::Passage, &PASSAGES).unwrap();
    let closeness = |at: &usize| cosine(&question, &passages[*at]);
    (0..PASSAGES.len())
        .max_by(|a, b| closeness(a).total_cmp(&closeness(b)))
        .unwrap()
}

#[test]
fn questions_of_many_languages_find_the_english_passage_that_answers() {
    let model = model();
    for (question, passage) in [
        ("Livrez-vous en Suisse, et en combien de temps ?", 0),
        ("Kann ich die Schuhe zurückgeben?", 1),
        ("¿Cómo cuido el cuero?", 4),
        ("Posso pagare in contanti?", 3),
        ("月曜日は何時に開店しますか?", 2),
        ("Я забыл свой пароль", 5),
        ("how do i pay", 3),
    ] {
        assert_eq!(nearest(&model, question), passage, "{question}");
    }
}

#[test]
fn a_question_and_a_passage_of_the_same_words_are_not_the_same() {
    let model = model();
    let text = ["Shoes may be returned."];
    let query = model.embed(Task::Query, &text).unwrap();
    let passage = model.embed(Task::Passage, &text).unwrap();
    assert!(cosine(&query[0], &passage[0]) < 0.999);
}
