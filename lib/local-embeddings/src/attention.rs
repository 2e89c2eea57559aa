//! Each token of a text looks at all others of it: which matter to it, and what they say.

use fearless_simd::prelude::*;
use fearless_simd::{Level, dispatch, f32x8};

use crate::curves::exp;
use crate::sizes::{HEAD, HEADS, WIDTH};

/// Rows that are computed together.
const ROWS: usize = 4;
/// Columns that are computed together.
const COLUMNS: usize = 16;
/// Numbers of a token: its question, what it answers to, and what it says.
pub(crate) const ASKED: usize = 3 * WIDTH;

/// Room to work in, kept from one layer to the next.
#[derive(Debug, Default)]
pub(crate) struct Attention {
    /// What one head of the tokens answers to, a column for each token.
    keys: Vec<f32>,
    /// How much four tokens care for all others.
    weights: Vec<f32>,
}

impl Attention {
    /// What each token learns from the tokens of its text.
    pub(crate) fn attend(&mut self, level: Level, asked: &[f32], learnt: &mut [f32]) {
        dispatch!(level, simd => self.all_heads(simd, asked, learnt));
    }

    #[inline(always)]
    fn all_heads<S: Simd>(&mut self, simd: S, asked: &[f32], learnt: &mut [f32]) {
        for head in 0..HEADS {
            self.one_head(simd, head * HEAD, asked, learnt);
        }
    }

    /// The head whose numbers begin at `from` in a row.
    #[inline(always)]
    fn one_head<S: Simd>(&mut self, simd: S, from: usize, asked: &[f32], learnt: &mut [f32]) {
        let tokens = asked.len() / ASKED;
        let padded = tokens.next_multiple_of(COLUMNS);
        self.turn_keys(from, asked, padded);
        self.weights.clear();
        self.weights.resize(ROWS * padded, 0.0);
        let values = asked.get(2 * WIDTH + from..).unwrap_or_default();
        let questions = asked.chunks(ASKED * ROWS);
        for (questions, learnt) in questions.zip(learnt.chunks_mut(WIDTH * ROWS)) {
            let questions = four(questions, ASKED, from, HEAD);
            for column in (0..padded).step_by(COLUMNS) {
                let keys = self.keys.get(column..).unwrap_or_default();
                let sums = tile(simd, questions, keys, padded);
                for (weights, sums) in self.weights.chunks_exact_mut(padded).zip(sums) {
                    store(sums, weights, column);
                }
            }
            for weights in self.weights.chunks_exact_mut(padded) {
                soften(simd, weights, tokens);
            }
            let weights = four(&self.weights, padded, 0, tokens);
            for column in (0..HEAD).step_by(COLUMNS) {
                let values = values.get(column..).unwrap_or_default();
                let sums = tile(simd, weights, values, ASKED);
                for (learnt, sums) in learnt.chunks_exact_mut(WIDTH).zip(sums) {
                    store(sums, learnt, from + column);
                }
            }
        }
    }

    /// Turns rows into columns.
    #[inline(always)]
    fn turn_keys(&mut self, from: usize, asked: &[f32], padded: usize) {
        self.keys.clear();
        self.keys.resize(HEAD * padded, 0.0);
        for (token, asked) in asked.chunks_exact(ASKED).enumerate() {
            let keys = part(asked, WIDTH + from, HEAD);
            for (row, key) in self.keys.chunks_exact_mut(padded).zip(keys) {
                if let Some(place) = row.get_mut(token) {
                    *place = *key;
                }
            }
        }
    }
}

/// The same part of four rows; where there are less, the last one again.
#[inline(always)]
fn four(rows: &[f32], width: usize, from: usize, length: usize) -> [&[f32]; ROWS] {
    let mut last: &[f32] = &[];
    let mut rows = rows.chunks_exact(width);
    [(); ROWS].map(|()| {
        if let Some(row) = rows.next() {
            last = part(row, from, length);
        }
        last
    })
}

#[inline(always)]
fn part(row: &[f32], from: usize, length: usize) -> &[f32] {
    row.get(from..from + length).unwrap_or_default()
}

