//! How fast an answer leaves: at once, a byte a second, or up to a standstill.

use std::convert::Infallible;
use std::time::Duration;

use axum::body::Body;
use axum::http::{HeaderValue, Response};
use futures::StreamExt as _;
use futures::stream;

use crate::llm::script::Broken;

const EVENTS: &str = "text/event-stream; charset=utf-8";
/// How often a stream that stands still shows that its connection lives.
const COMMENT: Duration = Duration::from_millis(50);

/// Events as a body.
pub fn stream(events: Vec<String>, broken: Option<Broken>) -> Response<Body> {
    match broken {
        Some(Broken::Drip) => dripping(EVENTS, events.concat()),
        Some(Broken::Stall) => {
            let half = events.len().div_ceil(2);
            let first = stream::iter(events.into_iter().take(half));
            let comments = stream::unfold((), |()| async {
                tokio::time::sleep(COMMENT).await;
                Some((": OPENROUTER PROCESSING\n\n".to_owned(), ()))
            });
            body(
                EVENTS,
                Body::from_stream(first.chain(comments).map(Ok::<_, Infallible>)),
            )
        }
        _ => body(
            EVENTS,
            Body::from_stream(stream::iter(events).map(Ok::<_, Infallible>)),
        ),
    }
}

/// A text of which one byte leaves each second.
pub fn dripping(kind: &'static str, text: String) -> Response<Body> {
    let bytes = stream::iter(text.into_bytes()).then(|byte| async move {
        tokio::time::sleep(Duration::from_secs(1)).await;
        Ok::<_, Infallible>(vec![byte])
    });
    body(kind, Body::from_stream(bytes))
}

fn body(kind: &'static str, body: Body) -> Response<Body> {
    let mut response = Response::new(body);
    response
        .headers_mut()
        .insert("content-type", HeaderValue::from_static(kind));
    response
}
