//! The parts of a chat request that decide the answer.

use serde_json::Value;

use crate::json::text_at;

/// A chat request, read tolerantly.
pub struct ChatRequest<'a> {
    body: &'a Value,
    messages: &'a [Value],
}

impl<'a> ChatRequest<'a> {
    pub fn new(body: &'a Value) -> Self {
        let messages = body
            .get("messages")
            .and_then(Value::as_array)
            .map(Vec::as_slice)
            .unwrap_or_default();
        Self { body, messages }
    }

    pub fn model(&self) -> &'a str {
        text_at(self.body, "/model").unwrap_or("simulated-model")
    }

    pub fn streams(&self) -> bool {
        self.body
            .get("stream")
            .and_then(Value::as_bool)
            .unwrap_or(false)
    }

    pub fn wants_stream_usage(&self) -> bool {
        self.body
            .pointer("/stream_options/include_usage")
            .and_then(Value::as_bool)
            .unwrap_or(false)
    }

    pub fn is_empty(&self) -> bool {
        self.messages.is_empty()
    }

    /// The customer's last words.
    pub fn last_user(&self) -> String {
        self.messages
            .iter()
            .rev()
            .find(|message| text_at(message, "/role") == Some("user"))
            .map(content)
            .unwrap_or_default()
    }

    /// What tools answered since the customer's last words.
    pub fn tool_results(&self) -> Vec<String> {
        let from = self
            .messages
            .iter()
            .rposition(|message| text_at(message, "/role") == Some("user"))
            .map_or(0, |at| at + 1);
        self.messages
            .iter()
            .skip(from)
            .filter(|message| text_at(message, "/role") == Some("tool"))
            .map(content)
            .collect()
    }

    /// The parameters of an offered tool, if it is offered.
    pub fn tool(&self, name: &str) -> Option<&'a Value> {
        self.body
            .get("tools")?
            .as_array()?
            .iter()
            .filter_map(|tool| tool.get("function"))
            .find(|function| text_at(function, "/name") == Some(name))
    }

    /// A rough count of tokens: a quarter of the letters.
    pub fn prompt_tokens(&self) -> usize {
        self.messages
            .iter()
            .map(|message| content(message).len())
            .sum::<usize>()
            / 4
            + 8
    }
}

/// A message's text, whether a string or parts.
fn content(message: &Value) -> String {
    match message.get("content") {
        Some(Value::String(text)) => text.clone(),
        Some(Value::Array(parts)) => {
            let texts: Vec<&str> = parts
                .iter()
                .filter_map(|part| text_at(part, "/text"))
                .collect();
            texts.join("\n")
        }
        _ => String::new(),
    }
}
