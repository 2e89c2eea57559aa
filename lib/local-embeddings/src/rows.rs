//! Rows of numbers between the matrices: made small for them, added up, evened out.

use fearless_simd::prelude::*;
use fearless_simd::{Level, dispatch, f32x8, i16x16, i32x8};

use crate::curves::gelu;
use crate::sizes::{BLOCK, EPSILON, WIDTH};

/// Thirty-two numbers of a row as whole numbers that share a scale.
#[derive(Debug, Clone, Copy, Default)]
pub(crate) struct Small {
    /// What the whole numbers are multiplied by.
    pub(crate) scale: f32,
    /// Their sum, times -8: the weights are stored without sign, 8 too large.
    pub(crate) offset: i32,
    /// The whole numbers, four in each word: the first sixteen, and the others.
    pub(crate) low: [i32; 4],
    pub(crate) high: [i32; 4],
}

/// What is done to numbers before they are made small.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum Before {
    /// Nothing.
    Nothing,
    /// The activation between the two halves of a layer's last part.
    Gelu,
}

/// Makes rows small for [`crate::matrix::Matrix::times`].
pub(crate) fn make_small(level: Level, rows: &[f32], before: Before, small: &mut Vec<Small>) {
    small.resize(rows.len() / BLOCK, Small::default());
    dispatch!(level, simd => make_all_small(simd, rows, before, small));
}

#[inline(always)]
fn make_all_small<S: Simd>(simd: S, rows: &[f32], before: Before, small: &mut [Small]) {
    for (block, small) in rows.as_chunks::<BLOCK>().0.iter().zip(small) {
        let mut parts = [f32x8::splat(simd, 0.0); 4];
        for (part, numbers) in parts.iter_mut().zip(block.as_chunks::<8>().0) {
            *part = f32x8::load_array_ref(simd, numbers);
            if before == Before::Gelu {
                *part = gelu(simd, *part);
            }
        }
        *small = one_small(simd, parts);
    }
}

#[inline(always)]
fn one_small<S: Simd>(simd: S, parts: [f32x8<S>; 4]) -> Small {
    let mut largest = f32x8::splat(simd, 0.0);
    for part in parts {
        largest = largest.max(part.abs());
    }
    let scale = largest.reduce_max() / 127.0;
    let up = if scale > 0.0 { 1.0 / scale } else { 0.0 };
    let [a, b, c, d] = parts;
    let (a, b) = (whole(a * up), whole(b * up));
    let (c, d) = (whole(c * up), whole(d * up));
    let sum = (a + b + (c + d)).reduce_sum();
    let first: i16x16<S> = a.narrow(b);
    let second: i16x16<S> = c.narrow(d);
    let words: i32x8<S> = first.narrow(second).bitcast();
    let (low, high) = words.split();
    Small {
        scale,
        offset: -8 * sum,
        low: low.into(),
        high: high.into(),
    }
}

#[inline(always)]
fn whole<S: Simd>(numbers: f32x8<S>) -> i32x8<S> {
    numbers.round_ties_even().to_int()
}

/// The gain and the shift after a row was evened out.
#[derive(Debug)]
pub(crate) struct Norm {
    pub(crate) gain: Vec<f32>,
    pub(crate) shift: Vec<f32>,
}

impl Norm {
    /// Adds `more` to the rows and evens each of them out: mean 0 and spread 1, then gain and
    /// shift.
    pub(crate) fn add_and_even_out(&self, level: Level, rows: &mut [f32], more: &[f32]) {
        dispatch!(level, simd => self.all_rows(simd, rows, more));
    }

    #[inline(always)]
    fn all_rows<S: Simd>(&self, simd: S, rows: &mut [f32], more: &[f32]) {
        let rows = rows.as_chunks_mut::<WIDTH>().0;
        let more = more.as_chunks::<WIDTH>().0;
        for (row, more) in rows.iter_mut().zip(more) {
            self.one_row(simd, row, more);
        }
    }

    #[inline(always)]
    fn one_row<S: Simd>(&self, simd: S, row: &mut [f32; WIDTH], more: &[f32; WIDTH]) {
        const SHARE: f32 = 1.0 / 384.0;
        let parts = row.as_chunks_mut::<8>().0;
        let mut total = f32x8::splat(simd, 0.0);
        for (part, more) in parts.iter_mut().zip(more.as_chunks::<8>().0) {
            let sum = f32x8::load_array_ref(simd, part) + f32x8::load_array_ref(simd, more);
            sum.store_array(part);
            total += sum;
        }
        let mean = total.reduce_sum() * SHARE;
        let mut total = f32x8::splat(simd, 0.0);
        for part in parts.iter() {
            let off = f32x8::load_array_ref(simd, part) - mean;
            total = off.mul_add(off, total);
        }
        let narrow = 1.0 / (total.reduce_sum() * SHARE + EPSILON).sqrt();
        let gains = self.gain.as_chunks::<8>().0;
        let shifts = self.shift.as_chunks::<8>().0;
        for (part, (gain, shift)) in parts.iter_mut().zip(gains.iter().zip(shifts)) {
            let off = (f32x8::load_array_ref(simd, part) - mean) * narrow;
            let gain = f32x8::load_array_ref(simd, gain);
            off.mul_add(gain, f32x8::load_array_ref(simd, shift))
                .store_array(part);
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::products::tests::levels;

    #[test]
    fn rows_are_evened_out_then_stretched_and_shifted() {
        let norm = Norm {
            gain: vec![2.0; WIDTH],
            shift: vec![5.0; WIDTH],
        };
        for level in levels() {
            let mut row: Vec<f32> = [1.0, 3.0].repeat(WIDTH / 2);
            norm.add_and_even_out(level, &mut row, &[10.0, 12.0].repeat(WIDTH / 2));
            let expected = [3.0, 7.0].repeat(WIDTH / 2);
            for (found, expected) in row.iter().zip(expected) {
                assert!((found - expected).abs() < 1e-5, "{level:?}: {found}");
            }
        }
    }

    #[test]
    fn numbers_made_small_are_steps_of_the_largest() {
        for level in levels() {
            let mut numbers = [0.0; BLOCK];
            (numbers[1], numbers[17], numbers[31]) = (-254.0, 1.0, 127.0);
            let mut small = Vec::new();
            make_small(level, &numbers, Before::Nothing, &mut small);
            let small = small[0];
            assert!((small.scale - 2.0).abs() < 1e-6);
            let bytes = |words: [i32; 4]| words.map(i32::to_le_bytes).concat();
            let low = bytes(small.low);
            // Half a step goes to the even one.
            let high = bytes(small.high);
            assert_eq!((low[0], low[1]), (0, (-127_i8).to_le_bytes()[0]));
            assert_eq!((high[1], high[15]), (0, 64));
            assert_eq!(small.offset, -8 * (-127 + 64));
        }
    }

    #[test]
    fn nothing_but_zeros_stays_zero() {
        let mut small = Vec::new();
        make_small(Level::new(), &[0.0; BLOCK], Before::Nothing, &mut small);
        assert_eq!((small[0].offset, small[0].low), (0, [0; 4]));
    }
}
