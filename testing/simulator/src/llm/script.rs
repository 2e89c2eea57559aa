//! Rules that decide what a model answers.

use serde::{Deserialize, Serialize};
use serde_json::Value;

/// When it applies and what it answers.
#[derive(Clone, Debug, Serialize, Deserialize)]
pub struct Rule {
    /// A part of the customer's last message, in any case; every request when absent.
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
}
