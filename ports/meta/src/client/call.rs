//! One exchange: the request out, the bounded answer in, usage told, errors classified.

use std::time::Duration;

use bytes::{Bytes, BytesMut};
use reqwest::RequestBuilder;
use reqwest::header::{HeaderMap, RETRY_AFTER};
use serde_json::Value;
use url::Url;

use super::failure::{CallError, TransportError};
use super::{Access, MetaClient};
use crate::error::{ErrorClass, PlatformError};
use crate::usage::{APP_USAGE_HEADER, BUSINESS_USAGE_HEADER, Usage};

/// JSON answers are small; a page of 50 conversations is well below this.
pub(super) const MAX_JSON: usize = 8 * 1024 * 1024;

/// What came back.
pub(super) struct Answer {
    pub(super) status: u16,
    pub(super) content_type: Option<String>,
    /// Where a redirect leads.
    pub(super) location: Option<String>,
    pub(super) body: Bytes,
    usage: Option<Usage>,
    retry_after: Option<Duration>,
}

impl Answer {
    pub(super) fn is_success(&self) -> bool {
        (200..300).contains(&self.status)
    }

    pub(super) fn json(&self) -> Option<Value> {
        serde_json::from_slice(&self.body).ok()
    }

    /// The error this answer is, with the best known time to wait.
    pub(super) fn error(&self) -> PlatformError {
        let mut error = PlatformError::from_body(self.status, &self.body)
            .unwrap_or_else(|| PlatformError::from_status(self.status));
        if error.class() == ErrorClass::RateLimited {
            let regain = self.usage.map(Usage::regain).filter(|wait| !wait.is_zero());
            error.retry_after = self.retry_after.or(regain).or(error.retry_after);
        }
        error
    }

    #[cfg(test)]
    pub(super) fn for_test(status: u16, body: &'static str) -> Self {
        let body = Bytes::from_static(body.as_bytes());
        Self {
            status,
            content_type: None,
            location: None,
            body,
            usage: None,
            retry_after: None,
        }
    }
}

impl MetaClient {
    pub(super) fn get(&self, access: &Access, url: Url) -> RequestBuilder {
        self.http.get(url).bearer_auth(access.token.expose())
    }

    pub(super) fn post(&self, access: &Access, url: Url) -> RequestBuilder {
        self.http.post(url).bearer_auth(access.token.expose())
    }

    /// A call that may be repeated: a read, or a write that twice is like once.
    pub(super) async fn call(
        &self,
        operation: &'static str,
        account_id: &str,
        request: RequestBuilder,
    ) -> Result<Value, CallError> {
        let answer = self
            .exchange(operation, account_id, request, MAX_JSON)
            .await?;
        if !answer.is_success() {
            return Err(answer.error().into());
        }
        let body = answer.json().ok_or(CallError::Incomplete("a JSON body"))?;
        // Some endpoints answer 200 with an error object inside.
        match PlatformError::from_json(answer.status, &body) {
            Some(error) => Err(error.into()),
            None => Ok(body),
        }
    }

    /// Sends a request and reads the whole answer.
    pub(super) async fn exchange(
        &self,
        operation: &'static str,
        account_id: &str,
        request: RequestBuilder,
        max_bytes: usize,
    ) -> Result<Answer, TransportError> {
        let result = self.round_trip(account_id, request, max_bytes).await;
        match &result {
            Ok(answer) if answer.is_success() => {
                tracing::debug!(
                    operation,
                    account_id,
                    status = answer.status,
                    "platform call"
                );
            }
            Ok(answer) => {
                let error = answer.error();
                tracing::warn!(
                    operation,
                    account_id,
                    status = answer.status,
                    error = %error,
                    fbtrace_id = error.fbtrace_id.as_deref(),
                    "platform call refused"
                );
            }
            Err(error) => {
                tracing::warn!(operation, account_id, error = %error, "platform call lost");
            }
        }
        result
    }

    async fn round_trip(
        &self,
        account_id: &str,
        request: RequestBuilder,
        max_bytes: usize,
    ) -> Result<Answer, TransportError> {
        let mut response = request.send().await.map_err(TransportError::of)?;
        let headers = response.headers();
        let usage = Usage::read(
            header(headers, APP_USAGE_HEADER),
            header(headers, BUSINESS_USAGE_HEADER),
        );
        if let (Some(usage), Some(observer)) = (usage, &self.on_usage) {
            observer(account_id, usage);
        }
        let retry_after = header(headers, RETRY_AFTER.as_str())
            .and_then(|seconds| seconds.parse().ok())
            .map(Duration::from_secs);
        let content_type = header(headers, "content-type").map(str::to_owned);
        let location = header(headers, "location").map(str::to_owned);
        let status = response.status().as_u16();

        let mut body = BytesMut::new();
        // Once the head is there the request was written, whatever breaks now.
        while let Some(chunk) = response.chunk().await.map_err(broken_answer)? {
            if body.len().saturating_add(chunk.len()) > max_bytes {
                return Err(TransportError::TooLarge);
            }
            body.extend_from_slice(&chunk);
        }
        Ok(Answer {
            status,
            content_type,
            location,
            body: body.freeze(),
            usage,
            retry_after,
        })
    }
}

fn broken_answer(error: reqwest::Error) -> TransportError {
    match TransportError::of(error) {
        TransportError::NotSent(cause) => TransportError::Lost(cause),
        other => other,
    }
}

fn header<'a>(headers: &'a HeaderMap, name: &str) -> Option<&'a str> {
    headers.get(name)?.to_str().ok()
}
