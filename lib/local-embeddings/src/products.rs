//! Sums of products of small whole numbers, by the best instructions that a processor has.
//!
//! A weight has four bits (0 to 15), a number is between -127 and 127. So sixteen products, half
//! of a block, can be added up in 16 bits: `16 * 15 * 127` is less than 2^15.

use fearless_simd::prelude::*;
use fearless_simd::{i8x32, i16x16, i32x8, u8x32};

/// How products are added up, for eight outputs at a time.
pub(crate) trait Products<S: Simd> {
    /// The sums while they grow.
    type Sums: Copy;

    /// Sums of no products yet. All outputs are `offset` larger in the end.
    fn none(simd: S, offset: i32) -> Self::Sums;

    /// Adds four products to each output: its weights times the four numbers.
    fn add(simd: S, sums: Self::Sums, weights: u8x32<S>, numbers: i8x32<S>) -> Self::Sums;

    /// The sums. `offset` is the same as in the beginning.
    fn end(sums: Self::Sums, offset: i32) -> i32x8<S>;
}

/// By what every processor has: for each output four sums in 16 bits, those of the first four
/// outputs and those of the others.
pub(crate) struct Portable;

impl<S: Simd> Products<S> for Portable {
    type Sums = [i16x16<S>; 2];

    #[inline(always)]
    fn none(simd: S, _: i32) -> Self::Sums {
        [i16x16::splat(simd, 0); 2]
    }

    #[inline(always)]
    fn add(_: S, sums: Self::Sums, weights: u8x32<S>, numbers: i8x32<S>) -> Self::Sums {
        let weights: i8x32<S> = weights.bitcast();
        let (first, others) = weights.widening_mul(numbers);
        let [first_sums, other_sums] = sums;
        [first_sums + first, other_sums + others]
    }

    #[inline(always)]
    fn end(sums: Self::Sums, offset: i32) -> i32x8<S> {
        let [first, others] = sums;
        let (first, others) = (
            first.pairwise_widening_add(),
            others.pairwise_widening_add(),
        );
        first.unzip_low(others) + first.unzip_high(others) + offset
    }
}

#[cfg(target_arch = "x86_64")]
pub(crate) use x86::Fused;

#[cfg(target_arch = "x86_64")]
mod x86 {
    use core::arch::x86_64::{__m256i, _mm256_dpbusd_epi32, _mm256_maddubs_epi16};

    use fearless_simd::prelude::*;
    use fearless_simd::x86::{Avx2, Avx512};
    use fearless_simd::{i8x32, i16x16, i32x8, u8x32};

    use super::Products;

    /// By the instructions that multiply and add bytes.
    pub(crate) struct Fused;

    /// Two products at once: for each output two sums in 16 bits.
    impl Products<Avx2> for Fused {
        type Sums = i16x16<Avx2>;

        #[inline(always)]
        fn none(simd: Avx2, _: i32) -> Self::Sums {
            i16x16::splat(simd, 0)
        }

        #[inline(always)]
        fn add(
            simd: Avx2,
            sums: Self::Sums,
            weights: u8x32<Avx2>,
            numbers: i8x32<Avx2>,
        ) -> Self::Sums {
            let pairs = multiply_pairs(simd, weights.into(), numbers.into());
            let pairs: i16x16<Avx2> = pairs.simd_into(simd);
            sums + pairs
        }

        #[inline(always)]
        fn end(sums: Self::Sums, offset: i32) -> i32x8<Avx2> {
            sums.pairwise_widening_add() + offset
        }
    }

    /// Four products at once: for each output one sum in 32 bits.
    impl Products<Avx512> for Fused {
        type Sums = i32x8<Avx512>;

        #[inline(always)]
        fn none(simd: Avx512, offset: i32) -> Self::Sums {
            i32x8::splat(simd, offset)
        }

        #[inline(always)]
        fn add(
            simd: Avx512,
            sums: Self::Sums,
            weights: u8x32<Avx512>,
            numbers: i8x32<Avx512>,
        ) -> Self::Sums {
            multiply_fours(simd, sums.into(), weights.into(), numbers.into()).simd_into(simd)
        }

        #[inline(always)]
        fn end(sums: Self::Sums, _: i32) -> i32x8<Avx512> {
            sums
        }
    }

    fearless_simd::kernel!(
        #[inline(always)]
        fn multiply_pairs(avx2: Avx2, weights: __m256i, numbers: __m256i) -> __m256i {
            _mm256_maddubs_epi16(weights, numbers)
        }
    );

    fearless_simd::kernel!(
        #[inline(always)]
        fn multiply_fours(
            avx512: Avx512,
            sums: __m256i,
            weights: __m256i,
            numbers: __m256i,
        ) -> __m256i {
            _mm256_dpbusd_epi32(sums, weights, numbers)
        }
    );
}

#[cfg(test)]
pub(crate) mod tests {
    use fearless_simd::Level;

    /// What this processor can be told to compute with.
    pub(crate) fn levels() -> Vec<Level> {
        let best = Level::new();
        #[cfg_attr(
            not(target_arch = "x86_64"),
            expect(unused_mut, reason = "there is only one")
        )]
        let mut levels = vec![best, Level::baseline()];
        #[cfg(target_arch = "x86_64")]
        levels.extend(best.as_avx2().map(Level::Avx2));
        levels
    }
}
