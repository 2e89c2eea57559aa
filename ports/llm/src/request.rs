//! What is asked of a model.

use serde::ser::SerializeStruct as _;
use serde::{Deserialize, Serialize, Serializer};
use serde_json::Value;

use crate::{Content, ToolCall};

/// One turn of the conversation with the model.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(tag = "role", rename_all = "snake_case")]
pub enum Message {
    /// How the model is to behave.
    System {
        /// The instructions.
        content: String,
    },
    /// What the customer's side says.
    User {
        /// The text, with pictures or without.
        content: Content,
    },
    /// What the model said before, repeated to it as it came.
    Assistant {
        /// The text; null when it only called tools.
        content: Option<String>,
        /// The tools it called.
        #[serde(default, skip_serializing_if = "Vec::is_empty")]
        tool_calls: Vec<ToolCall>,
    },
    /// What a tool gave back: one for each call.
    Tool {
        /// The id of the call.
        tool_call_id: String,
        /// The result, usually JSON.
        content: String,
    },
}

/// A function that the model may call.
#[derive(Debug, Clone, PartialEq)]
pub struct Tool {
    /// Its name.
    pub name: &'static str,
    /// What it is for, told to the model.
    pub description: &'static str,
    /// The JSON schema of its arguments.
    pub parameters: Value,
}

impl Serialize for Tool {
    fn serialize<S: Serializer>(&self, serializer: S) -> Result<S::Ok, S::Error> {
        let mut tool = serializer.serialize_struct("Tool", 2)?;
        tool.serialize_field("type", "function")?;
        tool.serialize_field(
            "function",
            &serde_json::json!({
                "name": self.name,
                "description": self.description,
                "parameters": self.parameters,
            }),
        )?;
        tool.end()
    }
}

/// Whether the model must call a tool.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Default)]
#[serde(rename_all = "snake_case")]
pub enum ToolChoice {
    /// It may.
    #[default]
    Auto,
    /// It has to call one.
    Required,
    /// It can't.
    None,
}

/// A question to a model.
#[derive(Debug, Clone, PartialEq, Default)]
pub struct ChatRequest {
    /// The model's name at this provider.
    pub model: String,
    /// Tried in this order when the model is unknown, busy or broken.
    pub fallback_models: Vec<String>,
    /// The conversation so far.
    pub messages: Vec<Message>,
    /// What the model may call.
    pub tools: Vec<Tool>,
    /// Whether it must.
    pub tool_choice: ToolChoice,
    /// Sampling temperature; left out when absent.
    pub temperature: Option<f32>,
    /// Nucleus sampling; left out when absent.
    pub top_p: Option<f32>,
    /// The most tokens of the answer.
    pub max_tokens: Option<u32>,
}

/// The body as it is sent. Some servers refuse single fields, so all of them can be left out.
#[derive(Debug, Serialize)]
pub(crate) struct Body<'a> {
    pub(crate) model: &'a str,
    pub(crate) messages: &'a [Message],
    #[serde(skip_serializing_if = "<[Tool]>::is_empty")]
    pub(crate) tools: &'a [Tool],
    #[serde(skip_serializing_if = "Option::is_none")]
    pub(crate) tool_choice: Option<ToolChoice>,
    #[serde(skip_serializing_if = "Option::is_none")]
    pub(crate) temperature: Option<f32>,
    #[serde(skip_serializing_if = "Option::is_none")]
    pub(crate) top_p: Option<f32>,
    #[serde(skip_serializing_if = "Option::is_none")]
    pub(crate) max_tokens: Option<u32>,
    #[serde(skip_serializing_if = "Option::is_none")]
    pub(crate) max_completion_tokens: Option<u32>,
    #[serde(skip_serializing_if = "Option::is_none")]
    stream: Option<bool>,
    #[serde(skip_serializing_if = "Option::is_none")]
    stream_options: Option<StreamOptions>,
}

#[derive(Debug, Serialize)]
struct StreamOptions {
    include_usage: bool,
}

impl<'a> Body<'a> {
    /// The body for one model. OpenAI deprecated `max_tokens`; most compatible servers know
    /// nothing else.
    pub(crate) fn new(request: &'a ChatRequest, model: &'a str, modern_limit: bool) -> Self {
        let (old, new) = if modern_limit {
            (None, request.max_tokens)
        } else {
            (request.max_tokens, None)
        };
        Self {
            model,
            messages: &request.messages,
            tools: &request.tools,
            tool_choice: (!request.tools.is_empty()).then_some(request.tool_choice),
            temperature: request.temperature,
            top_p: request.top_p,
            max_tokens: old,
            max_completion_tokens: new,
            stream: None,
            stream_options: None,
        }
    }

    /// Asks for the answer in pieces, with what it used in the last one.
    pub(crate) fn streamed(mut self) -> Self {
        self.stream = Some(true);
        self.stream_options = Some(StreamOptions {
            include_usage: true,
        });
        self
    }

    /// Leaves out the field that the server named as not supported; false when it can't be.
    pub(crate) fn without(&mut self, parameter: &str) -> bool {
        match parameter {
            "temperature" => self.temperature.take().is_some(),
            "top_p" => self.top_p.take().is_some(),
            "tool_choice" => self.tool_choice.take().is_some(),
            "stream_options" | "stream_options.include_usage" => {
                self.stream_options.take().is_some()
            }
            "max_tokens" => {
                let limit = self.max_tokens.take();
                self.max_completion_tokens = limit;
                limit.is_some()
            }
            "max_completion_tokens" => {
                let limit = self.max_completion_tokens.take();
                self.max_tokens = limit;
                limit.is_some()
            }
            _ => false,
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_refused_field_is_left_out_and_a_refused_limit_changes_its_name() {
        let request = ChatRequest {
            temperature: Some(0.3),
            max_tokens: Some(400),
            ..ChatRequest::default()
        };
        let mut body = Body::new(&request, "m", true);
        assert!(body.without("temperature"));
        assert!(!body.without("temperature"));
        assert!(body.without("max_completion_tokens"));
        let json = serde_json::to_string(&body).unwrap();
        assert_eq!(json, r#"{"model":"m","messages":[],"max_tokens":400}"#);
    }
}
