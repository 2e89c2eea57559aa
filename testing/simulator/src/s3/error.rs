//! Refusals in S3's dress.

use axum::body::Body;
use axum::http::{HeaderValue, Response, StatusCode};

/// A refusal: the status, the code that machines read, and a sentence.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct S3Error {
    pub status: StatusCode,
    pub code: &'static str,
    pub message: &'static str,
}

const fn error(status: StatusCode, code: &'static str, message: &'static str) -> S3Error {
    S3Error {
        status,
        code,
        message,
    }
}

pub const ACCESS_DENIED: S3Error = error(StatusCode::FORBIDDEN, "AccessDenied", "Access Denied");
pub const UNKNOWN_KEY: S3Error = error(
    StatusCode::FORBIDDEN,
    "InvalidAccessKeyId",
    "The AWS Access Key Id you provided does not exist in our records.",
);
pub const WRONG_SIGNATURE: S3Error = error(
    StatusCode::FORBIDDEN,
    "SignatureDoesNotMatch",
    "The request signature we calculated does not match the signature you provided.",
);
pub const WRONG_TIME: S3Error = error(
    StatusCode::FORBIDDEN,
    "RequestTimeTooSkewed",
    "The difference between the request time and the current time is too large.",
);
pub const MALFORMED_SIGNATURE: S3Error = error(
    StatusCode::BAD_REQUEST,
    "AuthorizationHeaderMalformed",
    "The authorization header is malformed.",
);
pub const WRONG_HASH: S3Error = error(
    StatusCode::BAD_REQUEST,
    "XAmzContentSHA256Mismatch",
    "The provided 'x-amz-content-sha256' header does not match what was computed.",
);
pub const NO_BUCKET: S3Error = error(
    StatusCode::NOT_FOUND,
    "NoSuchBucket",
    "The specified bucket does not exist",
);
pub const NO_KEY: S3Error = error(
    StatusCode::NOT_FOUND,
    "NoSuchKey",
    "The specified key does not exist.",
);
pub const CONDITION: S3Error = error(
    StatusCode::PRECONDITION_FAILED,
    "PreconditionFailed",
    "At least one of the pre-conditions you specified did not hold",
);
pub const TOO_LARGE: S3Error = error(
    StatusCode::BAD_REQUEST,
    "EntityTooLarge",
    "Your proposed upload exceeds the maximum allowed size",
);
pub const NOT_IMPLEMENTED: S3Error = error(
    StatusCode::NOT_IMPLEMENTED,
    "NotImplemented",
    "A header or query you provided implies functionality that is not implemented",
);

impl S3Error {
    pub fn response(self, resource: &str) -> Response<Body> {
        let text = format!(
            "<Error><Code>{}</Code><Message>{}</Message><Resource>{}</Resource></Error>",
            self.code,
            escape(self.message),
            escape(resource),
        );
        xml(self.status, &text)
    }
}

/// An answer in XML.
pub fn xml(status: StatusCode, text: &str) -> Response<Body> {
    let text = format!("<?xml version=\"1.0\" encoding=\"UTF-8\"?>\n{text}");
    let mut response = Response::new(Body::from(text));
    *response.status_mut() = status;
    let kind = HeaderValue::from_static("application/xml");
    response.headers_mut().insert("content-type", kind);
    response
}

/// Text between tags.
pub fn escape(text: &str) -> String {
    text.replace('&', "&amp;")
        .replace('<', "&lt;")
        .replace('>', "&gt;")
}
