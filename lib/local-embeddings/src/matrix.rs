//! Matrices of four-bit weights, and rows of small whole numbers times such a matrix.
//!
//! Thirty-two weights of an output share a scale, and so do thirty-two numbers of a row. Inside
//! such a block the sums are exact; the blocks are added up as floats.

use fearless_simd::prelude::*;
use fearless_simd::{Level, dispatch, f32x8, i8x32, i32x8, u8x32};

use crate::file::half;
#[cfg(target_arch = "x86_64")]
use crate::products::Fused;
use crate::products::{Portable, Products};
use crate::rows::Small;
use crate::sizes::{BLOCK, BLOCK_BYTES};

/// Outputs that are computed together.
const OUTPUTS: usize = 8;
/// Rows that are computed together.
const ROWS: usize = 4;

/// A matrix with what is added to its outputs.
#[derive(Debug)]
pub(crate) struct Matrix {
    /// The blocks of the first eight outputs, then those of the next eight.
    blocks: Vec<Block>,
    bias: Vec<f32>,
}

/// Thirty-two weights of eight outputs.
#[derive(Debug, Clone, Copy, Default)]
struct Block {
    scales: [f32; OUTPUTS],
    /// Four bytes of each output in turn. A byte holds one of the first sixteen weights in its low
    /// half and one of the others in its high half, both 8 too large.
    words: [[[u8; 4]; OUTPUTS]; 4],
}

impl Matrix {
    /// Lays the blocks of a file out by eight outputs.
    pub(crate) fn new(inputs: usize, packed: &[u8], bias: Vec<f32>) -> Self {
        let mut blocks = Vec::with_capacity(packed.len() / (BLOCK_BYTES * OUTPUTS));
        let row = inputs / BLOCK * BLOCK_BYTES;
        for eight in packed.chunks_exact(row * OUTPUTS) {
            let mut outputs: Vec<_> = eight
                .chunks_exact(row)
                .map(|output| output.as_chunks::<BLOCK_BYTES>().0.iter())
                .collect();
            for _ in 0..inputs / BLOCK {
                blocks.push(Block::of(outputs.iter_mut().filter_map(Iterator::next)));
            }
        }
        Self { blocks, bias }
    }

    /// Multiplies rows by the matrix: a row of outputs for each.
    pub(crate) fn times(&self, level: Level, rows: &[Small], out: &mut [f32]) {
        #[cfg(target_arch = "x86_64")]
        if let Some(avx512) = level.as_avx512() {
            return avx512.vectorize(
                #[inline(always)]
                || self.all_rows::<_, Fused>(avx512, rows, out),
            );
        }
        #[cfg(target_arch = "x86_64")]
        if let Some(avx2) = level.as_avx2() {
            return avx2.vectorize(
                #[inline(always)]
                || self.all_rows::<_, Fused>(avx2, rows, out),
            );
        }
        dispatch!(level, simd => self.all_rows::<_, Portable>(simd, rows, out));
    }

    #[inline(always)]
    fn all_rows<S: Simd, P: Products<S>>(&self, simd: S, rows: &[Small], out: &mut [f32]) {
        let outputs = self.bias.len();
        // Blocks of a row.
        let width = self.blocks.len() * OUTPUTS / outputs;
        let rows = rows.chunks(width * ROWS);
        for (rows, out) in rows.zip(out.chunks_mut(outputs * ROWS)) {
            self.some_rows::<_, P>(simd, rows, width, out);
        }
    }

    /// Up to four rows.
    #[inline(always)]
    fn some_rows<S: Simd, P: Products<S>>(
        &self,
        simd: S,
        rows: &[Small],
        width: usize,
        out: &mut [f32],
    ) {
        let outputs = self.bias.len();
        // Where there are less than four, the last one is computed again and again for nothing.
        let mut last = rows;
        let mut rows = rows.chunks_exact(width);
        let rows = [(); ROWS].map(|()| {
            last = rows.next().unwrap_or(last);
            last
        });
        let biases = self.bias.as_chunks::<OUTPUTS>().0;
        let panels = self.blocks.chunks_exact(width).zip(biases);
        for (panel, (blocks, bias)) in panels.enumerate() {
            let sums = tile::<_, P>(simd, blocks, rows, bias);
            for (out, sum) in out.chunks_exact_mut(outputs).zip(sums) {
                if let Some(out) = out.as_chunks_mut::<OUTPUTS>().0.get_mut(panel) {
                    sum.store_array(out);
                }
            }
        }
    }
}

