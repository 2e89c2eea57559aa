//! `POST /models/{model}:batchEmbedContents` (Gemini API, `v1beta`).

use serde::{Deserialize, Serialize};
use serde_json::Value;

use super::{Batch, EmbeddingEndpoint, EmbeddingTask};
use crate::call::Address;
use crate::error::Wire;
use crate::{Client, Error, Usage};

#[derive(Debug, Serialize)]
struct Request<'a> {
    requests: Vec<Single<'a>>,
}

/// One text: several parts in one content would become one vector.
#[derive(Debug, Serialize)]
#[serde(rename_all = "camelCase")]
struct Single<'a> {
    model: &'a str,
    content: Content,
    #[serde(skip_serializing_if = "Option::is_none")]
    task_type: Option<&'static str>,
    output_dimensionality: usize,
}

#[derive(Debug, Serialize)]
struct Content {
    parts: [Part; 1],
}

#[derive(Debug, Serialize)]
struct Part {
    text: String,
}

#[derive(Deserialize)]
#[serde(rename_all = "camelCase")]
struct Answer {
    #[serde(default)]
    error: Value,
    embeddings: Option<Vec<Values>>,
    usage_metadata: Option<UsageMetadata>,
}

#[derive(Deserialize)]
struct Values {
    #[serde(default)]
    values: Vec<f32>,
}

#[derive(Deserialize)]
#[serde(rename_all = "camelCase")]
struct UsageMetadata {
    #[serde(default)]
    prompt_token_count: i32,
}

impl Client {
    pub(super) async fn embed_gemini(
        &self,
        endpoint: &EmbeddingEndpoint,
        task: EmbeddingTask,
        texts: &[&str],
    ) -> Result<Batch, Error> {
        let name = endpoint.model.trim_start_matches("models/");
        let mut url = endpoint.base_url.clone();
        url.path_segments_mut()
            .map_err(|()| Error::ModelNotFound)?
            .pop_if_empty()
            .extend(["models", &format!("{name}:batchEmbedContents")]);
        let to = Address {
            url: url.into(),
            key: &endpoint.key,
            key_header: Some("x-goog-api-key"),
            public_only: false,
        };
        let model = format!("models/{name}");
        let single = |text: &&str| single(&model, task, text, endpoint.dimensions);
        let body = Request {
            requests: texts.iter().map(single).collect(),
        };
        let most = endpoint.largest_answer(texts.len());
        read(&self.post(&to, &body, most).await?)
    }
}

fn single<'a>(model: &'a str, task: EmbeddingTask, text: &str, dimensions: usize) -> Single<'a> {
    // The second model takes the task in the text, as Google's clients do it.
    let (task_type, text) = match (model.contains("gemini-embedding-2"), task) {
        (false, EmbeddingTask::Query) => (Some("RETRIEVAL_QUERY"), text.to_owned()),
        (false, EmbeddingTask::Document) => (Some("RETRIEVAL_DOCUMENT"), text.to_owned()),
        (true, EmbeddingTask::Query) => (None, format!("task: search result | query: {text}")),
        (true, EmbeddingTask::Document) => (None, format!("title: none | text: {text}")),
    };
    Single {
        model,
        content: Content {
            parts: [Part { text }],
        },
        task_type,
        output_dimensionality: dimensions,
    }
}

fn read(body: &[u8]) -> Result<Batch, Error> {
    let answer: Answer =
        serde_json::from_slice(body).map_err(|_| Error::Malformed("no embeddings"))?;
    if let Some(error) = Wire::of(&answer.error) {
        return Err(error.classify(200, None));
    }
    let embeddings = answer.embeddings.ok_or(Error::Malformed("no embeddings"))?;
    Ok(Batch {
        vectors: embeddings.into_iter().map(|e| e.values).collect(),
        usage: Usage {
            prompt_tokens: answer
                .usage_metadata
                .map_or(0, |usage| usage.prompt_token_count),
            ..Usage::default()
        },
    })
}

#[cfg(test)]
mod tests {
    use super::*;
    use serde_json::json;

    fn request(model: &str, task: EmbeddingTask) -> Value {
        serde_json::to_value(single(model, task, "hello", 768)).unwrap()
    }

    #[test]
    fn the_first_model_is_told_the_task_beside_the_text() {
        let wire = request("models/gemini-embedding-001", EmbeddingTask::Query);
        assert_eq!(
            wire,
            json!({
                "model": "models/gemini-embedding-001",
                "content": {"parts": [{"text": "hello"}]},
                "taskType": "RETRIEVAL_QUERY",
                "outputDimensionality": 768,
            })
        );
        let wire = request("models/gemini-embedding-001", EmbeddingTask::Document);
        assert_eq!(wire["taskType"], "RETRIEVAL_DOCUMENT");
    }

    #[test]
    fn the_second_model_is_told_the_task_in_the_text_as_it_was_recorded() {
        let recorded: Value = serde_json::from_slice(include_bytes!(
            "../../../../testing/fixtures/gemini/request_2_document_prefix.json"
        ))
        .unwrap();
        let mut wire = request("models/gemini-embedding-2", EmbeddingTask::Document);
        wire.as_object_mut().unwrap().remove("outputDimensionality");
        assert_eq!(wire, recorded["requests"][0]);
        let query = request("models/gemini-embedding-2", EmbeddingTask::Query);
        let text = "task: search result | query: hello";
        assert_eq!(query["content"]["parts"][0]["text"], text);
        assert_eq!(query.get("taskType"), None);
    }
}
