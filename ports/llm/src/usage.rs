//! What a call used, and what it cost.

use serde::{Deserialize, Serialize};
use serde_json::Value;

use crate::price::{self, Prices};

/// What a call used.
#[derive(Debug, Clone, PartialEq, Eq, Default, Serialize, Deserialize)]
pub struct Usage {
    /// Tokens read, those out of the cache included.
    pub prompt_tokens: i32,
    /// Tokens written, those of its reasoning included.
    pub completion_tokens: i32,
    /// Tokens read that came out of the provider's cache.
    #[serde(default)]
    pub cached_tokens: i32,
    /// Tokens written that only the model itself read.
    #[serde(default)]
    pub reasoning_tokens: i32,
    /// Price in USD as a decimal, when the provider says it (OpenRouter's `usage.cost`).
    pub cost_usd: Option<String>,
}

impl Usage {
    /// Reads the object under `usage`; what is missing is nothing.
    pub(crate) fn read(usage: &Value) -> Self {
        let tokens = |pointer: &str| {
            usage
                .pointer(pointer)
                .and_then(Value::as_i64)
                .and_then(|n| i32::try_from(n).ok())
                .unwrap_or_default()
        };
        Self {
            prompt_tokens: tokens("/prompt_tokens"),
            completion_tokens: tokens("/completion_tokens"),
            cached_tokens: tokens("/prompt_tokens_details/cached_tokens"),
            reasoning_tokens: tokens("/completion_tokens_details/reasoning_tokens"),
            cost_usd: match usage.get("cost") {
                Some(Value::Number(cost)) => Some(cost.to_string()),
                Some(Value::String(cost)) if cost.parse::<f64>().is_ok_and(f64::is_finite) => {
                    Some(cost.clone())
                }
                _ => None,
            },
        }
    }

    /// What the call cost in millionths of a USD, rounded up: the provider's word, else the tokens
    /// at these prices. `None`: nobody knows.
    pub fn micro_usd(&self, prices: Option<&Prices>) -> Option<i64> {
        let reported = self.cost_usd.as_deref().and_then(price::micro_usd);
        reported.or_else(|| prices.map(|prices| prices.micro_usd(self)))
    }

    /// Adds what another call used. A sum whose parts do not all say their price says none.
    pub(crate) fn add(&mut self, other: &Self) {
        let sum = |own: &mut i32, more: i32| *own = own.saturating_add(more);
        sum(&mut self.prompt_tokens, other.prompt_tokens);
        sum(&mut self.completion_tokens, other.completion_tokens);
        sum(&mut self.cached_tokens, other.cached_tokens);
        sum(&mut self.reasoning_tokens, other.reasoning_tokens);
        self.cost_usd = match (&self.cost_usd, &other.cost_usd) {
            (Some(own), Some(more)) => price::sum(own, more),
            _ => None,
        };
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::Price;
    use serde_json::json;

    fn usage() -> Usage {
        Usage::read(&json!({
            "prompt_tokens": 1000, "completion_tokens": 300,
            "prompt_tokens_details": {"cached_tokens": 400},
            "completion_tokens_details": {"reasoning_tokens": 100},
        }))
    }

    #[test]
    fn cached_tokens_have_their_own_price_and_reasoning_is_paid_as_writing() {
        let mut prices = Prices {
            prompt: Price::per_unit("0.00000025").unwrap(),
            completion: Price::per_unit("0.000002").unwrap(),
            request: Price::default(),
            cached_prompt: None,
        };
        // 1000 × 0.25 + 300 × 2
        assert_eq!(usage().micro_usd(Some(&prices)), Some(850));
        prices.cached_prompt = Price::per_unit("0.000000025");
        // 600 × 0.25 + 400 × 0.025 + 300 × 2
        assert_eq!(usage().micro_usd(Some(&prices)), Some(760));
        prices.request = Price::per_unit("0.0100001").unwrap();
        assert_eq!(usage().micro_usd(Some(&prices)), Some(10_761));
        assert_eq!(usage().micro_usd(None), None);
    }

    #[test]
    fn what_the_provider_says_it_cost_goes_before_our_own_sum() {
        let recorded =
            json!({"prompt_tokens": 17, "completion_tokens": 2177, "cost": 0.004_358_25});
        let usage = Usage::read(&recorded);
        assert_eq!(usage.micro_usd(Some(&Prices::default())), Some(4359));
        let tiny = Usage::read(&json!({"cost": 4.25e-06}));
        assert_eq!(tiny.micro_usd(None), Some(5));
        let free = Usage::read(&json!({"cost": 0}));
        assert_eq!(free.micro_usd(None), Some(0));
        let nonsense = Usage::read(&json!({"cost": "much"}));
        assert_eq!(nonsense.micro_usd(None), None);
    }

    #[test]
    fn two_usages_add_up_to_one_and_an_unknown_price_stays_unknown() {
        let priced = |cost: &str| Usage {
            prompt_tokens: 3,
            cost_usd: Some(cost.to_owned()),
            ..Usage::default()
        };
        let mut sum = priced("0.00000002");
        sum.add(&priced("1e-8"));
        assert_eq!(sum.prompt_tokens, 6);
        assert_eq!(sum.cost_usd.as_deref(), Some("0.000000030000000"));
        sum.add(&usage());
        assert_eq!((sum.prompt_tokens, sum.cost_usd), (1006, None));
    }

    #[test]
    fn what_was_kept_before_tokens_were_told_apart_reads_back() {
        let old = r#"{"prompt_tokens": 5, "completion_tokens": 1, "cost_usd": null}"#;
        let usage: Usage = serde_json::from_str(old).unwrap();
        assert_eq!((usage.prompt_tokens, usage.reasoning_tokens), (5, 0));
    }
}