/// Eight outputs of four rows.
#[inline(always)]
fn tile<S: Simd, P: Products<S>>(
    simd: S,
    blocks: &[Block],
    rows: [&[Small]; ROWS],
    bias: &[f32; OUTPUTS],
) -> [f32x8<S>; ROWS] {
    let mut sums = [f32x8::load_array_ref(simd, bias); ROWS];
    let [a, b, c, d] = rows;
    for ((((block, a), b), c), d) in blocks.iter().zip(a).zip(b).zip(c).zip(d) {
        let rows = [a, b, c, d];
        let mut wholes = [P::none(simd, 0); ROWS];
        for (whole, row) in wholes.iter_mut().zip(rows) {
            *whole = P::none(simd, row.offset);
        }
        for (at, words) in block.words.iter().enumerate() {
            let both = u8x32::from_slice(simd, words.as_flattened());
            let (low, high) = (both & 0x0f, both >> 4);
            for (whole, row) in wholes.iter_mut().zip(rows) {
                if let (Some(first), Some(second)) = (row.low.get(at), row.high.get(at)) {
                    *whole = P::add(simd, *whole, low, for_each_output(simd, *first));
                    *whole = P::add(simd, *whole, high, for_each_output(simd, *second));
                }
            }
        }
        let scales = f32x8::load_array_ref(simd, &block.scales);
        for ((sum, whole), row) in sums.iter_mut().zip(wholes).zip(rows) {
            let whole: f32x8<S> = P::end(whole, row.offset).to_float();
            *sum = whole.mul_add(scales * row.scale, *sum);
        }
    }
    sums
}

/// The four numbers of a word, for each of eight outputs.
#[inline(always)]
fn for_each_output<S: Simd>(simd: S, word: i32) -> i8x32<S> {
    i32x8::splat(simd, word).bitcast()
}

impl Block {
    /// The next block of each of eight outputs.
    fn of<'a>(outputs: impl Iterator<Item = &'a [u8; BLOCK_BYTES]>) -> Self {
        let mut block = Self::default();
        for (at, packed) in outputs.enumerate() {
            let Some((scale, weights)) = packed.split_first_chunk() else {
                continue;
            };
            if let Some(own) = block.scales.get_mut(at) {
                *own = half(*scale);
            }
            for (words, word) in block.words.iter_mut().zip(weights.as_chunks().0) {
                if let Some(own) = words.get_mut(at) {
                    *own = *word;
                }
            }
        }
        block
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::products::tests::levels;
    use crate::rows::{Before, make_small};

    const INPUTS: usize = 64;
    const OUTS: usize = 24;

    /// Numbers that look thrown, from -1 to 1.
    fn thrown(count: usize, seed: u32) -> Vec<f32> {
        let mut state = seed;
        let next = || {
            state = state.wrapping_mul(1_664_525).wrapping_add(1_013_904_223);
            f32::from(i16::from_le_bytes([
                state.to_le_bytes()[2],
                state.to_le_bytes()[3],
            ])) / 32_768.0
        };
        std::iter::repeat_with(next).take(count).collect()
    }

    /// Blocks as in the file, and what they mean. All weights from -8 to 7 are in them.
    fn weights() -> (Vec<u8>, Vec<f32>) {
        let (mut packed, mut plain) = (Vec::new(), Vec::new());
        for block in 0..u8::try_from(INPUTS / BLOCK * OUTS).unwrap() {
            // Halves of 0.25, 0.5 and so on.
            let exponent = 13 + block % 4;
            packed.extend([0, exponent << 2]);
            let scale = f32::from_bits((u32::from(exponent) + 112) << 23);
            let nibble = |at: u8| at.wrapping_mul(7).wrapping_add(block.wrapping_mul(5)) & 0x0f;
            packed.extend((0..16).map(|at| nibble(at) | (nibble(at + 16) << 4)));
            plain.extend((0..32).map(|at| (f32::from(nibble(at)) - 8.0) * scale));
        }
        (packed, plain)
    }

    #[test]
    fn every_processor_multiplies_as_on_paper() {
        let (packed, plain) = weights();
        let bias = thrown(OUTS, 1);
        let matrix = Matrix::new(INPUTS, &packed, bias.clone());
        for level in levels() {
            for tokens in 1..=9 {
                let rows = thrown(tokens * INPUTS, 2);
                let mut small = Vec::new();
                make_small(level, &rows, Before::Nothing, &mut small);
                let mut out = vec![0.0; tokens * OUTS];
                matrix.times(level, &small, &mut out);
                for (at, found) in out.iter().enumerate() {
                    let (row, output) = (at / OUTS, at % OUTS);
                    let products = (0..INPUTS)
                        .map(|n| f64::from(rows[row * INPUTS + n] * plain[output * INPUTS + n]));
                    let expected = products.sum::<f64>() + f64::from(bias[output]);
                    let off = (f64::from(*found) - expected).abs();
                    // Numbers were rounded to 127 steps before.
                    assert!(off < 0.3, "{level:?}, {tokens}: {found} for {expected}");
                }
            }
        }
    }

    #[test]
    fn the_largest_sums_stay_exact() {
        // All weights 7 or all -8, all numbers 1 or all -1.
        for (nibbles, weight) in [(0xff, 7.0), (0x00, -8.0)] {
            let block = [vec![0, 0x3c], vec![nibbles; 16]].concat();
            let matrix = Matrix::new(BLOCK, &block.repeat(OUTPUTS), vec![0.0; OUTPUTS]);
            for (level, number) in levels().into_iter().flat_map(|l| [(l, 1.0), (l, -1.0)]) {
                let mut small = Vec::new();
                make_small(level, &[number; BLOCK], Before::Nothing, &mut small);
                let mut out = [0.0; OUTPUTS];
                matrix.times(level, &small, &mut out);
                for found in out {
                    let expected: f32 = 32.0 * weight * number;
                    assert!((found - expected).abs() < 1e-3, "{level:?}: {found}");
                }
            }
        }
    }
}
