//! What a rehearsal found.

use std::time::Duration;

use kernel::ChunkId;
use serde::{Deserialize, Serialize};
use serde_json::Value;

use crate::decision::Outcome;
use crate::judge::{Draft, Verdict};
use crate::outcome::{self, explain};
use crate::run::{Work, asked};
use crate::step::{self, Step};

/// A passage that was found.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize, utoipa::ToSchema)]
pub struct Source {
    /// The passage.
    pub chunk: ChunkId,
    /// Where it stands: the document's title, or the entry's first phrasing.
    pub title: String,
    /// The headings above it.
    pub heading: String,
    /// Its words.
    pub content: String,
    /// Whether it is an FAQ entry.
    pub faq: bool,
    /// Its language's tag.
    pub language: String,
    /// How sure the search is that it answers, 0 to 1.
    pub score: f32,
    /// Whether the answer rests on it.
    pub used: bool,
}

/// A turn that was played through.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize, utoipa::ToSchema)]
pub struct Trace {
    /// What would have been done.
    pub outcome: Outcome,
    /// Why, as a stable key.
    pub reason: String,
    /// What would have been said, or was considered.
    pub text: Option<String>,
    /// The language that was answered in, else the one that should have been.
    pub language: Option<String>,
    /// How sure the agent was, 0 to 1.
    pub confidence: Option<f32>,
    /// The passages that were found, the surest first.
    pub sources: Vec<Source>,
    /// The model that answered; absent when none was asked.
    pub model: Option<String>,
    /// How often a model was asked.
    pub model_calls: usize,
    /// Why the last call failed, when it did: `timeout`, `rate_limited`, `auth`, ….
    pub error: Option<String>,
    /// Tokens the model read.
    pub prompt_tokens: i32,
    /// Tokens the model wrote.
    pub completion_tokens: i32,
    /// What it cost, in millionths of a US dollar; absent when nobody knows.
    pub micro_usd: Option<i64>,
    /// How long it took, in milliseconds.
    pub took_ms: u64,
    /// The same as a decision explains: rules tried, passages, calls, tools, versions.
    #[schema(value_type = Object)]
    pub explanation: Value,
}

impl Trace {
    /// Whether the model failed in a way that may pass.
    pub fn may_pass(&self) -> bool {
        let passing = ["rate_limited", "transient", "timeout"];
        self.error
            .as_deref()
            .is_some_and(|error| passing.contains(&error))
    }

    /// Whether the customer would have been answered, by itself or after a person's approval.
    pub const fn answers(&self) -> bool {
        matches!(self.outcome, Outcome::Answered | Outcome::Suggested)
    }
}

/// What these steps lead to, and what they took.
pub(super) fn of(work: &Work, micro_usd: Option<i64>, took: Duration) -> Trace {
    let (verdict, doubts) = outcome::verdict(work);
    let (outcome, reason, draft) = match verdict {
        Verdict::Send { draft, reason } => (Outcome::Answered, reason, Some(draft)),
        Verdict::Suggest { draft, reason } => (Outcome::Suggested, reason, Some(draft)),
        Verdict::Escalate { draft, reason } => (Outcome::Escalated, reason, draft),
        Verdict::Shadow { draft, reason, .. } => (Outcome::Shadowed, reason, draft),
        Verdict::Silent { reason } => (Outcome::Silent, reason, None),
    };
    let draft = draft.as_ref();
    let answers = || {
        work.steps.iter().filter_map(|step| match step {
            Step::CallModel { answer, .. } => Some(answer.as_ref()),
            _ => None,
        })
    };
    let used = || answers().flatten().map(|answer| &answer.usage);
    let (_, asked_in) = asked(&work.steps);
    Trace {
        outcome,
        reason,
        text: draft.map(|draft| draft.text.clone()),
        language: draft.and_then(|draft| draft.language.clone()).or(asked_in),
        confidence: draft.map(|draft| draft.confidence),
        sources: sources(work, draft),
        model: answers()
            .flatten()
            .last()
            .map(|answer| answer.model.clone()),
        model_calls: answers().count(),
        error: work.steps.iter().rev().find_map(|step| match step {
            Step::CallModel { error, .. } => error.clone(),
            _ => None,
        }),
        prompt_tokens: used().map(|usage| usage.prompt_tokens).sum(),
        completion_tokens: used().map(|usage| usage.completion_tokens).sum(),
        micro_usd,
        took_ms: u64::try_from(took.as_millis()).unwrap_or(u64::MAX),
        explanation: explain::explanation(work, draft, &doubts, &[]),
    }
}

fn sources(work: &Work, draft: Option<&Draft>) -> Vec<Source> {
    let used = |chunk| draft.is_some_and(|draft| draft.sources.contains(&chunk));
    let mut found: Vec<Source> = step::passages(&work.steps)
        .into_iter()
        .map(|passage| Source {
            chunk: passage.chunk,
            title: passage.title.clone(),
            heading: passage.heading.clone(),
            content: passage.content.clone(),
            faq: passage.faq,
            language: passage.language.clone(),
            score: passage.score,
            used: used(passage.chunk),
        })
        .collect();
    found.sort_by(|a, b| b.score.total_cmp(&a.score));
    found
}
