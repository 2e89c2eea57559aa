//! An answer as server-sent chunks.

use serde_json::{Value, json};

use crate::llm::Vendor;
use crate::llm::answers::Completion;
use crate::llm::script::Broken;

/// Every event of the stream, in order, as text.
pub fn events(
    completion: &Completion,
    vendor: Vendor,
    with_usage: bool,
    broken: Option<Broken>,
) -> Vec<String> {
    let mut events = Vec::new();
    if vendor == Vendor::Openrouter {
        events.push(": OPENROUTER PROCESSING\n\n".to_owned());
    }
    let mut deltas = vec![json!({"role": "assistant", "content": "", "refusal": null})];
    if let Some(content) = &completion.content {
        let letters: Vec<char> = content.chars().collect();
        deltas.extend(
            letters
                .chunks(12)
                .map(|piece| json!({"content": piece.iter().collect::<String>()})),
        );
    }
    for (index, call) in completion.tool_calls.iter().enumerate() {
        deltas.extend(call_deltas(index, call));
    }
    let half = deltas.len() / 2 + 1;
    for (at, delta) in deltas.into_iter().enumerate() {
        if at == half {
            match broken {
                Some(Broken::CutStream) => return events,
                Some(Broken::ErrorInStream) => {
                    events.push(error_event(completion));
                    return events;
                }
                _ => {}
            }
        }
        events.push(event(&chunk(
            completion,
            vendor,
            with_usage,
            delta,
            &Value::Null,
        )));
    }
    match broken {
        Some(Broken::CutStream) => return events,
        Some(Broken::ErrorInStream) => {
            events.push(error_event(completion));
            return events;
        }
        _ => {}
    }
    let finish = json!(completion.finish_reason);
    events.push(event(&chunk(
        completion,
        vendor,
        with_usage,
        json!({}),
        &finish,
    )));
    if with_usage || vendor == Vendor::Openrouter {
        let mut last = head(completion, vendor);
        if let Some(fields) = last.as_object_mut() {
            fields.insert("choices".into(), json!([]));
            fields.insert("usage".into(), completion.usage.clone());
        }
        events.push(event(&last));
    }
    events.push("data: [DONE]\n\n".to_owned());
    events
}

/// A call in pieces: id and name in the first, arguments in parts.
fn call_deltas(index: usize, call: &Value) -> Vec<Value> {
    let text = |at: &str| {
        crate::json::text_at(call, at)
            .unwrap_or_default()
            .to_owned()
    };
    let first = json!({"tool_calls": [{
        "index": index,
        "id": text("/id"),
        "type": "function",
        "function": {"name": text("/function/name"), "arguments": ""},
    }]});
    let letters: Vec<char> = text("/function/arguments").chars().collect();
    let parts = letters.chunks(16).map(|piece| {
        let arguments: String = piece.iter().collect();
        json!({"tool_calls": [{"index": index, "function": {"arguments": arguments}}]})
    });
    std::iter::once(first).chain(parts).collect()
}

fn head(completion: &Completion, vendor: Vendor) -> Value {
    let mut head = json!({
        "id": completion.id,
        "object": "chat.completion.chunk",
        "created": completion.created,
        "model": completion.model,
    });
    if let (Vendor::Openrouter, Some(fields)) = (vendor, head.as_object_mut()) {
        fields.insert("provider".into(), "Simulated".into());
    }
    head
}

fn chunk(
    completion: &Completion,
    vendor: Vendor,
    with_usage: bool,
    delta: Value,
    finish: &Value,
) -> Value {
    let mut chunk = head(completion, vendor);
    if let Some(fields) = chunk.as_object_mut() {
        fields.insert(
            "choices".into(),
            json!([{"index": 0, "delta": delta, "logprobs": null, "finish_reason": finish}]),
        );
        if with_usage && vendor == Vendor::Openai {
            fields.insert("usage".into(), Value::Null);
            fields.insert("obfuscation".into(), "xYz".into());
        }
    }
    chunk
}

fn error_event(completion: &Completion) -> String {
    event(&json!({
        "id": completion.id,
        "object": "chat.completion.chunk",
        "model": completion.model,
        "error": {"code": 502, "message": "Provider disconnected"},
        "choices": [{"index": 0, "delta": {"content": ""}, "finish_reason": "error"}],
    }))
}

fn event(value: &Value) -> String {
    format!("data: {value}\n\n")
}
