//! Reading what a model sent, tolerantly.

use serde::{Deserialize, Deserializer, Serialize};
use serde_json::{Value, json};

use crate::error::Wire;
use crate::{Error, Usage};

/// Why the model stopped.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum Finish {
    /// It was done.
    Stop,
    /// It ran into the token limit.
    Length,
    /// It wants tools run.
    ToolCalls,
    /// The provider held its text back.
    ContentFilter,
    /// A reason this client does not know.
    Other,
}

impl Finish {
    /// Reads the provider's `finish_reason`; OpenRouter has one for a model that broke.
    pub(crate) fn read(reason: &str) -> Result<Self, Error> {
        Ok(match reason {
            "stop" => Self::Stop,
            "length" => Self::Length,
            "tool_calls" | "function_call" => Self::ToolCalls,
            "content_filter" => Self::ContentFilter,
            "error" => return Err(Error::Transient("finish_reason error".to_owned())),
            _ => Self::Other,
        })
    }
}

/// The model wants a tool run.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct ToolCall {
    /// Its id, free-form.
    pub id: String,
    /// The tool's name, not checked.
    pub name: String,
    /// The arguments as they came: text that should be JSON.
    pub arguments: String,
}

/// The arguments of a tool call are not a JSON object.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
#[error("the arguments are not a JSON object")]
pub struct InvalidArguments;

impl ToolCall {
    /// The arguments as a JSON object; no arguments at all count as an empty one.
    pub fn parsed(&self) -> Result<Value, InvalidArguments> {
        if self.arguments.trim().is_empty() {
            return Ok(json!({}));
        }
        match serde_json::from_str(&self.arguments) {
            Ok(object @ Value::Object(_)) => Ok(object),
            _ => Err(InvalidArguments),
        }
    }
}

impl Serialize for ToolCall {
    fn serialize<S: serde::Serializer>(&self, serializer: S) -> Result<S::Ok, S::Error> {
        json!({
            "id": self.id,
            "type": "function",
            "function": {"name": self.name, "arguments": self.arguments},
        })
        .serialize(serializer)
    }
}

impl<'de> Deserialize<'de> for ToolCall {
    fn deserialize<D: Deserializer<'de>>(deserializer: D) -> Result<Self, D::Error> {
        let value = Value::deserialize(deserializer)?;
        let text = |pointer: &str| match value.pointer(pointer) {
            Some(Value::String(text)) => text.clone(),
            None | Some(Value::Null) => String::new(),
            // Some servers send the arguments as an object.
            Some(other) => other.to_string(),
        };
        Ok(Self {
            id: text("/id"),
            name: text("/function/name"),
            arguments: text("/function/arguments"),
        })
    }
}

/// What a model answered.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct Answer {
    /// The model that answered, by the provider's word.
    pub model: String,
    /// Its text; empty when it only called tools.
    pub text: String,
    /// The tools it wants run.
    pub tool_calls: Vec<ToolCall>,
    /// Why it stopped.
    pub finish: Finish,
    /// Whether the model declined to answer.
    pub refused: bool,
    /// What it used.
    pub usage: Usage,
}

impl Answer {
    /// Reads a body that came with a success status: even then it may hold an error.
    pub(crate) fn read(body: &[u8]) -> Result<Self, Error> {
        let body: Value = serde_json::from_slice(body).map_err(|_| Error::Malformed("not JSON"))?;
        if let Some(error) = Wire::find(&body) {
            return Err(error.classify(200, None));
        }
        let choice = body
            .pointer("/choices/0")
            .ok_or(Error::Malformed("no choice"))?;
        if let Some(error) = Wire::find(choice) {
            return Err(error.classify(200, None));
        }
        let finish = match choice.get("finish_reason").and_then(Value::as_str) {
            Some(reason) => Finish::read(reason)?,
            None => Finish::Stop,
        };
        let message = choice
            .get("message")
            .ok_or(Error::Malformed("no message"))?;
        let tool_calls = match message.get("tool_calls") {
            Some(calls @ Value::Array(_)) => serde_json::from_value(calls.clone())
                .map_err(|_| Error::Malformed("unreadable tool calls"))?,
            _ => Vec::new(),
        };
        let string = |value: Option<&Value>| {
            value
                .and_then(Value::as_str)
                .map(str::to_owned)
                .unwrap_or_default()
        };
        Ok(Self {
            model: string(body.get("model")),
            text: string(message.get("content")),
            tool_calls,
            finish,
            refused: !string(message.get("refusal")).is_empty(),
            usage: body.get("usage").map(Usage::read).unwrap_or_default(),
        })
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_kept_answer_reads_back() {
        let body = r#"{"model":"m","choices":[{"finish_reason":"tool_calls","message":{"tool_calls":[
            {"id":"a","type":"function","function":{"name":"x","arguments":"{\"q\":1}"}}]}}],
            "usage":{"prompt_tokens":3,"completion_tokens_details":{"reasoning_tokens":2}}}"#;
        let answer = Answer::read(body.as_bytes()).unwrap();
        assert_eq!(answer.finish, Finish::ToolCalls);
        let again: Answer = serde_json::from_str(&serde_json::to_string(&answer).unwrap()).unwrap();
        assert_eq!(again, answer);
    }

    #[test]
    fn broken_arguments_are_reported_and_not_guessed() {
        let body = r#"{"choices":[{"finish_reason":"tool_calls","message":{"content":"","tool_calls":[
            {"id":"a","function":{"name":"x","arguments":"{\"q\": "}},
            {"id":"b","function":{"name":"x","arguments":{"q":1}}},
            {"id":"c","function":{"name":"x"}}]}}]}"#;
        let calls = Answer::read(body.as_bytes()).unwrap().tool_calls;
        assert_eq!(calls[0].parsed(), Err(InvalidArguments));
        assert_eq!(calls[1].parsed().unwrap()["q"], 1);
        assert_eq!(calls[2].parsed().unwrap(), json!({}));
    }

    #[test]
    fn an_error_inside_a_success_is_an_error() {
        let error = Answer::read(br#"{"error":{"code":429,"message":"slow"}}"#).unwrap_err();
        assert_eq!(error.class(), "rate_limited");
        let error =
            Answer::read(br#"{"choices":[{"finish_reason":"error","message":{}}]}"#).unwrap_err();
        assert_eq!(error.class(), "transient");
        assert_eq!(Answer::read(b"<html>").unwrap_err().class(), "malformed");
        assert_eq!(
            Answer::read(br#"{"choices":[]}"#).unwrap_err().class(),
            "malformed"
        );
    }
}
