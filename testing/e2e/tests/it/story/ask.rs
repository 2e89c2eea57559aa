//! Asking the product's API as the owner.

use reqwest::{Method, StatusCode};
use serde_json::{Value, json};

use super::{EMAIL, PASSWORD, Story};

impl Story {
    pub(super) async fn sign_in(&self) -> String {
        let address = format!("{}/api/auth/login", self.url);
        let answer = self
            .http
            .post(address)
            .json(&credentials())
            .send()
            .await
            .unwrap();
        let answer: Value = answer.json().await.unwrap();
        answer["access_token"].as_str().unwrap().to_owned()
    }

    /// One request; its status and its body (null when it is no JSON).
    pub async fn ask(
        &self,
        method: Method,
        path: &str,
        body: Option<&Value>,
    ) -> (StatusCode, Value) {
        let address = format!("{}{path}", self.url);
        let mut request = self.http.request(method, address).bearer_auth(&self.token);
        if let Some(body) = body {
            request = request.json(body);
        }
        let answer = request.send().await.unwrap();
        let status = answer.status();
        let bytes = answer.bytes().await.unwrap();
        (status, serde_json::from_slice(&bytes).unwrap_or_default())
    }

    /// Reads.
    pub async fn get(&self, path: &str) -> Value {
        self.done(Method::GET, path, None).await
    }

    /// What a page says, in HTML.
    pub async fn page(&self, path: &str) -> String {
        let request = self.http.get(format!("{}{path}", self.url));
        let answer = request.bearer_auth(&self.token).send().await.unwrap();
        assert_eq!(answer.status(), StatusCode::OK, "{path}");
        answer.text().await.unwrap()
    }

    /// A page as somebody with this language sees it.
    pub async fn page_in(&self, path: &str, language: &str) -> String {
        let request = self.http.get(format!("{}{path}", self.url));
        let request = request.bearer_auth(&self.token);
        let request = request.header("Cookie", format!("locale={language}"));
        request.send().await.unwrap().text().await.unwrap()
    }

    /// Does something.
    pub async fn post(&self, path: &str, body: &Value) -> Value {
        self.done(Method::POST, path, Some(body)).await
    }

    /// Replaces something.
    pub async fn put(&self, path: &str, body: &Value) -> Value {
        self.done(Method::PUT, path, Some(body)).await
    }

    async fn done(&self, method: Method, path: &str, body: Option<&Value>) -> Value {
        let (status, answer) = self.ask(method.clone(), path, body).await;
        assert!(status.is_success(), "{method} {path}: {status} {answer}");
        answer
    }

    /// The decisions, the newest first.
    pub async fn decisions(&self) -> Vec<Value> {
        let list = self.get("/api/decisions?limit=100").await;
        list["items"].as_array().unwrap().clone()
    }

    /// The one decision about a message with these words in it.
    pub async fn decision_about(&self, words: &str) -> Value {
        let about = |decision: &Value| {
            decision["message_text"]
                .as_str()
                .is_some_and(|text| text.contains(words))
        };
        let mut found: Vec<Value> = self.decisions().await.into_iter().filter(about).collect();
        assert_eq!(found.len(), 1, "decisions about {words:?}: {found:#?}");
        found.remove(0)
    }

    /// The figures that the product counts of itself.
    pub async fn metrics(&self) -> String {
        let answer = self.http.get(format!("{}/metrics", self.url)).send().await;
        answer.unwrap().text().await.unwrap()
    }

    /// The access token of the owner.
    pub fn token(&self) -> &str {
        &self.token
    }
}

/// What the owner signs in with.
pub fn credentials() -> Value {
    json!({ "email": EMAIL, "password": PASSWORD })
}

/// The answer is an error in the one form of the API.
pub fn is_an_error((status, body): &(StatusCode, Value), wanted: StatusCode, code: &str) {
    assert_eq!(*status, wanted, "{body}");
    let detail = &body["detail"];
    assert_eq!(detail["error_code"], code, "{body}");
    for key in ["message", "timestamp", "request_id"] {
        assert!(
            detail[key].as_str().is_some_and(|text| !text.is_empty()),
            "{key}: {body}"
        );
    }
    let at = detail["timestamp"].as_str().unwrap();
    assert!(chrono::DateTime::parse_from_rfc3339(at).is_ok(), "{at}");
}

/// The lines of the figures that count answers with a 5xx. A door that had to wait for the journal says
/// so, and is told again: that is no failure.
pub fn failures(metrics: &str) -> Vec<&str> {
    let counts = |line: &&str| line.starts_with("http_") && line.contains("status=\"5");
    let again = |line: &&str| line.contains("route=\"/webhooks") && line.contains("status=\"503");
    metrics
        .lines()
        .filter(counts)
        .filter(|line| !again(line))
        .collect()
}
