//! Money, exactly: prices come as decimal texts in USD, and become whole numbers and never floats.

use serde::{Deserialize, Serialize};

use crate::Usage;

/// Digits behind the point that a price keeps.
const DIGITS: u32 = 15;
const FEMTO_IN_MICRO: u128 = 1_000_000_000;

/// A price in USD for one unit (a token, a request), exact to 10⁻¹⁵ USD.
#[derive(
    Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Default, Hash, Serialize, Deserialize,
)]
#[serde(transparent)]
pub struct Price {
    femto_usd: u64,
}

impl Price {
    /// Reads a decimal number of USD, such as OpenRouter's `"0.00000025"`. `None` for what is no
    /// price: OpenRouter's `"-1"` means that it is only known afterwards.
    pub fn per_unit(usd: &str) -> Option<Self> {
        let femto_usd = u64::try_from(scaled(usd, DIGITS)?).ok()?;
        Some(Self { femto_usd })
    }

    /// The price of a million units in millionths of a USD, rounded up.
    pub fn micro_usd_per_million(self) -> u64 {
        self.femto_usd.div_ceil(1000)
    }

    fn times(self, units: i32) -> u128 {
        let units = u32::try_from(units).unwrap_or_default();
        u128::from(self.femto_usd).saturating_mul(u128::from(units))
    }
}

/// What a model costs.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default, Serialize, Deserialize)]
pub struct Prices {
    /// For each token it reads.
    pub prompt: Price,
    /// For each token it writes, reasoning included.
    pub completion: Price,
    /// For each request.
    pub request: Price,
    /// For each token that it reads out of its cache; as any other when absent.
    pub cached_prompt: Option<Price>,
}

impl Prices {
    /// What a call costs at these prices, in millionths of a USD, rounded up.
    pub fn micro_usd(&self, usage: &Usage) -> i64 {
        let cached = usage.cached_tokens.clamp(0, usage.prompt_tokens.max(0));
        let parts = [
            self.prompt
                .times(usage.prompt_tokens.saturating_sub(cached)),
            self.cached_prompt.unwrap_or(self.prompt).times(cached),
            self.completion.times(usage.completion_tokens),
            self.request.times(1),
        ];
        let femto = parts.into_iter().fold(0, u128::saturating_add);
        i64::try_from(femto.div_ceil(FEMTO_IN_MICRO)).unwrap_or(i64::MAX)
    }
}

/// A decimal number of USD in millionths, rounded up; `None` when it is no price.
pub(crate) fn micro_usd(usd: &str) -> Option<i64> {
    scaled(usd, 6).and_then(|micro| i64::try_from(micro).ok())
}

/// The sum of two decimal numbers of USD.
pub(crate) fn sum(one: &str, other: &str) -> Option<String> {
    let femto = scaled(one, DIGITS)?.checked_add(scaled(other, DIGITS)?)?;
    let unit = 10_u128.pow(DIGITS);
    Some(format!("{}.{:015}", femto / unit, femto % unit))
}

/// A decimal number, with or without an exponent, times 10^`digits` and rounded up. `None` when it
/// is negative, no number, or too large.
fn scaled(text: &str, digits: u32) -> Option<u128> {
    let (number, exponent) = match text.trim().split_once(['e', 'E']) {
        Some((number, exponent)) => (number, exponent.parse::<i32>().ok()?),
        None => (text.trim(), 0),
    };
    let (whole, fraction) = number.split_once('.').unwrap_or((number, ""));
    let figures = format!("{whole}{fraction}");
    if figures.is_empty() || figures.len() > 38 || !figures.bytes().all(|b| b.is_ascii_digit()) {
        return None;
    }
    let value: u128 = figures.parse().ok()?;
    let behind = i32::try_from(fraction.len()).ok()?;
    let shift = i32::try_from(digits).ok()? + exponent.checked_sub(behind)?;
    let power = 10_u128.checked_pow(shift.unsigned_abs());
    match power {
        Some(power) if shift >= 0 => value.checked_mul(power),
        Some(power) => Some(value.div_ceil(power)),
        None if value == 0 => Some(0),
        // Smaller than any unit, and not nothing.
        None => (shift < 0).then_some(1),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn decimals_become_whole_numbers_without_a_float_between() {
        assert_eq!(scaled("0.00000025", DIGITS), Some(250_000_000));
        assert_eq!(scaled("2.5e-07", DIGITS), Some(250_000_000));
        assert_eq!(scaled("1", 6), Some(1_000_000));
        assert_eq!(scaled("1E3", 6), Some(1_000_000_000));
        assert_eq!(scaled("0", 6), Some(0));
        assert_eq!(scaled("0e-99", 6), Some(0));
        assert_eq!(scaled(".5", 6), Some(500_000));
    }

    #[test]
    fn what_is_smaller_than_a_unit_is_rounded_up_so_that_no_budget_is_outrun() {
        assert_eq!(scaled("0.0000001", 6), Some(1));
        assert_eq!(scaled("1e-60", 6), Some(1));
        assert_eq!(scaled("0.0000011", 6), Some(2));
    }

    #[test]
    fn what_is_no_price_is_none() {
        for text in [
            "-1", "", ".", "free", "NaN", "inf", "1e99", "1.2.3", "+1", "1e", "0x1",
        ] {
            assert_eq!(scaled(text, 6), None, "{text}");
        }
        assert_eq!(Price::per_unit("99999999"), None);
    }

    #[test]
    fn a_price_for_a_million_tokens_is_shown_as_people_know_it() {
        let price = Price::per_unit("0.00000025").unwrap();
        assert_eq!(price.micro_usd_per_million(), 250_000);
    }

    #[test]
    fn impossible_token_counts_cost_nothing_more() {
        let prices = Prices {
            prompt: Price::per_unit("0.000001").unwrap(),
            cached_prompt: Price::per_unit("0"),
            ..Prices::default()
        };
        let usage = |prompt_tokens, cached_tokens| Usage {
            prompt_tokens,
            cached_tokens,
            ..Usage::default()
        };
        assert_eq!(prices.micro_usd(&usage(-5, 0)), 0);
        assert_eq!(prices.micro_usd(&usage(-5, -9)), 0);
        assert_eq!(prices.micro_usd(&usage(10, 99)), 0);
        assert_eq!(prices.micro_usd(&usage(10, -3)), 10);
    }
}
