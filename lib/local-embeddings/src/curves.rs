//! The two curves that a transformer needs, eight numbers at a time.

use fearless_simd::prelude::*;
use fearless_simd::{f32x8, i32x8};

/// e to the power of `x`, with a relative error of about 1e-7; of 0 and less in use.
///
/// Cephes' `expf`: a power of two by the exponent's bits, times a polynomial.
#[inline(always)]
pub(crate) fn exp<S: Simd>(simd: S, x: f32x8<S>) -> f32x8<S> {
    // Below this the power of two would leave its bits.
    let x = x.max(-87.0);
    let twos = (x * std::f32::consts::LOG2_E).round_ties_even();
    let rest = twos.mul_add(-0.693_359_4, x);
    let rest = twos.mul_add(2.121_944_4e-4, rest);
    let mut sum = f32x8::splat(simd, 1.987_569_2e-4);
    for part in [
        1.398_2e-3,
        8.333_452e-3,
        4.166_579_6e-2,
        1.666_666_5e-1,
        0.5,
    ] {
        sum = sum.mul_add(rest, part);
    }
    let power = sum.mul_add(rest * rest, rest + 1.0);
    let twos: i32x8<S> = twos.to_int();
    let bits: f32x8<S> = ((twos + 127) << 23).bitcast();
    power * bits
}

/// The activation of the model: `x` times the share of a normal distribution below `x`.
///
/// The error function is formula 7.1.26 of Abramowitz and Stegun, off by 1.5e-7 at most.
#[inline(always)]
pub(crate) fn gelu<S: Simd>(simd: S, x: f32x8<S>) -> f32x8<S> {
    let size = x.abs() * std::f32::consts::FRAC_1_SQRT_2;
    let t = 1.0 / size.mul_add(0.327_591_1, 1.0);
    let mut sum = f32x8::splat(simd, 1.061_405_4);
    for part in [-1.453_152, 1.421_413_7, -0.284_496_7, 0.254_829_6] {
        sum = sum.mul_add(t, part);
    }
    let outside = sum * t * exp(simd, size * -size);
    let half = x * 0.5;
    // Of the two sides of zero the curve differs by the sign only.
    half.abs().mul_add(1.0 - outside, half)
}

#[cfg(test)]
mod tests {
    use fearless_simd::{Level, dispatch};

    use super::*;

    fn on_all(curve: impl Fn(f64) -> f64, of: impl Fn([f32; 8]) -> [f32; 8]) -> f64 {
        let mut worst = 0_f64;
        for step in -4000..1000_i16 {
            let x = f32::from(step) / 100.0;
            let expected = curve(f64::from(x));
            let found = f64::from(of([x; 8])[3]);
            worst = worst.max((found - expected).abs() / expected.abs().max(1.0));
        }
        worst
    }

    #[test]
    fn the_power_of_e_is_exact_to_six_digits() {
        let worst = on_all(
            f64::exp,
            |x| dispatch!(Level::new(), simd => exp(simd, f32x8::load_array(simd, x)).into()),
        );
        assert!(worst < 3e-7, "{worst}");
    }

    #[test]
    fn the_activation_is_exact_to_six_digits() {
        let worst = on_all(
            exact_gelu,
            |x| dispatch!(Level::new(), simd => gelu(simd, f32x8::load_array(simd, x)).into()),
        );
        assert!(worst < 1e-6, "{worst}");
    }

    /// By the series of the error function, summed until nothing changes.
    fn exact_gelu(x: f64) -> f64 {
        let z = x / 2_f64.sqrt();
        if z < -5.0 {
            return 0.0;
        }
        if z > 5.0 {
            return x;
        }
        let (mut term, mut sum, mut n) = (z, z, 0.0);
        while (term / sum).abs() > 1e-17 {
            n += 1.0;
            term *= -z * z / n;
            let part = term / (2.0 * n + 1.0);
            sum += part;
            if part == 0.0 {
                break;
            }
        }
        0.5 * x * (1.0 + sum * 2.0 / std::f64::consts::PI.sqrt())
    }
}
