//! An answer that comes in pieces.

mod assembly;
mod events;

use std::time::Duration;

use reqwest::{Response, header};
use tokio::time::{Instant, timeout_at};

use crate::call::{MAX_ANSWER, read, unreachable_server};
use crate::{Answer, Error, Piece};
use assembly::Assembly;
use events::Events;

/// Who is given the pieces and says whether one was given on, and whether any was yet.
pub(crate) struct Listener<F> {
    on_piece: F,
    heard: bool,
}

impl<F: FnMut(Piece<'_>) -> bool + Send> Listener<F> {
    pub(crate) fn new(on_piece: F) -> Self {
        Self {
            on_piece,
            heard: false,
        }
    }

    pub(crate) fn heard(&self) -> bool {
        self.heard
    }

    fn tell(&mut self, piece: Piece<'_>) {
        let (Piece::Text(words) | Piece::Arguments { part: words, .. }) = piece;
        if !words.is_empty() {
            self.heard |= (self.on_piece)(piece);
        }
    }
}

/// Reads the stream to its end; each piece has to come within `idle` of the one before.
pub(crate) async fn follow(
    mut response: Response,
    idle: Duration,
    listener: &mut Listener<impl FnMut(Piece<'_>) -> bool + Send>,
) -> Result<Answer, Error> {
    if !is_stream(&response) {
        return whole(response, idle, listener).await;
    }
    let mut events = Events::default();
    let mut assembly = Assembly::default();
    let mut received: usize = 0;
    let mut deadline = Instant::now() + idle;
    loop {
        let chunk = timeout_at(deadline, response.chunk())
            .await
            .map_err(|_| Error::Timeout)?
            .map_err(|e| unreachable_server(&e))?;
        let Some(bytes) = chunk else {
            return assembly.end();
        };
        received = received.saturating_add(bytes.len());
        if received > MAX_ANSWER {
            return Err(Error::Malformed("too long"));
        }
        for data in events.feed(&bytes) {
            deadline = Instant::now() + idle;
            if data == "[DONE]" {
                return assembly.done();
            }
            assembly.take(&data, &mut |piece| listener.tell(piece))?;
        }
    }
}

fn is_stream(response: &Response) -> bool {
    let kind = response.headers().get(header::CONTENT_TYPE);
    kind.and_then(|value| value.to_str().ok())
        .is_some_and(|value| value.starts_with("text/event-stream"))
}

/// Some servers answer in one piece whatever is asked.
async fn whole(
    response: Response,
    idle: Duration,
    listener: &mut Listener<impl FnMut(Piece<'_>) -> bool + Send>,
) -> Result<Answer, Error> {
    let body = tokio::time::timeout(idle, read(response, MAX_ANSWER)).await;
    let answer = Answer::read(&body.map_err(|_| Error::Timeout)??)?;
    listener.tell(Piece::Text(&answer.text));
    for (call, made) in answer.tool_calls.iter().enumerate() {
        listener.tell(Piece::Arguments {
            call,
            tool: &made.name,
            part: &made.arguments,
        });
    }
    Ok(answer)
}
