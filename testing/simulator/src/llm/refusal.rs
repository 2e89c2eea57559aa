//! Errors in the vendors' shapes.

use axum::body::Body;
use axum::http::{HeaderValue, Response};
use serde_json::{Value, json};

use crate::graph::answer::json_response;
use crate::llm::Vendor;

/// Why a vendor does not answer.
#[derive(Clone, Debug)]
pub struct Refusal {
    pub status: u16,
    pub message: String,
    /// The field that is wrong.
    pub param: Option<&'static str>,
    /// A body instead of the vendor's own.
    pub body: Option<Box<Value>>,
    /// Seconds.
    pub retry_after: Option<u32>,
}

impl Refusal {
    pub fn new(status: u16, message: impl Into<String>) -> Self {
        Self {
            status,
            message: message.into(),
            param: None,
            body: None,
            retry_after: None,
        }
    }

    /// A request that is wrong.
    pub fn bad(message: impl Into<String>) -> Self {
        Self::new(400, message)
    }

    pub fn param(mut self, name: &'static str) -> Self {
        self.param = Some(name);
        self
    }

    pub fn retry_after(mut self, seconds: Option<u32>) -> Self {
        self.retry_after = seconds;
        self
    }

    /// The answer that leaves.
    pub fn response(&self, vendor: Vendor) -> Response<Body> {
        let shaped = || Box::new(self.shaped(vendor));
        let body = self.body.clone().unwrap_or_else(shaped);
        let mut response = json_response(self.status, &body);
        // Google says it in the body only.
        if let (Some(seconds), Vendor::Openai | Vendor::Openrouter) = (self.retry_after, vendor) {
            response
                .headers_mut()
                .insert("retry-after", HeaderValue::from(seconds));
        }
        response
    }

    fn shaped(&self, vendor: Vendor) -> Value {
        match vendor {
            Vendor::Openai => self.openai(),
            Vendor::Openrouter => json!({
                "error": {"code": self.status, "message": self.message},
                "user_id": "user_simulated",
            }),
            Vendor::Gemini => self.google(),
        }
    }

    fn openai(&self) -> Value {
        let (kind, code) = match self.status {
            401 => ("invalid_request_error", json!("invalid_api_key")),
            404 => ("invalid_request_error", json!("model_not_found")),
            429 => ("requests", json!("rate_limit_exceeded")),
            500.. => ("server_error", Value::Null),
            _ => ("invalid_request_error", Value::Null),
        };
        json!({"error": {"message": self.message, "type": kind, "param": self.param, "code": code}})
    }

    fn google(&self) -> Value {
        let status = match self.status {
            400 => "INVALID_ARGUMENT",
            401 => "UNAUTHENTICATED",
            403 => "PERMISSION_DENIED",
            404 => "NOT_FOUND",
            429 => "RESOURCE_EXHAUSTED",
            503 => "UNAVAILABLE",
            _ => "INTERNAL",
        };
        let mut error = json!({"code": self.status, "message": self.message, "status": status});
        if let (Some(seconds), Some(fields)) = (self.retry_after, error.as_object_mut()) {
            let retry = json!({
                "@type": "type.googleapis.com/google.rpc.RetryInfo",
                "retryDelay": format!("{seconds}s"),
            });
            fields.insert("details".into(), json!([retry]));
        }
        json!({ "error": error })
    }
}
