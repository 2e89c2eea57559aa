//! `POST …/embeddings`.

use axum::body::Body;
use axum::extract::{ConnectInfo, State};
use axum::http::{HeaderMap, Response};
use base64::Engine as _;
use base64::prelude::BASE64_STANDARD;
use bytes::Bytes;
use serde_json::{Value, json};

use crate::connection::Connection;
use crate::json::text_at;
use crate::llm::door::{Asked, Door, Reply};
use crate::llm::refusal::Refusal;
use crate::llm::{Operation, Vendor, vectors};
use crate::world::Shared;

const MOST_TEXTS: usize = 2048;

/// OpenAI's endpoint.
pub async fn openai(
    State(shared): State<Shared>,
    ConnectInfo(connection): ConnectInfo<Connection>,
    headers: HeaderMap,
    body: Bytes,
) -> Response<Body> {
    answer(&shared, &connection, Vendor::Openai, &headers, &body).await
}

/// OpenRouter's endpoint.
pub async fn openrouter(
    State(shared): State<Shared>,
    ConnectInfo(connection): ConnectInfo<Connection>,
    headers: HeaderMap,
    body: Bytes,
) -> Response<Body> {
    answer(&shared, &connection, Vendor::Openrouter, &headers, &body).await
}

async fn answer(
    shared: &Shared,
    connection: &Connection,
    vendor: Vendor,
    headers: &HeaderMap,
    bytes: &[u8],
) -> Response<Body> {
    let door = Door {
        shared,
        connection,
        vendor,
        operation: Operation::Embeddings,
    };
    let body = match door.open(headers, bytes) {
        Ok(body) => body,
        Err(refusal) => return door.refuse(&refusal),
    };
    let request = match Request::read(&body) {
        Ok(request) => request,
        Err(refusal) => return door.refuse(&refusal),
    };
    let asked = Asked {
        body: &body,
        model: request.model,
        text: request.texts.join("\n"),
        tools_answered: false,
    };
    door.answer(asked, |_, respond, _| {
        let scripted = respond.and_then(|respond| respond.vectors.clone());
        let made = || {
            let texts = request.texts.iter();
            texts
                .map(|text| vectors::vector(text, request.dimensions))
                .collect()
        };
        let vectors: Vec<Vec<f32>> = scripted.unwrap_or_else(made);
        Ok(Reply::Whole(request.answer(vendor, &vectors)))
    })
    .await
}

struct Request<'a> {
    model: &'a str,
    texts: Vec<&'a str>,
    dimensions: usize,
    packed: bool,
}

impl<'a> Request<'a> {
    fn read(body: &'a Value) -> Result<Self, Refusal> {
        let model = text_at(body, "/model")
            .ok_or_else(|| Refusal::bad("you must provide a model parameter").param("model"))?;
        let texts: Option<Vec<&str>> = match body.get("input") {
            Some(Value::String(text)) => Some(vec![text]),
            Some(Value::Array(texts)) => texts.iter().map(Value::as_str).collect(),
            _ => None,
        };
        let texts = texts.unwrap_or_default();
        let empty = texts.is_empty() || texts.iter().any(|text| text.is_empty());
        if empty || texts.len() > MOST_TEXTS {
            return Err(Refusal::bad("'$.input' is invalid.").param("input"));
        }
        let packed = match text_at(body, "/encoding_format") {
            None | Some("float") => false,
            Some("base64") => true,
            Some(_) => {
                let refusal = Refusal::bad("encoding_format must be float or base64");
                return Err(refusal.param("encoding_format"));
            }
        };
        Ok(Self {
            model,
            texts,
            dimensions: dimensions(model, body.get("dimensions"))?,
            packed,
        })
    }

    fn answer(&self, vendor: Vendor, vectors: &[Vec<f32>]) -> Value {
        let data: Vec<Value> = vectors
            .iter()
            .enumerate()
            .map(|(index, vector)| {
                let embedding = if self.packed {
                    let bytes: Vec<u8> = vector.iter().flat_map(|x| x.to_le_bytes()).collect();
                    json!(BASE64_STANDARD.encode(bytes))
                } else {
                    json!(vector)
                };
                json!({"object": "embedding", "index": index, "embedding": embedding})
            })
            .collect();
        let letters: usize = self.texts.iter().map(|text| text.len()).sum();
        let tokens = letters / 4 + self.texts.len();
        let mut usage = json!({"prompt_tokens": tokens, "total_tokens": tokens});
        if let (Vendor::Openrouter, Some(fields)) = (vendor, usage.as_object_mut()) {
            fields.insert("cost".into(), json!(0.000_02));
        }
        json!({"object": "list", "data": data, "model": self.model, "usage": usage})
    }
}

/// How many numbers the vectors get: as asked, up to what the model has.
fn dimensions(model: &str, asked: Option<&Value>) -> Result<usize, Refusal> {
    let own = if model.contains("3-large") {
        3072
    } else {
        1536
    };
    let Some(asked) = asked else {
        return Ok(own);
    };
    if model.contains("ada-002") {
        return Err(Refusal::bad(
            "This model does not support specifying dimensions.",
        ));
    }
    let asked = asked.as_u64().and_then(|n| usize::try_from(n).ok());
    asked
        .filter(|asked| (1..=own).contains(asked))
        .ok_or_else(|| Refusal::bad("Invalid value for 'dimensions'.").param("dimensions"))
}
