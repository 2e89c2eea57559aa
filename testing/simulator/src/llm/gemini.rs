//! Gemini's `models/{model}:embedContent` and `:batchEmbedContents`.

use axum::body::Body;
use axum::extract::{ConnectInfo, Path, State};
use axum::http::{HeaderMap, Response};
use bytes::Bytes;
use serde_json::{Map, Value, json};

use crate::connection::Connection;
use crate::json::text_at;
use crate::llm::door::{Asked, Door, Reply};
use crate::llm::refusal::Refusal;
use crate::llm::{Operation, Vendor, vectors};
use crate::world::Shared;

const MOST_TEXTS: usize = 100;
const FULL: usize = 3072;
/// The length of a vector of gemini-embedding-001 that was cut to 768 numbers, as recorded.
const CUT_LENGTH: f32 = 0.5677;
const TASKS: [&str; 8] = [
    "RETRIEVAL_QUERY",
    "RETRIEVAL_DOCUMENT",
    "SEMANTIC_SIMILARITY",
    "CLASSIFICATION",
    "CLUSTERING",
    "QUESTION_ANSWERING",
    "FACT_VERIFICATION",
    "CODE_RETRIEVAL_QUERY",
];

/// Both methods; the path's last part is the model and the method.
pub async fn embed(
    State(shared): State<Shared>,
    ConnectInfo(connection): ConnectInfo<Connection>,
    Path(call): Path<String>,
    headers: HeaderMap,
    bytes: Bytes,
) -> Response<Body> {
    let door = Door {
        shared: &shared,
        connection: &connection,
        vendor: Vendor::Gemini,
        operation: Operation::Embeddings,
    };
    let body = match door.open(&headers, &bytes) {
        Ok(body) => body,
        Err(refusal) => return door.refuse(&refusal),
    };
    let request = match Request::read(&call, &body) {
        Ok(request) => request,
        Err(refusal) => return door.refuse(&refusal),
    };
    let texts: Vec<&str> = request.singles.iter().map(|s| s.text.as_str()).collect();
    let asked = Asked {
        body: &body,
        model: request.model,
        text: texts.join("\n"),
        tools_answered: false,
    };
    door.answer(asked, |_, respond, _| {
        let scripted = respond.and_then(|respond| respond.vectors.clone());
        Ok(Reply::Whole(request.answer(scripted)))
    })
    .await
}

struct Request<'a> {
    model: &'a str,
    batch: bool,
    singles: Vec<Single>,
}

/// One text to embed.
struct Single {
    text: String,
    dimensions: usize,
}

impl<'a> Request<'a> {
    fn read(call: &'a str, body: &Value) -> Result<Self, Refusal> {
        let (model, method) = call.split_once(':').unwrap_or((call, ""));
        if !matches!(model, "gemini-embedding-001" | "gemini-embedding-2") {
            return Err(Refusal::new(
                404,
                format!(
                    "models/{model} is not found for API version v1beta, or is not supported for {method}."
                ),
            ));
        }
        let singles = match method {
            "embedContent" => vec![Single::read(model, body)?],
            "batchEmbedContents" => {
                let list = body.get("requests").and_then(Value::as_array);
                let list = list.map(Vec::as_slice).unwrap_or_default();
                if list.is_empty() || list.len() > MOST_TEXTS {
                    return Err(Refusal::bad("at most 100 requests can be in one batch"));
                }
                if list.iter().any(|one| text_at(one, "/model").is_none()) {
                    return Err(Refusal::bad("model is required in each request"));
                }
                let singles = list.iter().map(|one| Single::read(model, one));
                singles.collect::<Result<_, _>>()?
            }
            _ => return Err(Refusal::new(404, "No such method.")),
        };
        Ok(Self {
            model,
            batch: method == "batchEmbedContents",
            singles,
        })
    }

    fn answer(&self, scripted: Option<Vec<Vec<f32>>>) -> Value {
        let second = self.model == "gemini-embedding-2";
        let made = || {
            let singles = self.singles.iter();
            singles.map(|single| single.vector(second)).collect()
        };
        let vectors: Vec<Vec<f32>> = scripted.unwrap_or_else(made);
        let mut answer = Map::new();
        let mut values = vectors.iter().map(|vector| json!({"values": vector}));
        if self.batch {
            answer.insert("embeddings".into(), values.collect());
        } else {
            answer.insert("embedding".into(), values.next().unwrap_or_default());
        }
        if second {
            let letters: usize = self.singles.iter().map(|single| single.text.len()).sum();
            let usage = json!({"promptTokenCount": letters / 4 + 1});
            answer.insert("usageMetadata".into(), usage);
        }
        answer.into()
    }
}

impl Single {
    fn read(model: &str, one: &Value) -> Result<Self, Refusal> {
        if text_at(one, "/model").is_some_and(|name| name != format!("models/{model}")) {
            return Err(Refusal::bad("model must match the model in the path"));
        }
        // Several parts become one vector.
        let parts = one.pointer("/content/parts").and_then(Value::as_array);
        let texts = parts.into_iter().flatten();
        let texts: Vec<&str> = texts.filter_map(|part| text_at(part, "/text")).collect();
        let text = texts.join("\n");
        if text.is_empty() {
            return Err(Refusal::bad("content must not be empty"));
        }
        let task = text_at(one, "/taskType");
        if task.is_some_and(|task| !TASKS.contains(&task)) {
            return Err(Refusal::bad("Invalid value at 'task_type'"));
        }
        if one.get("title").is_some() && task != Some("RETRIEVAL_DOCUMENT") {
            return Err(Refusal::bad("title is only for RETRIEVAL_DOCUMENT"));
        }
        let asked = one.get("outputDimensionality");
        let dimensions = asked.map_or(Some(FULL), |asked| {
            asked.as_u64().and_then(|n| usize::try_from(n).ok())
        });
        let least = if model == "gemini-embedding-2" {
            128
        } else {
            1
        };
        let dimensions = dimensions
            .filter(|dimensions| (least..=FULL).contains(dimensions))
            .ok_or_else(|| Refusal::bad("output_dimensionality is out of range"))?;
        Ok(Self { text, dimensions })
    }

    fn vector(&self, second: bool) -> Vec<f32> {
        if second {
            return vectors::vector(without_task(&self.text), self.dimensions);
        }
        let length = if self.dimensions == FULL {
            1.0
        } else {
            CUT_LENGTH
        };
        let vector = vectors::vector(&self.text, self.dimensions);
        vector.iter().map(|x| x * length).collect()
    }
}

/// The second model reads the task in the text and does not take its words for content.
fn without_task(text: &str) -> &str {
    ["task: search result | query: ", "title: none | text: "]
        .iter()
        .find_map(|prefix| text.strip_prefix(prefix))
        .unwrap_or(text)
}