/// Four rows times the first sixteen columns of rows that are `stride` apart.
#[inline(always)]
fn tile<S: Simd>(
    simd: S,
    left: [&[f32]; ROWS],
    right: &[f32],
    stride: usize,
) -> [[f32x8<S>; 2]; ROWS] {
    let mut sums = [[f32x8::splat(simd, 0.0); 2]; ROWS];
    let [a, b, c, d] = left;
    for ((((row, a), b), c), d) in right.chunks(stride).zip(a).zip(b).zip(c).zip(d) {
        let ([first, second, ..], _) = row.as_chunks::<8>() else {
            break;
        };
        let first = f32x8::load_array_ref(simd, first);
        let second = f32x8::load_array_ref(simd, second);
        for ([low, high], number) in sums.iter_mut().zip([a, b, c, d]) {
            let number = f32x8::splat(simd, *number);
            *low = number.mul_add(first, *low);
            *high = number.mul_add(second, *high);
        }
    }
    sums
}

#[inline(always)]
fn store<S: Simd>(sums: [f32x8<S>; 2], row: &mut [f32], from: usize) {
    let places = row.get_mut(from..).unwrap_or_default();
    for (place, sum) in places.as_chunks_mut::<8>().0.iter_mut().zip(sums) {
        sum.store_array(place);
    }
}

/// Turns how well tokens match into shares that add up to 1; what is behind the last token gets
/// none.
#[inline(always)]
fn soften<S: Simd>(simd: S, weights: &mut [f32], tokens: usize) {
    /// What matches are divided by: the root of the numbers of a head.
    const COOL: f32 = 0.176_776_7;
    let behind = weights.get_mut(tokens..).unwrap_or_default();
    behind.fill(f32::NEG_INFINITY);
    let parts = weights.as_chunks_mut::<8>().0;
    let mut largest = f32x8::splat(simd, f32::NEG_INFINITY);
    for part in parts.iter() {
        largest = largest.max(f32x8::load_array_ref(simd, part));
    }
    let largest = largest.reduce_max();
    let mut total = f32x8::splat(simd, 0.0);
    for part in parts.iter_mut() {
        let match_ = (f32x8::load_array_ref(simd, part) - largest) * COOL;
        let power = exp(simd, match_);
        power.store_array(part);
        total += power;
    }
    let share = 1.0 / total.reduce_sum();
    for part in parts.iter_mut() {
        (f32x8::load_array_ref(simd, part) * share).store_array(part);
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::products::tests::levels;

    /// Attention as on paper.
    fn plain(asked: &[f32]) -> Vec<f64> {
        let tokens = asked.len() / ASKED;
        let number = |token: usize, at: usize| f64::from(asked[token * ASKED + at]);
        let mut learnt = vec![0.0; tokens * WIDTH];
        for head in (0..WIDTH).step_by(HEAD) {
            for token in 0..tokens {
                let matches = (0..tokens).map(|other| {
                    let products =
                        (head..head + HEAD).map(|at| number(token, at) * number(other, WIDTH + at));
                    (products.sum::<f64>() / 32_f64.sqrt()).exp()
                });
                let matches: Vec<f64> = matches.collect();
                let total: f64 = matches.iter().sum();
                for at in head..head + HEAD {
                    let said = matches.iter().enumerate();
                    learnt[token * WIDTH + at] = said
                        .map(|(other, share)| share / total * number(other, 2 * WIDTH + at))
                        .sum();
                }
            }
        }
        learnt
    }

    #[test]
    fn every_processor_pays_attention_as_on_paper() {
        let mut attention = Attention::default();
        for level in levels() {
            for tokens in [40, 1, 16, 17, 3] {
                let wave = |at: u16| (f32::from(at) * 0.37).sin() * 3.0;
                let count = u16::try_from(tokens * ASKED).unwrap();
                let asked: Vec<f32> = (0..count).map(wave).collect();
                let mut learnt = vec![0.0; tokens * WIDTH];
                attention.attend(level, &asked, &mut learnt);
                for (found, expected) in learnt.iter().zip(plain(&asked)) {
                    let off = (f64::from(*found) - expected).abs();
                    assert!(off < 1e-4, "{level:?}, {tokens}: {found} for {expected}");
                }
            }
        }
    }
}
