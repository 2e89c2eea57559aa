//! What settings can't be.

use std::collections::BTreeMap;

use url::Url;

use super::Settings;
use crate::hours::Hours;
use crate::links;
use crate::template::Template;

/// The highest budget: a million dollars, in millionths.
const MOST_SPENT: i64 = 1_000_000_000_000;

impl Settings {
    /// What can't be so, by field.
    pub fn problems(&self) -> BTreeMap<String, String> {
        let mut found = BTreeMap::new();
        let mut check = |fine: bool, field: &str, sentence: &str| {
            if !fine {
                found.insert(field.to_owned(), sentence.to_owned());
            }
        };
        check(
            (0.0..=1.0).contains(&self.confidence),
            "confidence",
            "Between 0 and 1.",
        );
        check(
            (0.0..=2.0).contains(&self.temperature),
            "temperature",
            "Between 0 and 2.",
        );
        check(
            (0.0..=1.0).contains(&self.top_p),
            "top_p",
            "Between 0 and 1.",
        );
        check(
            (16..=8000).contains(&self.max_output_tokens),
            "max_output_tokens",
            "Between 16 and 8000.",
        );
        let http =
            |url: &Url| matches!(url.scheme(), "http" | "https") && url.username().is_empty();
        check(
            self.base_url.as_ref().is_none_or(http),
            "base_url",
            "An address that begins with https:// or http://, without a user name.",
        );
        check(
            self.base_url.is_none() || !self.model.trim().is_empty(),
            "model",
            "Name the model to ask.",
        );
        check(
            self.instructions.len() <= 20_000,
            "instructions",
            "At most 20,000 bytes.",
        );
        check(
            self.system_prompt.len() <= 20_000,
            "system_prompt",
            "At most 20,000 bytes.",
        );
        check(self.tone.len() <= 500, "tone", "At most 500 bytes.");
        check(
            self.language.len() <= 16 && !self.language.trim().is_empty(),
            "language",
            "auto, or a language tag such as fr.",
        );
        let lists = [
            ("blocked_keywords", &self.blocked_keywords),
            ("blocked_phrases", &self.blocked_phrases),
            ("ignore_examples", &self.ignore_examples),
            ("fallback_models", &self.fallback_models),
            ("notify_emails", &self.notify_emails),
            ("allowed_links", &self.allowed_links),
        ];
        for (field, list) in lists {
            let fits = list.len() <= 200 && list.iter().all(|text| text.len() <= 500);
            check(fits, field, "At most 200 entries of 500 bytes each.");
        }
        check(
            self.notify_emails.iter().all(|mail| mail.contains('@')),
            "notify_emails",
            "Each needs to be an e-mail address.",
        );
        check(
            self.allowed_links
                .iter()
                .all(|entry| links::is_mail_box(entry) || links::entry_url(entry).is_some()),
            "allowed_links",
            "Each needs to be a host such as shop.example, the beginning of an address, or an e-mail address.",
        );
        let limits = [self.budget.daily_micro_usd, self.budget.monthly_micro_usd];
        check(
            limits
                .into_iter()
                .flatten()
                .all(|most| (0..=MOST_SPENT).contains(&most)),
            "budget",
            "Between 0 and a million dollars.",
        );
        check(
            self.prices.len() <= 200
                && self
                    .prices
                    .iter()
                    .all(|(model, price)| model.len() <= 200 && price.is_possible()),
            "prices",
            "At most 200 models, none dearer than 1,000 dollars for a million tokens.",
        );
        check(
            self.business_hours.len() <= 50 && self.business_hours.iter().all(Hours::is_valid),
            "business_hours",
            "Days are 1 (Monday) to 7, times like 09:00.",
        );
        check(
            self.escalation_notice
                .values()
                .all(|text| text.len() <= 900),
            "escalation_notice",
            "At most 900 bytes a language.",
        );
        for (field, text) in [
            ("system_prompt", &self.system_prompt),
            ("instructions", &self.instructions),
        ] {
            if let Err(error) = Template::parse(text) {
                found.entry(field.to_owned()).or_insert(error.to_string());
            }
        }
        found
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_provider_without_a_model_and_a_wild_threshold_are_refused() {
        let settings = Settings {
            base_url: Some("https://openrouter.ai/api/v1".parse().unwrap()),
            confidence: 1.5,
            ..Settings::default()
        };
        let fields: Vec<_> = settings.problems().into_keys().collect();
        assert_eq!(fields, ["confidence", "model"]);
    }
}
