//! Ids that look like the platforms' own.

use base64::Engine as _;
use base64::engine::general_purpose::STANDARD;
use rand::RngExt as _;
use rand::rngs::StdRng;
use sha2::{Digest as _, Sha256};

const LETTERS: &[u8] = b"ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789";

/// A number of `length` digits that doesn't start with 0.
pub fn digits(rng: &mut StdRng, length: usize) -> String {
    (0..length)
        .map(|place| {
            let low = u8::from(place == 0);
            char::from(b'0' + rng.random_range(low..10))
        })
        .collect()
}

/// `length` letters and digits.
pub fn opaque(rng: &mut StdRng, length: usize) -> String {
    (0..length)
        .map(|_| {
            let at = rng.random_range(0..LETTERS.len());
            char::from(LETTERS.get(at).copied().unwrap_or(b'A'))
        })
        .collect()
}

/// An Instagram message id.
pub fn mid(rng: &mut StdRng) -> String {
    format!("aWdfZAG1f{}ZD", opaque(rng, 40))
}

/// A WhatsApp message id.
pub fn wamid(rng: &mut StdRng) -> String {
    let bytes: [u8; 33] = rng.random();
    format!("wamid.HBgL{}", STANDARD.encode(bytes))
}

/// Letters and digits that always are the same for `source`.
pub fn derived(source: &str) -> String {
    hex::encode(Sha256::digest(source)).to_uppercase()
}

/// Twenty digits that always are the same for `source`.
pub fn derived_digits(source: &str) -> String {
    let digest = Sha256::digest(source);
    digest
        .iter()
        .take(20)
        .map(|byte| char::from(b'0' + byte % 10))
        .collect()
}
