//! Customers, people of the business, and what the platforms saw of them.

use serde_json::{Value, json};
use simulator::{Call, FaultKind, NewFault};

use super::Story;

/// A platform's name, as the control API and the webhooks have it.
pub type Platform = &'static str;

/// The shop's account there.
pub fn account_of(platform: &str) -> &'static str {
    match platform {
        "instagram" => "17841400000000001",
        _ => "106540000000001",
    }
}

impl Story {
    /// Tells the simulator to do something.
    pub async fn sandbox(&self, path: &str, body: &Value) -> Value {
        let address = format!("{}/_sandbox/{path}", self.simulator.url());
        let request = if path == "llm/script" {
            self.http.put(address)
        } else {
            self.http.post(address)
        };
        let answer = request.json(body).send().await.unwrap();
        let status = answer.status();
        let body: Value = answer.json().await.unwrap();
        assert!(status.is_success(), "{path}: {status} {body}");
        body
    }

    /// A raw body at the door, correctly signed; the door's status. A door that had to wait for the
    /// journal is told again, as the platforms do.
    pub async fn webhook(&self, platform: &str, body: &[u8]) -> u64 {
        let address = format!("{}/_sandbox/webhooks/{platform}", self.simulator.url());
        let mut status = 503;
        for _ in 0..5 {
            let request = self.http.post(&address).body(body.to_vec());
            let answer: Value = request.send().await.unwrap().json().await.unwrap();
            status = answer["status"].as_u64().unwrap();
            if status != 503 {
                break;
            }
        }
        status
    }

    /// From now on the platforms tell nothing by themselves.
    pub fn lose_webhooks(&self) {
        self.always_fails("webhook", FaultKind::LostWebhook);
    }

    /// From now on the platforms tell nothing of what they are asked for by its id.
    pub fn reads_fail(&self) {
        self.always_fails("read_object", FaultKind::ServerError);
    }

    fn always_fails(&self, operation: &str, kind: FaultKind) {
        let fault = NewFault {
            operation: operation.to_owned(),
            kind,
            times: None,
            probability: Some(1.0),
            account_id: None,
            delay_ms: None,
        };
        self.simulator.add_fault(fault).unwrap();
    }

    /// A customer writes; the platform's id of the message.
    pub async fn customer(&self, platform: &str, from: &str, text: &str) -> String {
        let path = format!("{platform}/{}/messages", account_of(platform));
        let answer = self
            .sandbox(&path, &json!({ "from": from, "text": text }))
            .await;
        answer["message_id"].as_str().unwrap().to_owned()
    }

    /// Somebody of the business answers in the platform's own app.
    pub async fn native_reply(&self, platform: &str, to: &str, text: &str) {
        let path = format!("{platform}/{}/echo", account_of(platform));
        self.sandbox(&path, &json!({ "to": to, "text": text }))
            .await;
    }

    /// The owner answers in the product.
    pub async fn human_reply(&self, conversation: &Value, text: &str) {
        let id = conversation["id"].as_str().unwrap();
        let path = format!("/api/conversations/{id}/messages");
        self.post(&path, &json!({ "text": text })).await;
    }

    /// The messages that the platforms took from the product for a customer, in order.
    pub fn replies_to(&self, customer: &str) -> Vec<Call> {
        self.simulator
            .calls(0)
            .into_iter()
            .filter(|call| call.operation == "send_message" && call.performed)
            .filter(|call| call.target.trim_start_matches('+') == customer)
            .collect()
    }

    /// The words of those messages.
    pub fn words_to(&self, customer: &str) -> Vec<String> {
        let words = |call: &Call| {
            ["/message/text", "/text/body"]
                .iter()
                .find_map(|at| call.body.pointer(at)?.as_str())
                .unwrap_or_default()
                .to_owned()
        };
        self.replies_to(customer).iter().map(words).collect()
    }

    /// Puts a model of the simulator behind the agent, in this mode.
    pub async fn with_a_model(&self, mode: &str) {
        let settings = json!({
            "mode": mode,
            "base_url": self.simulator.openai_url(),
            "model": "simulated/first",
        });
        self.put(
            "/api/ai-settings",
            &json!({ "settings": settings, "api_key": "sk-story" }),
        )
        .await;
    }

    /// What the model answers, as rules of the simulator.
    pub async fn model_answers(&self, rules: Value) {
        self.sandbox("llm/script", &rules).await;
    }

    /// Lets the model's answers go that are held back.
    pub async fn release_the_model(&self) {
        self.sandbox("llm/release", &json!({})).await;
    }

    /// Every request that the model received.
    pub async fn model_calls(&self) -> Vec<Value> {
        self.provider_calls("chat").await
    }

    /// What providers of models were asked by this operation: chat, models, moderations, ….
    pub async fn provider_calls(&self, operation: &str) -> Vec<Value> {
        let address = format!(
            "{}/_sandbox/llm/calls?operation={operation}",
            self.simulator.url()
        );
        let answer = self.http.get(address).send().await.unwrap();
        let answer: Value = answer.json().await.unwrap();
        answer["items"].as_array().unwrap().clone()
    }

    /// Waits until the model was asked this often.
    pub async fn model_was_asked(&self, times: usize) {
        self.until("the model is asked", async || {
            self.model_calls().await.len() >= times
        })
        .await;
    }
}
