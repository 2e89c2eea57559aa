//! One call over HTTP: the key in its place, the status read, the answer bounded.

use std::time::Duration;

use kernel::Secret;
use reqwest::{RequestBuilder, Response, StatusCode, header};
use serde::Serialize;

use crate::error::Wire;
use crate::{Client, Error};

/// The largest answer of words that is read, in bytes.
pub(crate) const MAX_ANSWER: usize = 4 * 1024 * 1024;
/// The largest error that is read, in bytes.
const MAX_ERROR: usize = 64 * 1024;

/// What is called.
pub(crate) struct Address<'a> {
    pub(crate) url: String,
    /// Empty for a server that wants none.
    pub(crate) key: &'a Secret,
    /// The header that carries the key; as a bearer token when absent.
    pub(crate) key_header: Option<&'static str>,
    /// Whether only public addresses may be reached.
    pub(crate) public_only: bool,
}

impl Client {
    /// Posts JSON; the body of the success.
    pub(crate) async fn post(
        &self,
        to: &Address<'_>,
        body: &impl Serialize,
        most: usize,
    ) -> Result<Vec<u8>, Error> {
        read(self.open(to, body).await?, most).await
    }

    /// Posts JSON; the success with its body still to be read.
    pub(crate) async fn open(
        &self,
        to: &Address<'_>,
        body: &impl Serialize,
    ) -> Result<Response, Error> {
        send(self.way(to)?.post(&to.url).json(body), to).await
    }

    /// The connections that may lead there.
    fn way(&self, to: &Address<'_>) -> Result<&reqwest::Client, Error> {
        if !to.public_only {
            return Ok(&self.http);
        }
        let closed = || Error::Transient("no way to servers of others".to_owned());
        self.guarded.as_ref().ok_or_else(closed)
    }

    /// Gets; the body of the success.
    pub(crate) async fn get(&self, to: &Address<'_>, most: usize) -> Result<Vec<u8>, Error> {
        read(send(self.way(to)?.get(&to.url), to).await?, most).await
    }
}

async fn send(mut call: RequestBuilder, to: &Address<'_>) -> Result<Response, Error> {
    if !to.key.is_empty() {
        call = match to.key_header {
            Some(name) => call.header(name, to.key.expose()),
            None => call.bearer_auth(to.key.expose()),
        };
    }
    let response = call.send().await.map_err(|e| unreachable_server(&e))?;
    let status = response.status();
    if status == StatusCode::OK {
        return Ok(response);
    }
    if !status.is_client_error() && !status.is_server_error() {
        return Err(Error::Malformed("an unexpected status"));
    }
    let retry_after = retry_after(&response);
    let bytes = match read(response, MAX_ERROR).await {
        Ok(bytes) => bytes,
        // The status alone says enough.
        Err(Error::Malformed(_)) => Vec::new(),
        Err(error) => return Err(error),
    };
    let body = serde_json::from_slice(&bytes).unwrap_or_default();
    let wire = Wire::find(&body).unwrap_or_default();
    Err(wire.classify(status.as_u16(), retry_after))
}

pub(crate) fn unreachable_server(error: &reqwest::Error) -> Error {
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
fn retry_after(response: &Response) -> Option<Duration> {
    let text = response.headers().get(header::RETRY_AFTER)?.to_str().ok()?;
    text.trim().parse().ok().map(Duration::from_secs)
}

/// Reads a body of at most this many bytes.
pub(crate) async fn read(mut response: Response, most: usize) -> Result<Vec<u8>, Error> {
    let mut all = Vec::new();
    while let Some(chunk) = response.chunk().await.map_err(|e| unreachable_server(&e))? {
        all.extend_from_slice(&chunk);
        if all.len() > most {
            return Err(Error::Malformed("too long"));
        }
    }
    Ok(all)
}
