//! Means and percentiles.

use serde::Serialize;

/// How long something took, in milliseconds.
#[derive(Clone, Copy, Debug, Serialize)]
pub struct Latency {
    /// Half of them took no longer.
    pub p50_ms: f64,
    /// Nineteen of twenty took no longer.
    pub p95_ms: f64,
}

impl Latency {
    /// From seconds.
    pub fn of(mut seconds: Vec<f64>) -> Self {
        seconds.sort_unstable_by(f64::total_cmp);
        let at = |percent: usize| {
            let place = (seconds.len() * percent).div_ceil(100).saturating_sub(1);
            seconds.get(place).copied().unwrap_or_default() * 1000.0
        };
        Self {
            p50_ms: at(50),
            p95_ms: at(95),
        }
    }
}

/// The mean; nothing for none.
pub fn mean(values: &[f32]) -> f64 {
    let count = u32::try_from(values.len().max(1)).unwrap_or(u32::MAX);
    values.iter().copied().map(f64::from).sum::<f64>() / f64::from(count)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn percentiles_are_values_that_were_there() {
        let latency = Latency::of((1..=100).map(|n| f64::from(n) / 1000.0).collect());
        assert!((latency.p50_ms - 50.0).abs() < 1e-9);
        assert!((latency.p95_ms - 95.0).abs() < 1e-9);
        assert!((mean(&[1.0, 2.0]) - 1.5).abs() < 1e-9);
    }
}
