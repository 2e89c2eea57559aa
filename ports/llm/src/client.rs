//! The call itself.

use std::time::{Duration, Instant};

use kernel::Secret;
use reqwest::{StatusCode, header};
use url::Url;

use crate::error::Wire;
use crate::request::Body;
use crate::{Answer, ChatRequest, Error};

/// The largest answer that is read.
const MAX_ANSWER: usize = 4 * 1024 * 1024;

/// Where a model is reached.
#[derive(Debug, Clone)]
pub struct Endpoint {
    /// Up to and including the version, like `https://openrouter.ai/api/v1`.
    pub base_url: Url,
    /// The key; empty for a server that wants none.
    pub key: Secret,
}

impl Endpoint {
    fn completions(&self) -> String {
        format!(
            "{}/chat/completions",
            self.base_url.as_str().trim_end_matches('/')
        )
    }

    /// OpenAI itself deprecated `max_tokens`; compatible servers often know nothing else.
    fn modern_limit(&self) -> bool {
        self.base_url.host_str() == Some("api.openai.com")
    }
}

/// The HTTP client could not be made.
#[derive(Debug, thiserror::Error)]
#[error("the HTTP client for models could not be made")]
pub struct BuildError(#[from] reqwest::Error);

/// Speaks with any OpenAI-compatible server.
#[derive(Debug, Clone)]
pub struct Client {
    http: reqwest::Client,
}

impl Client {
    /// A client; connections are kept and shared by its clones. Redirects are not followed, so
    /// that a key only goes where it was meant for.
    pub fn new() -> Result<Self, BuildError> {
        let http = reqwest::Client::builder()
            .redirect(reqwest::redirect::Policy::none())
            // One connection for each call: one that died in silence takes no other down.
            .http1_only()
            .connect_timeout(Duration::from_secs(5))
            .user_agent("socialsync")
            .build()?;
        Ok(Self { http })
    }

    /// Asks the model, then its fallbacks, all within this time: one that keeps silent leaves the
    /// others their share.
    pub async fn chat(
        &self,
        endpoint: &Endpoint,
        request: &ChatRequest,
        within: Duration,
    ) -> Result<Answer, Error> {
        let start = Instant::now();
        let mut failure = Error::ModelNotFound;
        let mut waiting = u32::try_from(request.fallback_models.len()).unwrap_or(u32::MAX);
        for model in std::iter::once(&request.model).chain(&request.fallback_models) {
            let left = within.saturating_sub(start.elapsed());
            if left.is_zero() {
                return Err(Error::Timeout);
            }
            let share = left / waiting.saturating_add(1);
            waiting = waiting.saturating_sub(1);
            let asked = tokio::time::timeout(share, self.ask(endpoint, request, model)).await;
            match asked.unwrap_or(Err(Error::Timeout)) {
                Ok(answer) => return Ok(answer),
                Err(error) => {
                    tracing::debug!(class = error.class(), "a model did not answer");
                    failure = error;
                }
            }
            if !failure.another_model_may_help() {
                break;
            }
        }
        Err(failure)
    }

    /// Asks one model; a field that the server names as not supported is left out once.
    async fn ask(
        &self,
        endpoint: &Endpoint,
        request: &ChatRequest,
        model: &str,
    ) -> Result<Answer, Error> {
        let mut body = Body::new(request, model, endpoint.modern_limit());
        loop {
            match self.post(endpoint, &body).await {
                Err(Error::Refused {
                    status: 400,
                    parameter: Some(name),
                }) if body.without(&name) => {}
                other => return other,
            }
        }
    }

    async fn post(&self, endpoint: &Endpoint, body: &Body<'_>) -> Result<Answer, Error> {
        let mut call = self.http.post(endpoint.completions()).json(body);
        if !endpoint.key.is_empty() {
            call = call.bearer_auth(endpoint.key.expose());
        }
        let response = call.send().await.map_err(|e| unreachable_server(&e))?;
        let status = response.status();
        let retry_after = retry_after(&response);
        let bytes = read(response).await?;
        if status == StatusCode::OK {
            return Answer::read(&bytes);
        }
        if !status.is_client_error() && !status.is_server_error() {
            return Err(Error::Malformed("an unexpected status"));
        }
        let body = serde_json::from_slice(&bytes).unwrap_or_default();
        let wire = Wire::find(&body).unwrap_or_default();
        Err(wire.classify(status.as_u16(), retry_after))
    }
}

fn unreachable_server(error: &reqwest::Error) -> Error {
    if error.is_timeout() {
        Error::Timeout
    } else {
        let what = if error.is_connect() {
            "no connection"
        } else {
            "connection broken"
        };
        Error::Transient(what.to_owned())
    }
}

/// The wait that the provider asks for, in whole seconds.
fn retry_after(response: &reqwest::Response) -> Option<Duration> {
    let text = response.headers().get(header::RETRY_AFTER)?.to_str().ok()?;
    text.trim().parse().ok().map(Duration::from_secs)
}

async fn read(mut response: reqwest::Response) -> Result<Vec<u8>, Error> {
    let mut all = Vec::new();
    while let Some(chunk) = response.chunk().await.map_err(|e| unreachable_server(&e))? {
        all.extend_from_slice(&chunk);
        if all.len() > MAX_ANSWER {
            return Err(Error::Malformed("too long"));
        }
    }
    Ok(all)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_path_is_added_with_one_slash() {
        for base in ["http://127.0.0.1:1/v1", "http://127.0.0.1:1/v1/"] {
            let endpoint = Endpoint {
                base_url: base.parse().unwrap(),
                key: Secret::default(),
            };
            assert_eq!(
                endpoint.completions(),
                "http://127.0.0.1:1/v1/chat/completions"
            );
        }
    }

    #[tokio::test]
    async fn a_server_that_is_not_there_is_a_passing_failure() {
        let endpoint = Endpoint {
            base_url: "http://127.0.0.1:9/v1".parse().unwrap(),
            key: Secret::default(),
        };
        let client = Client::new().unwrap();
        let error = client
            .chat(&endpoint, &ChatRequest::default(), Duration::from_secs(5))
            .await
            .unwrap_err();
        assert!(error.is_passing());
    }
}
