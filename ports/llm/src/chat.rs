//! Asking a model, in one piece or in pieces as they come.

use std::time::Duration;

use tokio::time::timeout;

use crate::call::MAX_ANSWER;
use crate::request::Body;
use crate::stream::{self, Listener};
use crate::turns::Turns;
use crate::{Answer, ChatRequest, Client, Endpoint, Error, Piece};

const COMPLETIONS: &str = "/chat/completions";

/// How long an answer in pieces may take.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Patience {
    /// For all of it, fallbacks included.
    pub overall: Duration,
    /// For the next piece. What only keeps the connection open is no piece.
    pub idle: Duration,
}

impl Client {
    /// Asks the model, then its fallbacks, all within this time: one that keeps silent leaves the
    /// others their share.
    pub async fn chat(
        &self,
        endpoint: &Endpoint,
        request: &ChatRequest,
        within: Duration,
    ) -> Result<Answer, Error> {
        let mut failure = Error::ModelNotFound;
        let mut turns = Turns::new(request, within);
        while let Some((model, share)) = turns.next() {
            if share.is_zero() {
                return Err(Error::Timeout);
            }
            let asked = timeout(share, self.ask(endpoint, request, model)).await;
            match asked.unwrap_or(Err(Error::Timeout)) {
                Ok(answer) => return Ok(answer),
                Err(error) => failure = noted(error),
            }
            if !failure.another_model_may_help() {
                break;
            }
        }
        Err(failure)
    }

    /// Asks as [`Client::chat`] does, and gives every piece of text to `on_text` as it comes. The
    /// answer at the end is the same that `chat` gives. Once a piece was given out no other model
    /// is asked, so that two answers never mix; an error after that leaves half an answer.
    pub async fn chat_stream(
        &self,
        endpoint: &Endpoint,
        request: &ChatRequest,
        patience: Patience,
        mut on_text: impl FnMut(&str) + Send,
    ) -> Result<Answer, Error> {
        let listener = Listener::new(move |piece: Piece<'_>| {
            let text = piece.text();
            if let Some(text) = text {
                on_text(text);
            }
            text.is_some()
        });
        self.listen(endpoint, request, patience, listener).await
    }

    /// The same, and the parts of the tool calls are given, too.
    pub async fn chat_pieces(
        &self,
        endpoint: &Endpoint,
        request: &ChatRequest,
        patience: Patience,
        mut on_piece: impl FnMut(Piece<'_>) + Send,
    ) -> Result<Answer, Error> {
        let listener = Listener::new(move |piece: Piece<'_>| {
            on_piece(piece);
            true
        });
        self.listen(endpoint, request, patience, listener).await
    }

    async fn listen(
        &self,
        endpoint: &Endpoint,
        request: &ChatRequest,
        patience: Patience,
        mut listener: Listener<impl FnMut(Piece<'_>) -> bool + Send>,
    ) -> Result<Answer, Error> {
        let mut failure = Error::ModelNotFound;
        let mut turns = Turns::new(request, patience.overall);
        while let Some((model, share)) = turns.next() {
            if share.is_zero() {
                return Err(Error::Timeout);
            }
            let asked = self.follow(endpoint, request, model, patience.idle, &mut listener);
            match timeout(share, asked).await.unwrap_or(Err(Error::Timeout)) {
                Ok(answer) => return Ok(answer),
                Err(error) => failure = noted(error),
            }
            if listener.heard() || !failure.another_model_may_help() {
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
        let to = endpoint.at(COMPLETIONS);
        let mut body = Body::new(request, model, endpoint.modern_limit());
        loop {
            match self.post(&to, &body, MAX_ANSWER).await {
                Ok(bytes) => return Answer::read(&bytes),
                Err(error) => without_refused(&mut body, error)?,
            }
        }
    }

    async fn follow(
        &self,
        endpoint: &Endpoint,
        request: &ChatRequest,
        model: &str,
        idle: Duration,
        listener: &mut Listener<impl FnMut(Piece<'_>) -> bool + Send>,
    ) -> Result<Answer, Error> {
        let to = endpoint.at(COMPLETIONS);
        let mut body = Body::new(request, model, endpoint.modern_limit()).streamed();
        loop {
            let opened = timeout(idle, self.open(&to, &body)).await;
            match opened.unwrap_or(Err(Error::Timeout)) {
                Ok(response) => return stream::follow(response, idle, listener).await,
                Err(error) => without_refused(&mut body, error)?,
            }
        }
    }
}

/// Leaves out the field that a refusal names; every other failure stays one.
fn without_refused(body: &mut Body<'_>, error: Error) -> Result<(), Error> {
    match error {
        Error::Refused {
            status: 400,
            parameter: Some(ref name),
        } if body.without(name) => Ok(()),
        other => Err(other),
    }
}

fn noted(error: Error) -> Error {
    tracing::debug!(class = error.class(), "a model did not answer");
    error
}

#[cfg(test)]
mod tests {
    use super::*;
    use kernel::Secret;

    #[tokio::test]
    async fn a_server_that_is_not_there_is_a_passing_failure() {
        let endpoint = Endpoint {
            base_url: "http://127.0.0.1:9/v1".parse().unwrap(),
            key: Secret::default(),
            public_only: false,
        };
        let client = Client::new().unwrap();
        let error = client
            .chat(&endpoint, &ChatRequest::default(), Duration::from_secs(5))
            .await
            .unwrap_err();
        assert!(error.is_passing());
    }
}
