//! What the tests share.

use local_embeddings::{Model, Settings, provide};

/// The model.
pub fn model() -> Model {
    provide(&Settings::from_env(), &|_| {}).unwrap()
}

/// How alike two vectors point: 1 when they are the same, 0 when they have nothing in common.
pub fn cosine(a: &[f32], b: &[f32]) -> f32 {
    let product = |a: &[f32], b: &[f32]| a.iter().zip(b).map(|(a, b)| a * b).sum::<f32>();
    product(a, b) / (product(a, a) * product(b, b)).sqrt()
}
