//! An OpenAI-compatible chat endpoint: scripted by rules, sensible without any.

pub mod answers;
pub mod chat;
pub mod control;
pub mod default;
pub mod request;
pub mod script;
pub mod stream;

use std::collections::VecDeque;

use chrono::{DateTime, Utc};
use serde::Serialize;
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
}

/// One request the models received.
#[derive(Clone, Debug, Serialize)]
pub struct LlmCall {
    pub seq: u64,
    pub at: DateTime<Utc>,
    pub vendor: Vendor,
    pub request: Value,
    /// The number of the rule that answered; absent for the default answer.
    pub rule: Option<usize>,
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

    pub fn calls_after(&self, after: u64) -> Vec<&LlmCall> {
        let start = self.calls.partition_point(|call| call.seq <= after);
        self.calls.range(start..).collect()
    }

    pub fn last_seq(&self) -> u64 {
        self.last_seq
    }
}
