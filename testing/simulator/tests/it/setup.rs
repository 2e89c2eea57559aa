//! A running simulator with one account on each platform, and short words for its calls.

use std::time::Duration;

use reqwest::Method;
use serde_json::{Value, json};
use simulator::{Options, Platform, Redelivery, Simulator};

use crate::receiver::Receiver;

pub const ACCOUNT: &str = "17841400000000001";
pub const NUMBER: &str = "106540000000001";
pub const WABA: &str = "102290000000001";
pub const IG_TOKEN: &str = "IGAAsimulatedAtelierLumenLongLived";
pub const WA_TOKEN: &str = "EAAsimulatedAtelierLumenSystemUser";

pub struct Story {
    pub sim: Simulator,
    pub app: Receiver,
    pub http: reqwest::Client,
}

/// Options with both accounts subscribed and quick redelivery.
pub fn options() -> Options {
    let mut options = Options::default();
    options.instagram_accounts[0].subscribed = true;
    options.whatsapp_numbers[0].subscribed = true;
    options.redelivery = Redelivery {
        first: Duration::from_millis(10),
        cap: Duration::from_millis(50),
        timeout: Duration::from_secs(5),
    };
    options
}

impl Story {
    pub async fn start() -> Self {
        Self::with(options()).await
    }

    pub async fn with(options: Options) -> Self {
        let app = Receiver::start().await;
        let sim = Simulator::start(options).await.unwrap();
        sim.set_webhook(Platform::Instagram, &app.url);
        sim.set_webhook(Platform::Whatsapp, &app.url);
        Self {
            sim,
            app,
            http: reqwest::Client::builder().no_proxy().build().unwrap(),
        }
    }

    pub async fn call(
        &self,
        method: Method,
        path: &str,
        token: Option<&str>,
        body: Option<Value>,
    ) -> (u16, Value) {
        let mut request = self
            .http
            .request(method, format!("{}{path}", self.sim.url()));
        if let Some(token) = token {
            request = request.bearer_auth(token);
        }
        if let Some(body) = body {
            request = request.json(&body);
        }
        let answer = request.send().await.unwrap();
        let status = answer.status().as_u16();
        let text = answer.text().await.unwrap();
        (
            status,
            serde_json::from_str(&text).unwrap_or(Value::String(text)),
        )
    }

    pub async fn control(&self, path: &str, body: Value) -> Value {
        let (status, answer) = self
            .call(Method::POST, &format!("/_sandbox/{path}"), None, Some(body))
            .await;
        assert_eq!(status, 200, "{path}: {answer}");
        answer
    }

    pub async fn get(&self, path: &str) -> Value {
        self.call(Method::GET, path, None, None).await.1
    }

    pub async fn ig_get(&self, path: &str) -> (u16, Value) {
        let path = format!("/graph.instagram.com/v25.0/{path}");
        self.call(Method::GET, &path, Some(IG_TOKEN), None).await
    }

    pub async fn ig_send(&self, body: Value) -> (u16, Value) {
        let path = "/graph.instagram.com/v25.0/me/messages";
        self.call(Method::POST, path, Some(IG_TOKEN), Some(body))
            .await
    }

    pub async fn ig_text(&self, to: &str, text: &str) -> (u16, Value) {
        self.ig_send(json!({"recipient": {"id": to}, "message": {"text": text}}))
            .await
    }

    pub async fn wa_send(&self, mut body: Value) -> (u16, Value) {
        body["messaging_product"] = "whatsapp".into();
        let path = format!("/graph.facebook.com/v25.0/{NUMBER}/messages");
        self.call(Method::POST, &path, Some(WA_TOKEN), Some(body))
            .await
    }

    pub async fn wa_text(&self, to: &str, text: &str) -> (u16, Value) {
        self.wa_send(json!({"to": to, "type": "text", "text": {"body": text}}))
            .await
    }

    /// A customer writes on Instagram; the message id.
    pub async fn ig_writes(&self, from: &str, text: &str) -> String {
        let path = format!("instagram/{ACCOUNT}/messages");
        let answer = self
            .control(&path, json!({"from": from, "text": text}))
            .await;
        answer["message_id"].as_str().unwrap().to_owned()
    }

    /// A customer writes on WhatsApp; the message id.
    pub async fn wa_writes(&self, from: &str, text: &str) -> String {
        let path = format!("whatsapp/{NUMBER}/messages");
        let answer = self
            .control(&path, json!({"from": from, "text": text}))
            .await;
        answer["message_id"].as_str().unwrap().to_owned()
    }
}
