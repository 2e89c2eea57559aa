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
    OutOfCredit,
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
    /// Not one result for each text that was given.
    #[error("the model's provider answered {got} of {wanted} texts")]
    WrongCount {
        /// How many texts were given.
        wanted: usize,
        /// How many results came.
        got: usize,
    },
    /// Vectors of another length than was asked for.
    #[error("the model makes vectors of {got} numbers where {wanted} are needed")]
    WrongDimension {
        /// The length that was asked for.
        wanted: usize,
        /// The length that came.
        got: usize,
    },
}

impl Error {
    /// A stable word for records and metrics.
    pub fn class(&self) -> &'static str {
        match self {
            Self::RateLimited { .. } => "rate_limited",
            Self::OutOfCredit => "no_credit",
            Self::Auth => "auth",
            Self::ModelNotFound => "model_not_found",
            Self::Transient(_) => "transient",
            Self::Timeout => "timeout",
            Self::Refused { .. } => "refused",
            Self::Malformed(_) => "malformed",
            Self::WrongCount { .. } => "wrong_count",
            Self::WrongDimension { .. } => "wrong_dimension",
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

/// The error object of a provider: OpenAI's code is a string or null, OpenRouter's and Google's an
/// integer.
#[derive(Debug, Deserialize, Default)]
pub(crate) struct Wire {
    #[serde(default)]
    code: Value,
    #[serde(default, rename = "type")]
    kind: Value,
    #[serde(default)]
    param: Value,
    /// Google's word for the error, such as `PERMISSION_DENIED`.
    #[serde(default)]
    status: Value,
    /// Google's particulars: reasons and how long to wait.
    #[serde(default)]
    details: Vec<Value>,
}

impl Wire {
    /// The object under `error`, when there is one; some servers send a bare string.
    pub(crate) fn find(body: &Value) -> Option<Self> {
        Self::of(body.get("error")?)
    }

    /// The object itself, unless it is null.
    pub(crate) fn of(error: &Value) -> Option<Self> {
        match error {
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
        let google = self.status.as_str().unwrap_or_default();
        let named = |word: &str| code == word || kind == word || google == word;
        let status = match code.parse() {
            Ok(number) => number,
            Err(_) if http >= 400 => http,
            Err(_) if named("rate_limit_exceeded") => 429,
            Err(_) if named("invalid_request_error") => 400,
            Err(_) => 500,
        };
        if named("insufficient_quota") {
            return Error::OutOfCredit;
        }
        if named("model_not_found") {
            return Error::ModelNotFound;
        }
        let refused = ["invalid_api_key", "UNAUTHENTICATED", "PERMISSION_DENIED"];
        if refused.into_iter().any(named) || self.says("reason", "API_KEY_INVALID") {
            return Error::Auth;
        }
        match status {
            401 => Error::Auth,
            402 => Error::OutOfCredit,
            404 => Error::ModelNotFound,
            429 => Error::RateLimited {
                retry_after: retry_after.or_else(|| self.retry_delay()),
            },
            408 | 409 | 425 | 500.. => Error::Transient(format!("status {status}")),
            _ => Error::Refused {
                status,
                parameter: self.param.as_str().map(str::to_owned),
            },
        }
    }

    fn says(&self, name: &str, value: &str) -> bool {
        let mut values = self.details.iter().filter_map(|detail| detail.get(name));
        values.any(|found| found == value)
    }

    /// Google's `RetryInfo`: seconds with an `s` behind them (`google.rpc.RetryInfo`).
    fn retry_delay(&self) -> Option<Duration> {
        let delay = self.details.iter().find_map(|d| d.get("retryDelay"))?;
        let seconds = delay.as_str()?.strip_suffix('s')?.parse().ok()?;
        Duration::try_from_secs_f64(seconds).ok()
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
    fn google_names_its_errors_in_its_own_way() {
        let error = |code: u16, status: &str, detail: Value| {
            let body = json!({"error": {"code": code, "status": status, "details": [detail]}});
            Wire::find(&body).unwrap().classify(code, None)
        };
        let key = json!({"@type": "type.googleapis.com/google.rpc.ErrorInfo", "reason": "API_KEY_INVALID"});
        assert_eq!(error(400, "INVALID_ARGUMENT", key), Error::Auth);
        assert_eq!(error(403, "PERMISSION_DENIED", json!({})), Error::Auth);
        assert_eq!(error(404, "NOT_FOUND", json!({})), Error::ModelNotFound);
        let wait =
            json!({"@type": "type.googleapis.com/google.rpc.RetryInfo", "retryDelay": "17.5s"});
        assert_eq!(
            error(429, "RESOURCE_EXHAUSTED", wait),
            Error::RateLimited {
                retry_after: Some(Duration::from_millis(17_500))
            }
        );
        let nonsense = json!({"retryDelay": "-1e99s"});
        assert_eq!(
            error(429, "RESOURCE_EXHAUSTED", nonsense),
            Error::RateLimited { retry_after: None }
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
