//! Reading what a model sent, tolerantly.

use serde::{Deserialize, Deserializer, Serialize};
use serde_json::{Value, json};

use crate::Error;
use crate::error::Wire;

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

/// What a call used.
#[derive(Debug, Clone, PartialEq, Eq, Default, Serialize, Deserialize)]
pub struct Usage {
    /// Tokens read.
    pub prompt_tokens: i32,
    /// Tokens written.
    pub completion_tokens: i32,
    /// Price in USD as a decimal, when the provider says it (OpenRouter's `usage.cost`).
    pub cost_usd: Option<String>,
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
            Some("stop") | None => Finish::Stop,
            Some("length") => Finish::Length,
            Some("tool_calls" | "function_call") => Finish::ToolCalls,
            Some("content_filter") => Finish::ContentFilter,
            Some("error") => return Err(Error::Transient("finish_reason error".to_owned())),
            Some(_) => Finish::Other,
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
            usage: usage(&body),
        })
    }
}

fn usage(body: &Value) -> Usage {
    let tokens = |name: &str| {
        body.pointer(&format!("/usage/{name}"))
            .and_then(Value::as_i64)
            .and_then(|n| i32::try_from(n).ok())
            .unwrap_or_default()
    };
    Usage {
        prompt_tokens: tokens("prompt_tokens"),
        completion_tokens: tokens("completion_tokens"),
        cost_usd: match body.pointer("/usage/cost") {
            Some(Value::Number(cost)) => Some(cost.to_string()),
            Some(Value::String(cost)) if cost.parse::<f64>().is_ok_and(f64::is_finite) => {
                Some(cost.clone())
            }
            _ => None,
        },
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_published_tool_call_is_read() {
        let answer = Answer::read(include_bytes!("../tests/data/chat_tool_call.json")).unwrap();
        assert_eq!(answer.finish, Finish::ToolCalls);
        assert_eq!(answer.text, "");
        let call = &answer.tool_calls[0];
        assert_eq!(
            (call.id.as_str(), call.name.as_str()),
            ("call_abc123", "get_current_weather")
        );
        assert_eq!(call.parsed().unwrap()["location"], "Boston, MA");
        assert_eq!(
            (answer.usage.prompt_tokens, answer.usage.completion_tokens),
            (82, 17)
        );
        let again: Answer = serde_json::from_str(&serde_json::to_string(&answer).unwrap()).unwrap();
        assert_eq!(again, answer);
    }

    #[test]
    fn the_recorded_cost_is_kept_as_a_decimal() {
        let answer =
            Answer::read(include_bytes!("../tests/data/openrouter_usage_cost.json")).unwrap();
        assert_eq!(answer.usage.cost_usd.as_deref(), Some("0.00435825"));
        assert_eq!(answer.finish, Finish::Stop);
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
