//! `POST …/moderations`.

use axum::body::Body;
use axum::extract::{ConnectInfo, State};
use axum::http::{HeaderMap, Response};
use bytes::Bytes;
use serde_json::{Map, Value, json};

use crate::connection::Connection;
use crate::ids;
use crate::json::text_at;
use crate::llm::door::{Asked, Door, Reply};
use crate::llm::refusal::Refusal;
use crate::llm::script::Respond;
use crate::llm::{Operation, Vendor, judge};
use crate::world::Shared;

/// What answers when no model is named, as recorded.
const OLD: &str = "text-moderation-007";
/// What the old model does not know.
const NEW_CATEGORIES: [&str; 2] = ["illicit", "illicit/violent"];
/// What pictures count for.
const SEEN: [&str; 6] = [
    "self-harm",
    "self-harm/intent",
    "self-harm/instructions",
    "sexual",
    "violence",
    "violence/graphic",
];

/// OpenAI's endpoint.
pub async fn openai(
    State(shared): State<Shared>,
    ConnectInfo(connection): ConnectInfo<Connection>,
    headers: HeaderMap,
    bytes: Bytes,
) -> Response<Body> {
    let door = Door {
        shared: &shared,
        connection: &connection,
        vendor: Vendor::Openai,
        operation: Operation::Moderation,
    };
    let body = match door.open(&headers, &bytes) {
        Ok(body) => body,
        Err(refusal) => return door.refuse(&refusal),
    };
    let model = text_at(&body, "/model").unwrap_or(OLD);
    let Some(inputs) = inputs(&body) else {
        return door.refuse(&Refusal::bad("'$.input' is invalid.").param("input"));
    };
    let texts: Vec<&str> = inputs.iter().map(|input| input.text.as_str()).collect();
    let asked = Asked {
        body: &body,
        model,
        text: texts.join("\n"),
        tools_answered: false,
    };
    door.answer(asked, |world, respond, _| {
        let results = inputs.iter().map(|input| input.result(model, respond));
        let results: Vec<Value> = results.collect();
        let id = format!("modr-{}", ids::opaque(&mut world.rng, 29));
        Ok(Reply::Whole(
            json!({"id": id, "model": model, "results": results}),
        ))
    })
    .await
}

/// What gets one result.
struct Input {
    text: String,
    has_picture: bool,
}

/// A text, a list of texts with a result each, or a list of parts with one result.
fn inputs(body: &Value) -> Option<Vec<Input>> {
    let plain = |text: &str| Input {
        text: text.to_owned(),
        has_picture: false,
    };
    match body.get("input")? {
        Value::String(text) => Some(vec![plain(text)]),
        Value::Array(list) if list.is_empty() => None,
        Value::Array(list) if list.iter().all(Value::is_string) => {
            Some(list.iter().filter_map(Value::as_str).map(plain).collect())
        }
        Value::Array(parts) if parts.iter().all(Value::is_object) => {
            let texts: Vec<&str> = parts
                .iter()
                .filter_map(|part| text_at(part, "/text"))
                .collect();
            let has_picture = parts
                .iter()
                .any(|p| text_at(p, "/type") == Some("image_url"));
            Some(vec![Input {
                text: texts.join("\n"),
                has_picture,
            }])
        }
        _ => None,
    }
}

impl Input {
    fn result(&self, model: &str, respond: Option<&Respond>) -> Value {
        let old = model.starts_with("text-moderation");
        let mut scores: Map<String, Value> = judge::scores(&self.text)
            .into_iter()
            .filter(|(name, _)| !old || !NEW_CATEGORIES.contains(name))
            .map(|(name, score)| (name.to_owned(), json!(score)))
            .collect();
        if let Some(respond) = respond {
            scores.extend(respond.scores.clone());
        }
        let is_high = |score: &Value| score.as_f64().is_some_and(|score| score >= 0.5);
        let categories: Map<String, Value> = scores
            .iter()
            .map(|(name, score)| (name.clone(), is_high(score).into()))
            .collect();
        let types = scores.keys().map(|name| {
            let pictures = self.has_picture && SEEN.contains(&name.as_str());
            let types: &[&str] = if pictures {
                &["text", "image"]
            } else {
                &["text"]
            };
            (name.clone(), json!(types))
        });
        let types: Map<String, Value> = types.collect();
        let mut result = json!({
            "flagged": categories.values().any(|flag| flag == true),
            "categories": categories,
            "category_scores": scores,
        });
        if let (false, Some(fields)) = (old, result.as_object_mut()) {
            fields.insert("category_applied_input_types".into(), types.into());
        }
        result
    }
}
