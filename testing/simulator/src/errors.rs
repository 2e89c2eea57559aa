//! The Graph API's error object.

use serde_json::{Value, json};

/// What a platform refuses, with the code that says why.
#[derive(Clone, Debug)]
pub struct GraphError {
    /// The HTTP status of the answer.
    pub http: u16,
    pub kind: &'static str,
    pub code: i32,
    pub subcode: Option<u32>,
    pub message: String,
    pub transient: bool,
    /// WhatsApp's `error_data.details`.
    pub details: Option<String>,
}

impl GraphError {
    pub fn new(http: u16, code: i32, message: impl Into<String>) -> Self {
        Self {
            http,
            kind: "OAuthException",
            code,
            subcode: None,
            message: message.into(),
            transient: false,
            details: None,
        }
    }

    pub fn subcode(mut self, subcode: u32) -> Self {
        self.subcode = Some(subcode);
        self
    }

    pub fn kind(mut self, kind: &'static str) -> Self {
        self.kind = kind;
        self
    }

    pub fn transient(mut self) -> Self {
        self.transient = true;
        self
    }

    pub fn details(mut self, details: impl Into<String>) -> Self {
        self.details = Some(details.into());
        self
    }

    /// A parameter that is missing or wrong.
    pub fn parameter(message: impl AsRef<str>) -> Self {
        Self::new(400, 100, format!("(#100) {}", message.as_ref()))
    }

    /// An object that doesn't exist, or not for this token.
    pub fn unknown_object(id: &str) -> Self {
        Self::new(
            400,
            100,
            format!(
                "Unsupported request. Object with ID '{id}' does not exist, cannot be loaded due \
                 to missing permissions, or does not support this operation"
            ),
        )
        .kind("GraphMethodException")
        .subcode(33)
    }

    /// A path nobody serves.
    pub fn unknown_path(path: &str) -> Self {
        Self::new(400, 2500, format!("Unknown path components: /{path}"))
    }

    /// A token that is missing, unknown or made for another host.
    pub fn token(http: u16, message: &str) -> Self {
        Self::new(http, 190, message)
    }

    /// A token past its time.
    pub fn expired(http: u16) -> Self {
        Self::token(http, "Error validating access token: Session has expired").subcode(463)
    }

    /// The error object as the platform writes it.
    pub fn body(&self, trace: &str, whatsapp: bool) -> Value {
        let mut error = json!({
            "message": self.message,
            "type": self.kind,
            "code": self.code,
        });
        if let Some(fields) = error.as_object_mut() {
            if let Some(subcode) = self.subcode {
                fields.insert("error_subcode".into(), subcode.into());
            }
            if self.transient {
                fields.insert("is_transient".into(), true.into());
            }
            if let Some(details) = &self.details {
                let mut data = json!({"details": details});
                if let (true, Some(data)) = (whatsapp, data.as_object_mut()) {
                    data.insert("messaging_product".into(), "whatsapp".into());
                }
                fields.insert("error_data".into(), data);
            }
            fields.insert("fbtrace_id".into(), trace.into());
        }
        json!({ "error": error })
    }
}
