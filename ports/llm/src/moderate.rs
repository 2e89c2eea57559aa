//! Asking a provider whether texts are fit to be seen (OpenAI's `/moderations`).

mod category;

use std::collections::BTreeMap;
use std::time::Duration;

use serde::{Deserialize, Serialize};
use serde_json::{Map, Value};
use tokio::time::timeout;

use crate::call::MAX_ANSWER;
use crate::error::Wire;
use crate::{Client, Endpoint, Error};
pub use category::ModerationCategory;

/// The model that knows every category, in many languages.
pub const MODERATION_MODEL: &str = "omni-moderation-latest";

/// How many texts go into one call.
const BATCH: usize = 32;

/// What a provider thinks of texts.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
pub struct Moderation {
    /// The model that judged. Its scores move when it is renewed: keep the name beside them.
    pub model: String,
    /// One for each text, in their order.
    pub verdicts: Vec<Verdict>,
}

/// What a provider thinks of one text.
#[derive(Debug, Clone, PartialEq, Default, Serialize, Deserialize)]
pub struct Verdict {
    /// Whether the provider would hold it back. Thresholds of our own on the scores are steadier.
    pub flagged: bool,
    /// Every category that it looked at.
    pub categories: BTreeMap<ModerationCategory, Judgement>,
}

/// What a provider thinks of one text in one category.
#[derive(Debug, Clone, Copy, PartialEq, Default, Serialize, Deserialize)]
pub struct Judgement {
    /// Whether the provider would hold the text back for this.
    pub flagged: bool,
    /// How sure it is, 0 to 1.
    pub score: f32,
}

impl Verdict {
    /// How sure the provider is of a category, 0 to 1; 0 for one that it did not look at.
    pub fn score(&self, category: &ModerationCategory) -> f32 {
        self.categories.get(category).map_or(0.0, |j| j.score)
    }

    fn read(result: &Value) -> Self {
        let of = |name: &str| result.get(name).and_then(Value::as_object);
        let empty = Map::new();
        let flags = of("categories").unwrap_or(&empty);
        let scores = of("category_scores").unwrap_or(&empty);
        let mut categories = BTreeMap::new();
        // A category that a model does not know is absent or null.
        for (name, value) in scores.iter().chain(flags) {
            let flagged = flags.get(name).and_then(Value::as_bool);
            let score = scores.get(name).and_then(|s| f32::deserialize(s).ok());
            if value.is_null() || (flagged.is_none() && score.is_none()) {
                continue;
            }
            let flagged = flagged.unwrap_or_default();
            let judgement = Judgement {
                flagged,
                score: score.unwrap_or(if flagged { 1.0 } else { 0.0 }),
            };
            categories.insert(ModerationCategory::from(name.clone()), judgement);
        }
        let any = categories.values().any(|judgement| judgement.flagged);
        let flagged = result.get("flagged").and_then(Value::as_bool);
        Self {
            flagged: flagged.unwrap_or(any),
            categories,
        }
    }
}

impl Client {
    /// What this model thinks of each text, all of them within this time.
    pub async fn moderate(
        &self,
        endpoint: &Endpoint,
        model: &str,
        texts: &[&str],
        within: Duration,
    ) -> Result<Moderation, Error> {
        let all = timeout(within, self.moderate_all(endpoint, model, texts)).await;
        all.unwrap_or(Err(Error::Timeout))
    }

    async fn moderate_all(
        &self,
        endpoint: &Endpoint,
        model: &str,
        texts: &[&str],
    ) -> Result<Moderation, Error> {
        let to = endpoint.at("/moderations");
        let mut all = Moderation {
            model: model.to_owned(),
            verdicts: Vec::with_capacity(texts.len()),
        };
        for texts in texts.chunks(BATCH) {
            // Without a name an old model answers, which lacks categories.
            let body = serde_json::json!({"model": model, "input": texts});
            let judged = read(&self.post(&to, &body, MAX_ANSWER).await?)?;
            if judged.verdicts.len() != texts.len() {
                return Err(Error::WrongCount {
                    wanted: texts.len(),
                    got: judged.verdicts.len(),
                });
            }
            all.model = judged.model;
            all.verdicts.extend(judged.verdicts);
        }
        Ok(all)
    }
}

fn read(body: &[u8]) -> Result<Moderation, Error> {
    let body: Value = serde_json::from_slice(body).map_err(|_| Error::Malformed("not JSON"))?;
    if let Some(error) = Wire::find(&body) {
        return Err(error.classify(200, None));
    }
    let results = body.get("results").and_then(Value::as_array);
    let results = results.ok_or(Error::Malformed("no moderation"))?;
    Ok(Moderation {
        model: body
            .get("model")
            .and_then(Value::as_str)
            .unwrap_or_default()
            .to_owned(),
        verdicts: results.iter().map(Verdict::read).collect(),
    })
}

#[cfg(test)]
mod tests {
    use super::*;

    fn verdict(result: &str) -> Verdict {
        let body = format!(r#"{{"model":"m","results":[{result}]}}"#);
        read(body.as_bytes()).unwrap().verdicts.remove(0)
    }

    #[test]
    fn categories_that_nobody_knows_yet_are_kept() {
        let verdict = verdict(
            r#"{"flagged":true,"categories":{"spam/crypto":true,"hate":false,"illicit":null},
                "category_scores":{"spam/crypto":0.75,"hate":0.25}}"#,
        );
        let kept: Vec<_> = verdict.categories.into_iter().collect();
        let judged = |category, flagged, score| (category, Judgement { flagged, score });
        let unknown = ModerationCategory::Other("spam/crypto".to_owned());
        assert_eq!(
            kept,
            [
                judged(ModerationCategory::Hate, false, 0.25),
                judged(unknown, true, 0.75),
            ]
        );
    }

    #[test]
    fn what_is_missing_is_made_up_from_what_is_there() {
        let verdict = verdict(r#"{"categories":{"violence":true}}"#);
        assert!(verdict.flagged);
        assert!(verdict.score(&ModerationCategory::Violence) > 0.99);
        assert!(verdict.score(&ModerationCategory::Illicit) < 0.01);
    }

    #[test]
    fn an_error_or_nothing_inside_a_success_is_an_error() {
        let error = read(br#"{"error":{"code":429}}"#).unwrap_err();
        assert_eq!(error.class(), "rate_limited");
        assert_eq!(read(b"{}").unwrap_err().class(), "malformed");
        assert_eq!(read(b"<html>").unwrap_err().class(), "malformed");
    }

    #[test]
    fn a_kept_verdict_reads_back() {
        let kept =
            verdict(r#"{"flagged":true,"category_scores":{"self-harm/intent":0.5,"new":0.1}}"#);
        let json = serde_json::to_string(&kept).unwrap();
        assert!(json.contains(r#""self-harm/intent""#), "{json}");
        assert_eq!(serde_json::from_str::<Verdict>(&json).unwrap(), kept);
    }
}
