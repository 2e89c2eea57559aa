//! Somebody who uses the API beside the shop's owner.

use reqwest::{Method, StatusCode};
use serde_json::{Value, json};

use crate::story::Story;

pub const PASSWORD: &str = "a long enough password";

/// A signed-in caller: a person, or a program with a key.
pub struct Person<'a> {
    story: &'a Story,
    pub token: String,
    refresh: Value,
}

/// Somebody new with a workspace of their own.
pub async fn register<'a>(story: &'a Story, email: &str) -> Person<'a> {
    let body = json!({ "email": email, "password": PASSWORD, "name": "Noor Haddad" });
    let (status, answer) = story
        .ask(Method::POST, "/api/auth/register", Some(&body))
        .await;
    assert_eq!(status, StatusCode::CREATED, "{answer}");
    Person::of(story, &answer)
}

impl<'a> Person<'a> {
    fn of(story: &'a Story, answer: &Value) -> Self {
        Self {
            story,
            token: answer["access_token"].as_str().unwrap().to_owned(),
            refresh: answer["refresh_token"].clone(),
        }
    }

    pub async fn sign_in(story: &'a Story, email: &str) -> Self {
        let body = json!({ "email": email, "password": PASSWORD });
        let (status, answer) = story
            .ask(Method::POST, "/api/auth/login", Some(&body))
            .await;
        assert_eq!(status, StatusCode::OK, "{answer}");
        Self::of(story, &answer)
    }

    /// A program that holds this key.
    pub fn with_key(story: &'a Story, key: &str) -> Self {
        Self {
            story,
            token: key.to_owned(),
            refresh: Value::Null,
        }
    }

    pub async fn refresh(&self) -> (StatusCode, Value) {
        let body = json!({ "refresh_token": self.refresh });
        self.story
            .ask(Method::POST, "/api/auth/refresh", Some(&body))
            .await
    }

    pub async fn get(&self, path: &str) -> (StatusCode, Value) {
        self.send(Method::GET, path, None).await
    }

    pub async fn post(&self, path: &str, body: &Value) -> (StatusCode, Value) {
        self.send(Method::POST, path, Some(body)).await
    }

    pub async fn put(&self, path: &str, body: &Value) -> (StatusCode, Value) {
        self.send(Method::PUT, path, Some(body)).await
    }

    pub async fn delete(&self, path: &str) -> (StatusCode, Value) {
        self.send(Method::DELETE, path, None).await
    }

    async fn send(&self, method: Method, path: &str, body: Option<&Value>) -> (StatusCode, Value) {
        let address = format!("{}{path}", self.story.url);
        let mut request = self
            .story
            .http
            .request(method, address)
            .bearer_auth(&self.token);
        if let Some(body) = body {
            request = request.json(body);
        }
        let answer = request.send().await.unwrap();
        let status = answer.status();
        (status, answer.json().await.unwrap_or_default())
    }
}
