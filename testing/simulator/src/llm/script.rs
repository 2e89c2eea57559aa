//! Rules that decide what a model answers.

use serde::{Deserialize, Serialize};
use serde_json::{Map, Value};

use crate::llm::Operation;
use crate::llm::door::Reply;

/// When it applies and what it answers.
#[derive(Clone, Debug, Serialize, Deserialize)]
pub struct Rule {
    /// What it is about; chat when absent.
    #[serde(default)]
    pub operation: Operation,
    /// A part of the customer's last message, or of a text to embed or judge, in any case; every
    /// request when absent.
    #[serde(rename = "match", default, skip_serializing_if = "Option::is_none")]
    pub matches: Option<String>,
    /// Only before (`false`) or after (`true`) tools have answered in this turn.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub after_tools: Option<bool>,
    /// Only for this model.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub model: Option<String>,
    /// An answer.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub respond: Option<Respond>,
    /// An error instead.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub error: Option<ErrorAnswer>,
    /// A recorded answer instead, as it was.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub replay: Option<Replay>,
    /// A broken transport instead, or in the middle of the answer.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub broken: Option<Broken>,
    /// Milliseconds before the answer starts.
    #[serde(default)]
    pub delay_ms: u64,
    /// The answer waits until it is released.
    #[serde(default)]
    pub hold: bool,
    /// How many more times; unlimited when absent.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub times: Option<u32>,
}

/// What a model says.
#[derive(Clone, Debug, Default, Serialize, Deserialize)]
pub struct Respond {
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub content: Option<String>,
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    pub tool_calls: Vec<ScriptedCall>,
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub finish_reason: Option<String>,
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub refusal: Option<String>,
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub usage: Option<Value>,
    /// Vectors, as they are, whatever was asked.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub vectors: Option<Vec<Vec<f32>>>,
    /// A moderation's scores by category; those from 0.5 are flagged.
    #[serde(default, skip_serializing_if = "Map::is_empty")]
    pub scores: Map<String, Value>,
}

/// An answer that somebody recorded: a body, or the lines of a stream.
#[derive(Clone, Debug, Serialize, Deserialize)]
#[serde(rename_all = "lowercase")]
pub enum Replay {
    Body(Value),
    Lines(Vec<String>),
}

impl Replay {
    pub fn reply(&self) -> Reply {
        match self {
            Self::Body(body) => Reply::Whole(body.clone()),
            Self::Lines(lines) => {
                Reply::Pieces(lines.iter().map(|line| format!("{line}\n")).collect())
            }
        }
    }
}

/// A tool call: `arguments` is an object, or a string sent as it is (also when it is not JSON).
#[derive(Clone, Debug, Serialize, Deserialize)]
pub struct ScriptedCall {
    pub name: String,
    #[serde(default)]
    pub arguments: Value,
}

/// An HTTP error; without a body one in the vendor's shape is made.
#[derive(Clone, Debug, Serialize, Deserialize)]
pub struct ErrorAnswer {
    pub status: u16,
    #[serde(default)]
    pub body: Option<Value>,
    /// Seconds for `retry-after`.
    #[serde(default)]
    pub retry_after: Option<u32>,
}

/// A way the transport breaks.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum Broken {
    /// No answer at all.
    Hang,
    /// The connection is reset before the answer.
    Reset,
    /// A stream ends in the middle, without `[DONE]`.
    CutStream,
    /// A chunk with `error` arrives inside a stream of status 200.
    ErrorInStream,
    /// A 200 whose body is not JSON.
    NotJson,
    /// A stream stands still in the middle: only comments come from there.
    Stall,
    /// One byte a second.
    Drip,
}
