//! An answer that comes in pieces.

mod assembly;
mod events;

use std::time::Duration;

use reqwest::{Response, header};
use tokio::time::{Instant, timeout_at};

use crate::call::{MAX_ANSWER, read, unreachable_server};
use crate::{Answer, Error};
use assembly::Assembly;
use events::Events;

/// Who is given the text, and whether anything was given yet.
pub(crate) struct Listener<F> {
    on_text: F,
    heard: bool,
}

impl<F: FnMut(&str) + Send> Listener<F> {
    pub(crate) fn new(on_text: F) -> Self {
        Self {
            on_text,
            heard: false,
        }
    }

    pub(crate) fn heard(&self) -> bool {
        self.heard
    }

    fn tell(&mut self, text: &str) {
        if !text.is_empty() {
            self.heard = true;
            (self.on_text)(text);
        }
    }
}

/// Reads the stream to its end; each piece has to come within `idle` of the one before.
pub(crate) async fn follow(
    mut response: Response,
    idle: Duration,
    listener: &mut Listener<impl FnMut(&str) + Send>,
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
            listener.tell(&assembly.take(&data)?);
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
    listener: &mut Listener<impl FnMut(&str) + Send>,
) -> Result<Answer, Error> {
    let body = tokio::time::timeout(idle, read(response, MAX_ANSWER)).await;
    let answer = Answer::read(&body.map_err(|_| Error::Timeout)??)?;
    listener.tell(&answer.text);
    Ok(answer)
}
