//! An application's webhook door: keeps what arrives and answers as told.

use std::sync::{Arc, Mutex};
use std::time::Duration;

use axum::Router;
use axum::extract::{Query, State};
use axum::http::{HeaderMap, StatusCode};
use axum::routing::get;
use bytes::Bytes;
use serde_json::Value;
use tokio::sync::Notify;

/// One delivery.
#[derive(Clone, Debug)]
pub struct Delivery {
    pub signature: Option<String>,
    pub bytes: Bytes,
}

impl Delivery {
    pub fn json(&self) -> Value {
        serde_json::from_slice(&self.bytes).unwrap()
    }

    /// The `messaging[0]` item or the `changes[0].value`.
    pub fn item(&self) -> Value {
        let entry = self.json()["entry"][0].clone();
        if entry["messaging"].is_array() {
            entry["messaging"][0].clone()
        } else {
            entry["changes"][0]["value"].clone()
        }
    }
}

#[derive(Default)]
struct Inner {
    all: Mutex<Vec<Delivery>>,
    refusals: Mutex<u32>,
    arrived: Notify,
}

/// The application.
#[derive(Clone)]
pub struct Receiver {
    pub url: String,
    inner: Arc<Inner>,
}

impl Receiver {
    pub async fn start() -> Self {
        let listener = tokio::net::TcpListener::bind("127.0.0.1:0").await.unwrap();
        let url = format!("http://{}/hook", listener.local_addr().unwrap());
        let inner = Arc::new(Inner::default());
        let app = Router::new()
            .route("/hook", get(verify).post(take))
            .with_state(inner.clone());
        tokio::spawn(async move { axum::serve(listener, app).await.unwrap() });
        Self { url, inner }
    }

    /// Answers 500 to the next `count` deliveries.
    pub fn refuse(&self, count: u32) {
        *self.inner.refusals.lock().unwrap() = count;
    }

    pub fn all(&self) -> Vec<Delivery> {
        self.inner.all.lock().unwrap().clone()
    }

    /// Waits for `count` accepted deliveries in total.
    pub async fn wait(&self, count: usize) -> Vec<Delivery> {
        tokio::time::timeout(Duration::from_secs(20), async {
            loop {
                let arrived = self.inner.arrived.notified();
                if self.all().len() >= count {
                    return self.all();
                }
                arrived.await;
            }
        })
        .await
        .unwrap_or_else(|_| panic!("{count} deliveries expected, got {:#?}", self.all()))
    }
}

async fn verify(
    Query(query): Query<std::collections::HashMap<String, String>>,
) -> (StatusCode, String) {
    let right = query
        .get("hub.verify_token")
        .is_some_and(|token| token == "open-sesame")
        && query
            .get("hub.mode")
            .is_some_and(|mode| mode == "subscribe");
    if right {
        (StatusCode::OK, query["hub.challenge"].clone())
    } else {
        (StatusCode::FORBIDDEN, String::new())
    }
}

async fn take(State(inner): State<Arc<Inner>>, headers: HeaderMap, bytes: Bytes) -> StatusCode {
    {
        let mut refusals = inner.refusals.lock().unwrap();
        if *refusals > 0 {
            *refusals -= 1;
            return StatusCode::INTERNAL_SERVER_ERROR;
        }
    }
    let signature = headers
        .get("x-hub-signature-256")
        .map(|value| value.to_str().unwrap().to_owned());
    inner
        .all
        .lock()
        .unwrap()
        .push(Delivery { signature, bytes });
    inner.arrived.notify_one();
    StatusCode::OK
}
