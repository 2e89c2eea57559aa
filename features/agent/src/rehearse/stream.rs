//! A rehearsal as a stream of events.

use std::convert::Infallible;

use axum::http::HeaderName;
use axum::response::sse::{Event, KeepAlive, Sse};
use axum::response::{IntoResponse, Response};
use db::Scope;
use futures::Stream;
use serde::Serialize;
use serde_json::json;
use tokio::sync::mpsc;
use tokio::task::AbortHandle;

use super::{News, Rehearsal};
use crate::Agent;
use crate::step::Step;

/// Where the events of a rehearsal go. Whoever left hears nothing, and nothing fails for it.
#[derive(Clone, Debug)]
pub(crate) struct Teller {
    events: mpsc::UnboundedSender<Event>,
}

impl Teller {
    /// Tells one event; its data is one JSON value.
    pub(crate) fn tell(&self, name: &str, data: &impl Serialize) {
        if let Ok(event) = Event::default().event(name).json_data(data) {
            // The receiver is gone when the reader is.
            let _ = self.events.send(event);
        }
    }

    /// Tells news of a rehearsal, of one side when there are two.
    pub(crate) fn news(&self, side: Option<&str>, news: News<'_>) {
        match news {
            News::Step(step) => self.tell("step", &told(side, step)),
            News::Words(text) => self.tell("words", &json!({"side": side, "text": text})),
            News::Anew => self.tell("anew", &json!({"side": side})),
        }
    }
}

/// A step in short: its name, and how much was found.
fn told(side: Option<&str>, step: &Step) -> serde_json::Value {
    let found = match step {
        Step::RetrieveContext { passages, .. } => Some(passages.len()),
        Step::RunTools { results } => Some(results.iter().map(|r| r.passages.len()).sum()),
        _ => None,
    };
    json!({"side": side, "step": step.kind(), "found": found})
}

/// Stops a task when nobody listens any more.
struct Until(AbortHandle);

impl Drop for Until {
    fn drop(&mut self) {
        self.0.abort();
    }
}

/// The events that `play` tells. It ends with the reader when `ends` says so, else in its own time.
pub(crate) fn events<F>(ends: bool, play: impl FnOnce(Teller) -> F) -> Response
where
    F: Future<Output = ()> + Send + 'static,
{
    let (events, heard) = mpsc::unbounded_channel();
    let playing = tokio::spawn(play(Teller { events }));
    let until = ends.then(|| Until(playing.abort_handle()));
    let sse = Sse::new(listen(heard, until)).keep_alive(KeepAlive::default());
    let unbuffered = [(HeaderName::from_static("x-accel-buffering"), "no")];
    (unbuffered, sse).into_response()
}

fn listen(
    heard: mpsc::UnboundedReceiver<Event>,
    until: Option<Until>,
) -> impl Stream<Item = Result<Event, Infallible>> {
    futures::stream::unfold((heard, until), |(mut heard, until)| async move {
        let event = heard.recv().await?;
        Some((Ok(event), (heard, until)))
    })
}

/// One rehearsal; it ends when the reader leaves.
pub(super) fn one(agent: Agent, scope: Scope, rehearsal: Rehearsal) -> Response {
    events(true, move |teller| async move {
        let mut listener = |news: News<'_>| teller.news(None, news);
        let played = agent.rehearse_aloud(&scope, rehearsal, &mut listener).await;
        match played {
            Ok(trace) => teller.tell("trace", &trace),
            Err(error) => {
                tracing::warn!(%error, "a rehearsal was cut off");
                teller.tell("problem", &json!({"error_code": "UNAVAILABLE"}));
            }
        }
    })
}
