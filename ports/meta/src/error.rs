//! What went wrong at the platform, classified once for the whole product.

mod problem;
mod table;
#[cfg(test)]
mod tests;

use std::fmt;
use std::time::Duration;

use serde::Serialize;
use serde_json::Value;

pub use problem::Problem;

use crate::read::PieceError;

/// What an error means for the work at hand.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash, Serialize)]
#[serde(rename_all = "snake_case")]
pub enum ErrorClass {
    /// Passes by itself: try again later, with growing pauses.
    Transient,
    /// An allowance is used up: wait.
    RateLimited,
    /// The token is dead: pause the account and ask to reconnect.
    Token,
    /// The customer's window is closed: wait for the customer, or a person answers.
    WindowClosed,
    /// This request will never be taken.
    Rejected,
    /// A permission, review or registration is missing: the owner must act.
    Permission,
    /// The platform stopped the account or the content: stop, and tell a person.
    Policy,
    /// A code nobody has described. Not tried again by itself.
    Unknown,
}

impl ErrorClass {
    /// The name in columns, logs and metrics.
    pub const fn as_str(self) -> &'static str {
        match self {
            Self::Transient => "transient",
            Self::RateLimited => "rate_limited",
            Self::Token => "token",
            Self::WindowClosed => "window_closed",
            Self::Rejected => "rejected",
            Self::Permission => "permission",
            Self::Policy => "policy",
            Self::Unknown => "unknown",
        }
    }

    /// Whether the same request can succeed later without anybody acting.
    pub const fn passes_by_itself(self) -> bool {
        matches!(self, Self::Transient | Self::RateLimited)
    }
}

impl fmt::Display for ErrorClass {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(self.as_str())
    }
}

/// An error a platform answered with.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct PlatformError {
    /// What it is.
    pub problem: Problem,
    /// HTTP status; absent for errors that came in a webhook.
    pub http_status: Option<u16>,
    /// `error.code`.
    pub code: Option<i64>,
    /// `error.error_subcode`, when not 0.
    pub subcode: Option<i64>,
    /// The platform's words, for logs.
    pub message: String,
    /// `error.error_data.details` or `error.error_user_msg`.
    pub details: Option<String>,
    /// Id that the platform's support asks for.
    pub fbtrace_id: Option<String>,
    /// How long to wait before the next try, when the platform or its documentation says.
    pub retry_after: Option<Duration>,
}

impl PlatformError {
    /// Reads an answer that is not a success. `None` when the body holds no error object.
    pub fn from_body(http_status: u16, body: &[u8]) -> Option<Self> {
        let body: Value = serde_json::from_slice(body).ok()?;
        Self::from_json(http_status, &body)
    }

    pub(crate) fn from_json(http_status: u16, body: &Value) -> Option<Self> {
        use crate::read::json::{at, flag, id, text, whole};
        let error = at(body, "error");
        if !error.is_object() {
            return Self::flat(http_status, body);
        }
        let code = whole(error, "code");
        let subcode = whole(error, "error_subcode").filter(|subcode| *subcode != 0);
        let is_transient = flag(error, "is_transient") == Some(true);
        Some(Self {
            http_status: Some(http_status),
            message: text(error, "message").unwrap_or_default(),
            details: text(at(error, "error_data"), "details")
                .or_else(|| text(error, "error_user_msg")),
            fbtrace_id: id(error, "fbtrace_id"),
            ..Self::classified(Some(http_status), code, subcode, is_transient)
        })
    }

    /// Instagram's token endpoint answers without the `error` envelope.
    fn flat(http_status: u16, body: &Value) -> Option<Self> {
        use crate::read::json::{text, whole};
        let message = text(body, "error_message")?;
        let problem = match text(body, "error_type").as_deref() {
            Some("OAuthException") => Problem::LoginFailed,
            _ => Problem::BadRequest,
        };
        Some(Self {
            problem,
            http_status: Some(http_status),
            code: whole(body, "code"),
            message,
            ..Self::default()
        })
    }

    /// An answer without an error object, told by its status alone.
    pub fn from_status(http_status: u16) -> Self {
        Self {
            message: format!("HTTP {http_status} without an error object"),
            ..Self::classified(Some(http_status), None, None, false)
        }
    }

    fn classified(
        http_status: Option<u16>,
        code: Option<i64>,
        subcode: Option<i64>,
        is_transient: bool,
    ) -> Self {
        let problem = table::classify(http_status, code, subcode, is_transient);
        Self {
            problem,
            http_status,
            code,
            subcode,
            retry_after: problem.usual_wait(),
            ..Self::default()
        }
    }

    /// What it means for the work at hand.
    pub const fn class(&self) -> ErrorClass {
        self.problem.class()
    }

    /// A stable key, so that a page can say it in another language.
    pub const fn key(&self) -> &'static str {
        self.problem.key()
    }

    /// What happened and what to do, for people.
    pub const fn for_people(&self) -> &'static str {
        self.problem.for_people()
    }

    /// Whether this answer to a write proves that nothing was written.
    ///
    /// The platform refuses with 4xx (throttles too, which are HTTP 400). With 5xx it may have
    /// failed after the deed, unless the code is one that names a refusal.
    pub fn proves_nothing_happened(&self) -> bool {
        match self.http_status {
            Some(408 | 499) => false,
            Some(400..=499) => true,
            _ => self.problem.is_refusal(),
        }
    }
}

impl From<&PieceError> for PlatformError {
    /// An error that a webhook reports later, with the codes of the API.
    fn from(error: &PieceError) -> Self {
        Self {
            message: error.title.clone().unwrap_or_default(),
            details: error.details.clone(),
            ..Self::classified(None, Some(error.code), None, false)
        }
    }
}

impl fmt::Display for PlatformError {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "the platform answered {}", self.key())?;
        if let Some(code) = self.code {
            write!(f, " (code {code}")?;
            if let Some(subcode) = self.subcode {
                write!(f, "/{subcode}")?;
            }
            f.write_str(")")?;
        }
        Ok(())
    }
}

impl std::error::Error for PlatformError {}
