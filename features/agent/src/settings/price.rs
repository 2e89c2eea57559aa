//! Prices that a workspace states itself, for providers that say none.

use llm::{Price, Prices};
use serde::{Deserialize, Serialize};

/// What a model costs, in millionths of a US dollar for a million tokens: 250,000 is 0.25 USD.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Default, Serialize, Deserialize, utoipa::ToSchema)]
#[serde(deny_unknown_fields)]
pub struct ModelPrice {
    /// For what it reads.
    pub prompt: u64,
    /// For what it writes.
    pub completion: u64,
    /// For what it reads out of its cache; as any other when absent.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub cached_prompt: Option<u64>,
}

impl ModelPrice {
    /// The highest price that is taken: a thousand dollars for a million tokens.
    pub(crate) const MOST: u64 = 1_000_000_000;

    /// Whether it is one that exists.
    pub(crate) fn is_possible(&self) -> bool {
        let all = [
            self.prompt,
            self.completion,
            self.cached_prompt.unwrap_or_default(),
        ];
        all.into_iter().all(|price| price <= Self::MOST)
    }

    /// What a provider's list says.
    pub(crate) fn of(listed: &Prices) -> Self {
        Self {
            prompt: listed.prompt.micro_usd_per_million(),
            completion: listed.completion.micro_usd_per_million(),
            cached_prompt: listed.cached_prompt.map(Price::micro_usd_per_million),
        }
    }

    /// As the client of models counts.
    pub fn prices(&self) -> Prices {
        // A millionth of a dollar for a million tokens is 10⁻¹² dollars for one.
        let unit = |price: u64| Price::per_unit(&format!("{price}e-12")).unwrap_or_default();
        Prices {
            prompt: unit(self.prompt),
            completion: unit(self.completion),
            request: Price::default(),
            cached_prompt: self.cached_prompt.map(unit),
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_stated_price_is_counted_to_the_millionth() {
        let price = ModelPrice {
            prompt: 250_000,
            completion: 2_000_000,
            cached_prompt: None,
        };
        let usage = llm::Usage {
            prompt_tokens: 1000,
            completion_tokens: 300,
            ..llm::Usage::default()
        };
        assert_eq!(price.prices().micro_usd(&usage), 250 + 600);
    }
}
