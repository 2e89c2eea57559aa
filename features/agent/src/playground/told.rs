//! What a rehearsal found, as short as people read it.

use serde::{Deserialize, Serialize};
use serde_json::Value;

use crate::decision::Outcome;
use crate::rehearse::{Source, Trace};

/// The longest part of a passage that is shown, in characters.
const SHOWN: usize = 400;

/// A passage that was found.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize, utoipa::ToSchema)]
#[schema(as = ToldPassage)]
pub struct Found {
    /// Where it stands.
    pub title: String,
    /// The headings above it.
    pub heading: String,
    /// Its words, cut.
    pub content: String,
    /// How sure the search is that it answers, 0 to 1.
    pub score: f64,
    /// Whether the answer rests on it.
    pub used: bool,
}

/// A tool that the model called.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize, utoipa::ToSchema)]
#[schema(as = ToldTool)]
pub struct Tool {
    /// Its name.
    pub name: String,
    /// What was searched for.
    pub query: String,
    /// How many passages were found.
    pub found: u64,
    /// Whether it was not run.
    pub refused: bool,
}

/// What a turn came to with one of the settings.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize, utoipa::ToSchema)]
#[schema(as = Told)]
pub struct Told {
    /// What would have been done.
    pub outcome: Outcome,
    /// Why, as a stable key.
    pub reason: String,
    /// What would have been said, or was considered.
    pub text: Option<String>,
    /// How sure the agent was, 0 to 1.
    pub confidence: Option<f32>,
    /// The passages that were found, the surest first.
    pub passages: Vec<Found>,
    /// The tools that the model called.
    pub tools: Vec<Tool>,
    /// The model that answered; absent when none was asked.
    pub model: Option<String>,
    /// Tokens the model read.
    pub prompt_tokens: i32,
    /// Tokens the model wrote.
    pub completion_tokens: i32,
    /// What it cost, in millionths of a US dollar; absent when nobody knows.
    pub micro_usd: Option<i64>,
    /// How long it took, in milliseconds.
    pub took_ms: u64,
    /// The number of the settings' version; absent when they were changed for the trial.
    pub version: Option<i64>,
}

impl Told {
    /// What the customer would have read, now or after a person's approval.
    pub(crate) fn said(&self) -> Option<&str> {
        let used = matches!(self.outcome, Outcome::Answered | Outcome::Suggested);
        self.text.as_deref().filter(|_| used)
    }

    /// How many passages the answer rests on.
    pub(crate) fn used(&self) -> usize {
        self.passages.iter().filter(|one| one.used).count()
    }

    /// How long it took, in seconds with one digit.
    pub(crate) fn seconds(&self) -> String {
        format!("{}.{}", self.took_ms / 1000, self.took_ms % 1000 / 100)
    }

    pub(crate) fn cost(&self) -> Option<String> {
        self.micro_usd.map(dollars)
    }

    #[cfg(test)]
    pub(crate) fn sample() -> Self {
        Self {
            outcome: Outcome::Answered,
            reason: "answer_found".to_owned(),
            text: None,
            confidence: None,
            passages: Vec::new(),
            tools: Vec::new(),
            model: None,
            prompt_tokens: 0,
            completion_tokens: 0,
            micro_usd: None,
            took_ms: 0,
            version: None,
        }
    }
}

/// An amount for reading: `$0.0012`, with as many digits as it has, at least two.
pub(crate) fn dollars(micro_usd: i64) -> String {
    let sign = if micro_usd < 0 { "-" } else { "" };
    let whole = micro_usd.unsigned_abs();
    let digits = format!("{:06}", whole % 1_000_000);
    let (cents, rest) = digits.split_at_checked(2).unwrap_or((&digits, ""));
    let rest = rest.trim_end_matches('0');
    format!("{sign}${}.{cents}{rest}", whole / 1_000_000)
}

fn cut(text: &str) -> String {
    let mut short: String = text.chars().take(SHOWN).collect();
    if short.len() < text.len() {
        short.push('…');
    }
    short
}

impl From<&Source> for Found {
    fn from(source: &Source) -> Self {
        Self {
            title: source.title.clone(),
            heading: source.heading.clone(),
            content: cut(&source.content),
            score: source.score.into(),
            used: source.used,
        }
    }
}

impl Tool {
    fn read(told: &Value) -> Self {
        let text = |key: &str| told.get(key).and_then(Value::as_str).unwrap_or_default();
        Self {
            name: text("name").to_owned(),
            query: text("query").to_owned(),
            found: told
                .get("found")
                .and_then(Value::as_u64)
                .unwrap_or_default(),
            refused: !text("refused").is_empty(),
        }
    }
}

impl From<&Trace> for Told {
    fn from(trace: &Trace) -> Self {
        let told = &trace.explanation;
        let tools = told.get("tools").and_then(Value::as_array);
        Self {
            outcome: trace.outcome,
            reason: trace.reason.clone(),
            text: trace.text.clone(),
            confidence: trace.confidence,
            passages: trace.sources.iter().map(Found::from).collect(),
            tools: tools.into_iter().flatten().map(Tool::read).collect(),
            model: trace.model.clone(),
            prompt_tokens: trace.prompt_tokens,
            completion_tokens: trace.completion_tokens,
            micro_usd: trace.micro_usd,
            took_ms: trace.took_ms,
            version: told.get("settings_version").and_then(Value::as_i64),
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn an_amount_has_as_many_digits_as_it_needs() {
        for (micro_usd, shown) in [
            (0, "$0.00"),
            (1, "$0.000001"),
            (1_200, "$0.0012"),
            (250_000, "$0.25"),
            (12_345_678, "$12.345678"),
            (-10_000, "-$0.01"),
        ] {
            assert_eq!(dollars(micro_usd), shown);
        }
    }

    #[test]
    fn a_time_is_shown_in_seconds() {
        let told = Told {
            took_ms: 2_345,
            ..Told::sample()
        };
        assert_eq!(told.seconds(), "2.3");
    }
}
