//! Models behind OpenAI's, OpenRouter's and Gemini's doors: scripted by rules, sensible without any.

pub mod answers;
pub mod chat;
pub mod control;
pub mod default;
pub mod door;
pub mod embeddings;
pub mod gemini;
pub mod judge;
pub mod models;
pub mod moderation;
pub mod pace;
pub mod refusal;
pub mod request;
pub mod script;
pub mod stream;
pub mod vectors;

use std::collections::VecDeque;

use chrono::{DateTime, Utc};
use serde::{Deserialize, Serialize};
use serde_json::Value;
use tokio::sync::watch;

use script::Rule;

const KEPT: usize = 10_000;

/// Whose manners an answer has.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize)]
#[serde(rename_all = "lowercase")]
pub enum Vendor {
    /// `api.openai.com`.
    Openai,
    /// `openrouter.ai`.
    Openrouter,
    /// `generativelanguage.googleapis.com`.
    Gemini,
}

impl Vendor {
    /// The name by which faults are limited to one vendor.
    pub fn name(self) -> &'static str {
        match self {
            Self::Openai => "openai",
            Self::Openrouter => "openrouter",
            Self::Gemini => "gemini",
        }
    }
}

/// What is asked of a vendor.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "lowercase")]
pub enum Operation {
    /// An answer.
    #[default]
    Chat,
    /// Vectors.
    Embeddings,
    /// Whether texts are fit to be seen.
    Moderation,
    /// Which models there are.
    Models,
}

impl Operation {
    /// The name that faults know it by.
    pub fn name(self) -> &'static str {
        match self {
            Self::Chat => "chat",
            Self::Embeddings => "embeddings",
            Self::Moderation => "moderation",
            Self::Models => "models",
        }
    }
}

/// One request the models received.
#[derive(Clone, Debug, Serialize)]
pub struct LlmCall {
    pub seq: u64,
    pub at: DateTime<Utc>,
    pub vendor: Vendor,
    pub operation: Operation,
    pub request: Value,
    /// The number of the rule that answered; absent for the default answer.
    pub rule: Option<usize>,
    /// 0 when a fault kept the answer back.
    pub status: u16,
}

/// The script and the record.
#[derive(Debug, Default)]
pub struct Llm {
    pub rules: Vec<Rule>,
    /// Raised when held answers are released.
    pub released: watch::Sender<u64>,
    calls: VecDeque<LlmCall>,
    last_seq: u64,
}

impl Llm {
    pub fn record(&mut self, mut call: LlmCall) {
        self.last_seq += 1;
        call.seq = self.last_seq;
        if self.calls.len() >= KEPT {
            self.calls.pop_front();
        }
        self.calls.push_back(call);
    }

    pub fn calls_after(&self, after: u64, operation: Option<Operation>) -> Vec<&LlmCall> {
        let start = self.calls.partition_point(|call| call.seq <= after);
        let wanted = |call: &&LlmCall| operation.is_none_or(|wanted| wanted == call.operation);
        self.calls.range(start..).filter(wanted).collect()
    }

    pub fn last_seq(&self) -> u64 {
        self.last_seq
    }
}
