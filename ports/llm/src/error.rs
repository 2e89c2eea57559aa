//! What can go wrong with a model, told apart by what helps.

use std::time::Duration;

use serde::Deserialize;
use serde_json::Value;

/// Why there is no answer. The provider's own words are left out: they may quote the customer.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
pub enum Error {
    /// Too many requests; trying later helps.
    #[error("the model's provider asks to slow down")]
    RateLimited {
        /// How long the provider asks to wait.
        retry_after: Option<Duration>,
    },
    /// The account at the provider has no credit left; only a person can help.
    #[error("the account at the model's provider has no credit")]
    NoCredit,
    /// The key is wrong.
    #[error("the model's provider refuses the key")]
    Auth,
    /// The provider has no such model.
    #[error("the provider does not have this model")]
    ModelNotFound,
    /// The provider is broken or unreachable for the moment.
    #[error("the model's provider can't be reached or is broken ({0})")]
    Transient(String),
    /// No answer within the time that was given.
    #[error("the model took too long")]
    Timeout,
    /// The provider refuses this request; the same one again won't help.
    #[error("the model's provider refuses the request (status {status})")]
    Refused {
        /// The HTTP status, or the code inside the answer.
        status: u16,
        /// The field that was refused, when the provider names one.
        parameter: Option<String>,
    },
    /// Something came back that is no answer.
    #[error("the model's provider sent something that is no answer: {0}")]
    Malformed(&'static str),
}

impl Error {
    /// A stable word for records and metrics.
    pub fn class(&self) -> &'static str {
        match self {
            Self::RateLimited { .. } => "rate_limited",
            Self::NoCredit => "no_credit",
            Self::Auth => "auth",
            Self::ModelNotFound => "model_not_found",
            Self::Transient(_) => "transient",
            Self::Timeout => "timeout",
            Self::Refused { .. } => "refused",
            Self::Malformed(_) => "malformed",
        }
    }

    /// Whether the same request can succeed later.
    pub fn is_passing(&self) -> bool {
        matches!(
            self,
            Self::RateLimited { .. } | Self::Transient(_) | Self::Timeout
        )
    }

    /// Whether another model of the same provider may do better.
    pub(crate) fn another_model_may_help(&self) -> bool {
        self.is_passing() || matches!(self, Self::ModelNotFound | Self::Malformed(_))
    }
}

/// The error object of a provider: OpenAI's code is a string or null, OpenRouter's an integer.
#[derive(Debug, Deserialize, Default)]
pub(crate) struct Wire {
    #[serde(default)]
    code: Value,
    #[serde(default, rename = "type")]
    kind: Value,
    #[serde(default)]
    param: Value,
}

impl Wire {
    /// The object under `error`, when there is one; some servers send a bare string.
    pub(crate) fn find(body: &Value) -> Option<Self> {
        match body.get("error")? {
            Value::Null => None,
            object @ Value::Object(_) => {
                Some(serde_json::from_value(object.clone()).unwrap_or_default())
            }
            _ => Some(Self::default()),
        }
    }

    /// The class, from the HTTP status and what the object says.
    pub(crate) fn classify(&self, http: u16, retry_after: Option<Duration>) -> Error {
        let code = match &self.code {
            Value::Number(number) => number.to_string(),
            Value::String(text) => text.clone(),
            _ => String::new(),
        };
        let kind = self.kind.as_str().unwrap_or_default();
        let named = |word: &str| code == word || kind == word;
        let status = match code.parse() {
            Ok(number) => number,
            Err(_) if http >= 400 => http,
            Err(_) if named("rate_limit_exceeded") => 429,
            Err(_) if named("invalid_request_error") => 400,
            Err(_) => 500,
        };
        if named("insufficient_quota") {
            return Error::NoCredit;
        }
        if named("model_not_found") {
            return Error::ModelNotFound;
        }
        if named("invalid_api_key") {
            return Error::Auth;
        }
        match status {
            401 => Error::Auth,
            402 => Error::NoCredit,
            404 => Error::ModelNotFound,
            429 => Error::RateLimited { retry_after },
            408 | 409 | 425 | 500.. => Error::Transient(format!("status {status}")),
            _ => Error::Refused {
                status,
                parameter: self.param.as_str().map(str::to_owned),
            },
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use serde_json::json;

    fn class(http: u16, body: Value) -> &'static str {
        Wire::find(&body)
            .unwrap_or_default()
            .classify(http, None)
            .class()
    }

    #[test]
    fn codes_may_be_integers_strings_or_absent() {
        assert_eq!(class(200, json!({"error": {"code": 429}})), "rate_limited");
        assert_eq!(class(200, json!({"error": {"code": "502"}})), "transient");
        assert_eq!(class(402, json!({"error": {"code": 402}})), "no_credit");
        let quota = json!({"error": {"type": "insufficient_quota", "code": "insufficient_quota"}});
        assert_eq!(class(429, quota), "no_credit");
        assert_eq!(class(401, json!({"error": {"code": null}})), "auth");
        assert_eq!(class(404, json!("nothing")), "model_not_found");
        assert_eq!(class(400, json!({"error": "bad"})), "refused");
        assert_eq!(class(529, json!({})), "transient");
        assert_eq!(
            class(200, json!({"error": {"code": "server_error"}})),
            "transient"
        );
    }

    #[test]
    fn the_refused_field_is_named() {
        let body =
            json!({"error": {"message": "…", "param": "temperature", "code": "unsupported_value"}});
        assert_eq!(
            Wire::find(&body).unwrap().classify(400, None),
            Error::Refused {
                status: 400,
                parameter: Some("temperature".to_owned())
            }
        );
    }
}
