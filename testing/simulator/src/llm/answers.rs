//! Answers in the vendors' shapes.

use rand::rngs::StdRng;
use serde_json::{Map, Value, json};

use crate::ids;
use crate::llm::Vendor;
use crate::llm::request::ChatRequest;
use crate::llm::script::Respond;

/// A finished answer.
#[derive(Clone, Debug)]
pub struct Completion {
    pub id: String,
    pub created: i64,
    pub model: String,
    pub content: Option<String>,
    pub refusal: Option<String>,
    /// Ready `tool_calls[]`.
    pub tool_calls: Vec<Value>,
    pub finish_reason: String,
    pub usage: Value,
}

/// Puts a scripted or default answer into a completion.
pub fn complete(
    rng: &mut StdRng,
    vendor: Vendor,
    request: &ChatRequest<'_>,
    respond: &Respond,
    created: i64,
) -> Completion {
    let tool_calls: Vec<Value> = respond
        .tool_calls
        .iter()
        .map(|call| {
            let arguments = match &call.arguments {
                Value::String(raw) => raw.clone(),
                Value::Null => "{}".to_owned(),
                object => object.to_string(),
            };
            json!({
                "id": format!("call_{}", ids::opaque(rng, 24)),
                "type": "function",
                "function": {"name": call.name, "arguments": arguments},
            })
        })
        .collect();
    let finish_reason = respond.finish_reason.clone().unwrap_or_else(|| {
        if tool_calls.is_empty() {
            "stop"
        } else {
            "tool_calls"
        }
        .to_owned()
    });
    let said = respond.content.as_ref().map_or(0, String::len);
    let called: usize = tool_calls.iter().map(|call| call.to_string().len()).sum();
    let (prompt, completion) = (request.prompt_tokens(), (said + called) / 4 + 1);
    let mut usage = json!({
        "prompt_tokens": prompt,
        "completion_tokens": completion,
        "total_tokens": prompt + completion,
        "prompt_tokens_details": {"cached_tokens": 0},
        "completion_tokens_details": {"reasoning_tokens": 0},
    });
    if let Some(fields) = usage.as_object_mut() {
        if vendor == Vendor::Openrouter {
            fields.insert("cost".into(), json!(0.000_12));
            fields.insert("is_byok".into(), json!(false));
        }
        if let Some(Value::Object(scripted)) = &respond.usage {
            fields.extend(scripted.clone());
        }
    }
    let id = match vendor {
        Vendor::Openrouter => format!("gen-{created}-{}", ids::opaque(rng, 20)),
        Vendor::Openai | Vendor::Gemini => format!("chatcmpl-{}", ids::opaque(rng, 29)),
    };
    Completion {
        id,
        created,
        model: request.model().to_owned(),
        content: respond.content.clone(),
        refusal: respond.refusal.clone(),
        tool_calls,
        finish_reason,
        usage,
    }
}

impl Completion {
    /// The answer in one piece.
    pub fn whole(&self, vendor: Vendor) -> Value {
        let mut message = Map::new();
        message.insert("role".into(), "assistant".into());
        // OpenAI sends null beside tool calls, others an empty string.
        let empty = match vendor {
            Vendor::Openrouter => "".into(),
            Vendor::Openai | Vendor::Gemini => Value::Null,
        };
        message.insert(
            "content".into(),
            self.content.clone().map_or(empty, Value::String),
        );
        message.insert("refusal".into(), self.refusal.clone().into());
        if !self.tool_calls.is_empty() {
            message.insert("tool_calls".into(), self.tool_calls.clone().into());
        }
        let mut choice = json!({
            "index": 0,
            "message": message,
            "logprobs": null,
            "finish_reason": self.finish_reason,
        });
        let mut answer = json!({
            "id": self.id,
            "object": "chat.completion",
            "created": self.created,
            "model": self.model,
            "usage": self.usage,
        });
        if let (Some(answer), Some(choice)) = (answer.as_object_mut(), choice.as_object_mut()) {
            if vendor == Vendor::Openrouter {
                answer.insert("provider".into(), "Simulated".into());
                choice.insert(
                    "native_finish_reason".into(),
                    self.finish_reason.clone().into(),
                );
            }
            answer.insert("choices".into(), json!([choice]));
        }
        answer
    }
}
