//! The numbers of vectors.

use local_embeddings::{DIMENSIONS, Task};
use serde::Deserialize;

use crate::support::{cosine, model};

/// A text and its vector, made by the engine of the wheel; times 100,000 and rounded.
#[derive(Deserialize)]
struct Reference {
    task: String,
    text: String,
    vector: Vec<i16>,
}

#[test]
fn vectors_are_those_of_the_engine_in_the_wheel() {
    let references: Vec<Reference> =
        serde_json::from_str(include_str!("../data/vectors.json")).unwrap();
    let model = model();
    for reference in references {
        let task = match reference.task.as_str() {
            "query" => Task::Query,
            _ => Task::Passage,
        };
        let found = model.embed(task, &[&reference.text]).unwrap().remove(0);
        let expected: Vec<f32> = reference.vector.into_iter().map(f32::from).collect();
        let cosine = cosine(&found, &expected);
        assert!(cosine > 0.9995, "{cosine} for {}", reference.text);
    }
}

#[test]
fn vectors_have_length_one_whatever_the_text() {
    let model = model();
    let long = "What is in the parcel? ".repeat(2000);
    let texts = ["", " ", "?", "\u{0}\n", "😀", "Hello", long.as_str()];
    for (vector, text) in model.embed(Task::Query, &texts).unwrap().iter().zip(texts) {
        assert_eq!(vector.len(), DIMENSIONS);
        let length: f32 = vector.iter().map(|number| number * number).sum();
        assert!((length - 1.0).abs() < 1e-5, "{length} for {text:?}");
    }
}

#[test]
fn texts_that_are_embedded_together_do_not_touch_each_other() {
    let model = model();
    let texts: Vec<String> = (0..60)
        .map(|n| "Shoes can be returned. ".repeat(n % 7) + &n.to_string())
        .collect();
    let texts: Vec<&str> = texts.iter().map(String::as_str).collect();
    let together = model.embed(Task::Passage, &texts).unwrap();
    assert_eq!(together.len(), texts.len());
    for (text, together) in texts.iter().zip(together) {
        let alone = model.embed(Task::Passage, &[text]).unwrap().remove(0);
        assert!(cosine(&alone, &together) > 0.999_999, "{text}");
    }
}

#[test]
fn a_text_is_looked_at_up_to_its_512th_token() {
    let model = model();
    let (few, many) = ("word ".repeat(400), "word ".repeat(700));
    let embed = |text: String| model.embed(Task::Passage, &[&text]).unwrap().remove(0);
    let ending = "Refunds take a week.";
    assert!(cosine(&embed(few.clone()), &embed(few + ending)) < 0.999);
    assert_eq!(embed(many.clone()), embed(many + ending));
}

#[test]
fn accents_beside_their_letters_are_the_same_as_on_them() {
    let model = model();
    let on = "Où est passé l'été à Genève ?";
    let beside = "Ou\u{300} est passe\u{301} l'e\u{301}te\u{301} a\u{300} Gene\u{300}ve ?";
    let vectors = model.embed(Task::Query, &[on, beside]).unwrap();
    assert!(cosine(&vectors[0], &vectors[1]) > 0.999_999);
}

#[test]
fn many_threads_may_ask_at_once() {
    let model = model();
    let alone = model.embed(Task::Query, &["Where is my parcel?"]).unwrap();
    std::thread::scope(|scope| {
        for _ in 0..4 {
            scope.spawn(|| {
                let vectors = model.embed(Task::Query, &["Where is my parcel?"]).unwrap();
                assert_eq!(vectors, alone);
            });
        }
    });
}
