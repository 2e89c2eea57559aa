//! What went wrong, in the one form of the API.

use std::collections::BTreeMap;
use std::error::Error;
use std::fmt;

use axum::response::{IntoResponse, Response};
use chrono::SecondsFormat;
use db::DbError;
use http::{HeaderValue, StatusCode, header};
use kernel::Clock;
use serde::Serialize;

tokio::task_local! {
    /// The id of the request that is being answered.
    pub(crate) static REQUEST_ID: String;
}

/// What went wrong with a request. As an answer it is JSON; page routes turn it into a page.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Problem {
    /// The HTTP status.
    pub status: StatusCode,
    /// What programs tell it apart by, in `UPPER_SNAKE`.
    pub code: &'static str,
    /// A sentence for people, in English.
    pub message: String,
    /// What is wrong with which field.
    pub fields: BTreeMap<String, String>,
    /// After how many seconds it makes sense to try again.
    pub retry_after: Option<u64>,
}

impl Problem {
    /// A problem of this kind.
    pub fn new(status: StatusCode, code: &'static str, message: impl Into<String>) -> Self {
        Self {
            status,
            code,
            message: message.into(),
            fields: BTreeMap::new(),
            retry_after: None,
        }
    }

    /// 400: the request makes no sense.
    pub fn bad_request(message: impl Into<String>) -> Self {
        Self::new(StatusCode::BAD_REQUEST, "BAD_REQUEST", message)
    }

    /// 401: nobody is signed in.
    pub fn unauthorized() -> Self {
        let message = "Sign in, or send a valid token or API key.";
        Self::new(StatusCode::UNAUTHORIZED, "UNAUTHORIZED", message)
    }

    /// 403: the caller may not do this.
    pub fn forbidden(message: impl Into<String>) -> Self {
        Self::new(StatusCode::FORBIDDEN, "FORBIDDEN", message)
    }

    /// 404: there is no such thing, or it is none of the caller's business.
    pub fn not_found() -> Self {
        Self::new(
            StatusCode::NOT_FOUND,
            "NOT_FOUND",
            "There is no such thing here.",
        )
    }

    /// 409: it does not fit the present state; the code says why.
    pub fn conflict(code: &'static str, message: impl Into<String>) -> Self {
        Self::new(StatusCode::CONFLICT, code, message)
    }

    /// 413: more than is taken in.
    pub fn too_large() -> Self {
        let message = "The request is larger than what is accepted.";
        Self::new(StatusCode::PAYLOAD_TOO_LARGE, "TOO_LARGE", message)
    }

    /// 422: fields with what is wrong with each.
    pub fn invalid<N: Into<String>, R: fmt::Display>(
        fields: impl IntoIterator<Item = (N, R)>,
    ) -> Self {
        let message = "Some fields are not valid.";
        let mut problem = Self::new(
            StatusCode::UNPROCESSABLE_ENTITY,
            "VALIDATION_FAILED",
            message,
        );
        let fields = fields.into_iter();
        problem.fields = fields
            .map(|(name, reason)| (name.into(), reason.to_string()))
            .collect();
        problem
    }

    /// 429: too often; `retry_after` in seconds.
    pub fn too_many(retry_after: u64) -> Self {
        let message = "Too many requests. Try again later.";
        let mut problem = Self::new(StatusCode::TOO_MANY_REQUESTS, "RATE_LIMITED", message);
        problem.retry_after = Some(retry_after);
        problem
    }

    /// 500: our fault. The error goes to the log with its causes and nowhere else.
    pub fn internal(error: &(dyn Error + 'static)) -> Self {
        tracing::error!(error = %Causes(error), "a request failed");
        Self::broken()
    }

    /// 500: the parts of the product don't fit together; the sentence goes to the log.
    pub(crate) fn wiring(what: &str) -> Self {
        tracing::error!("{what}");
        Self::broken()
    }

    pub(crate) fn broken() -> Self {
        let message = "Something went wrong on our side.";
        Self::new(StatusCode::INTERNAL_SERVER_ERROR, "INTERNAL_ERROR", message)
    }

    /// 503: something that is needed can't be reached at the moment.
    pub fn unavailable(message: impl Into<String>) -> Self {
        let mut problem = Self::new(StatusCode::SERVICE_UNAVAILABLE, "UNAVAILABLE", message);
        problem.retry_after = Some(5);
        problem
    }

    /// The same problem with a word about a field.
    #[must_use]
    pub fn with_field(mut self, name: impl Into<String>, reason: impl fmt::Display) -> Self {
        self.fields.insert(name.into(), reason.to_string());
        self
    }
}

/// The body of every error.
#[derive(Debug, Serialize, utoipa::ToSchema)]
#[schema(as = Problem)]
pub(crate) struct ProblemBody {
    detail: ProblemDetail,
}

#[derive(Debug, Serialize, utoipa::ToSchema)]
struct ProblemDetail {
    /// What programs tell it apart by.
    error_code: String,
    /// A sentence for people.
    message: String,
    /// When it happened, RFC 3339.
    timestamp: String,
    /// The request's id, also in the `X-Request-Id` header and in the log.
    request_id: String,
    /// What is wrong with which field.
    fields: BTreeMap<String, String>,
}

impl IntoResponse for Problem {
    fn into_response(self) -> Response {
        let now = Clock::System.now();
        let body = ProblemBody {
            detail: ProblemDetail {
                error_code: self.code.to_owned(),
                message: self.message.clone(),
                timestamp: now.to_rfc3339_opts(SecondsFormat::Micros, true),
                request_id: REQUEST_ID.try_with(Clone::clone).unwrap_or_default(),
                fields: self.fields.clone(),
            },
        };
        let mut response = (self.status, axum::Json(body)).into_response();
        let headers = response.headers_mut();
        if self.status == StatusCode::UNAUTHORIZED {
            let scheme = HeaderValue::from_static("Bearer");
            headers.insert(header::WWW_AUTHENTICATE, scheme);
        }
        if let Some(seconds) = self.retry_after {
            headers.insert(header::RETRY_AFTER, HeaderValue::from(seconds));
        }
        response.extensions_mut().insert(self);
        response
    }
}

impl fmt::Display for Problem {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(&self.message)
    }
}

impl Error for Problem {}

impl From<DbError> for Problem {
    fn from(error: DbError) -> Self {
        if error.is_unavailable() {
            tracing::warn!(error = %Causes(&error), "the database can't be reached");
            return Self::unavailable("The service can't answer at the moment.");
        }
        if matches!(error, DbError::Unstorable) {
            return Self::new(
                StatusCode::UNPROCESSABLE_ENTITY,
                "UNSTORABLE_TEXT",
                "A text holds a character that can't be stored (NUL).",
            );
        }
        Self::internal(&error)
    }
}

/// An error with its causes on one line.
struct Causes<'a>(&'a (dyn Error + 'static));

impl fmt::Display for Causes<'_> {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "{}", self.0)?;
        let mut next = self.0.source();
        while let Some(cause) = next {
            write!(f, ": {cause}")?;
            next = cause.source();
        }
        Ok(())
    }
}
