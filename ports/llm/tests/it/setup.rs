//! The simulated vendors, and short words for what is asked of them.

use std::path::PathBuf;
use std::time::Duration;

use kernel::Secret;
use llm::{
    Answer, ChatRequest, Client, EmbeddingEndpoint, EmbeddingKind, EmbeddingTask, Embeddings,
    Endpoint, Error, MODERATION_MODEL, Message, Moderation, Patience,
};
use serde_json::{Value, json};
use simulator::{FaultKind, NewFault, Options, Simulator};

pub const LONG: Duration = Duration::from_secs(20);

pub struct Vendors {
    pub simulator: Simulator,
    pub client: Client,
    http: reqwest::Client,
}

impl Vendors {
    pub async fn start() -> Self {
        Self {
            simulator: Simulator::start(Options::default()).await.unwrap(),
            client: Client::new().unwrap(),
            http: reqwest::Client::new(),
        }
    }

    /// Starts, with rules for what the models answer.
    pub async fn scripted(rules: Value) -> Self {
        let vendors = Self::start().await;
        vendors.script(rules).await;
        vendors
    }

    pub async fn script(&self, rules: Value) {
        let address = format!("{}/_sandbox/llm/script", self.simulator.url());
        let answer = self.http.put(address).json(&rules).send().await.unwrap();
        assert_eq!(answer.status(), 200, "{}", answer.text().await.unwrap());
    }

    /// The bodies of the requests that the vendors received.
    pub async fn requests(&self, operation: &str) -> Vec<Value> {
        let base = self.simulator.url();
        let address = format!("{base}/_sandbox/llm/calls?operation={operation}");
        let answer = self.http.get(address).send().await.unwrap();
        let calls: Value = serde_json::from_str(&answer.text().await.unwrap()).unwrap();
        let items = calls["items"].as_array().unwrap().iter();
        items.map(|call| call["request"].clone()).collect()
    }

    pub fn fail_once(&self, operation: &str, kind: FaultKind, delay_ms: Option<u64>) {
        let fault = NewFault {
            operation: operation.to_owned(),
            kind,
            times: Some(1),
            probability: None,
            account_id: None,
            delay_ms,
        };
        self.simulator.add_fault(fault).unwrap();
    }

    pub fn openai(&self) -> Endpoint {
        endpoint(&self.simulator.openai_url())
    }

    pub fn openrouter(&self) -> Endpoint {
        endpoint(&self.simulator.openrouter_url())
    }

    pub fn vectors(
        &self,
        kind: EmbeddingKind,
        model: &str,
        dimensions: usize,
    ) -> EmbeddingEndpoint {
        let base = match kind {
            EmbeddingKind::OpenAi => self.simulator.openai_url(),
            EmbeddingKind::Gemini => self.simulator.gemini_url(),
        };
        EmbeddingEndpoint {
            kind,
            base_url: base.parse().unwrap(),
            key: Secret::new("key"),
            model: model.to_owned(),
            dimensions,
        }
    }

    pub fn gemini(&self) -> EmbeddingEndpoint {
        self.vectors(EmbeddingKind::Gemini, "gemini-embedding-001", 768)
    }

    pub async fn chat(&self, endpoint: &Endpoint, request: &ChatRequest) -> Result<Answer, Error> {
        self.client.chat(endpoint, request, LONG).await
    }

    pub async fn embed(
        &self,
        endpoint: &EmbeddingEndpoint,
        task: EmbeddingTask,
        texts: &[&str],
    ) -> Result<Embeddings, Error> {
        self.client.embed(endpoint, task, texts, LONG).await
    }

    pub async fn moderate(&self, texts: &[&str]) -> Result<Moderation, Error> {
        self.client
            .moderate(&self.openai(), MODERATION_MODEL, texts, LONG)
            .await
    }

    /// Asks for a stream; what was heard, and how it ended.
    pub async fn listen(
        &self,
        endpoint: &Endpoint,
        request: &ChatRequest,
        patience: Patience,
    ) -> (Vec<String>, Result<Answer, Error>) {
        let mut heard = Vec::new();
        let hear = |text: &str| heard.push(text.to_owned());
        let client = self.client.clone();
        let ended = client.chat_stream(endpoint, request, patience, hear).await;
        (heard, ended)
    }
}

pub fn patience() -> Patience {
    Patience {
        overall: LONG,
        idle: LONG,
    }
}

pub fn endpoint(base: &str) -> Endpoint {
    Endpoint {
        base_url: base.parse().unwrap(),
        key: Secret::new("key"),
        public_only: false,
    }
}

pub fn asking(text: &str) -> ChatRequest {
    ChatRequest {
        model: "first".to_owned(),
        messages: vec![Message::User {
            content: text.into(),
        }],
        ..ChatRequest::default()
    }
}

/// A recording out of the fixtures.
pub fn recording(name: &str) -> Value {
    serde_json::from_slice(&std::fs::read(fixtures().join(name)).unwrap()).unwrap()
}

pub fn fixtures() -> PathBuf {
    PathBuf::from(env!("CARGO_MANIFEST_DIR")).join("../../testing/fixtures")
}

/// A rule that answers every request of this kind with a recording.
pub fn replay(operation: &str, recorded: &Value) -> Value {
    let replay = match recorded.get("lines") {
        Some(lines) => json!({ "lines": lines }),
        None => json!({ "body": recorded }),
    };
    json!([{"operation": operation, "replay": replay}])
}
