//! Reading what is left of a refused body, so that the sender gets to read the answer: a connection
//! that is closed while somebody still writes to it takes the answer with it.

use std::pin::Pin;
use std::task::{Context, Poll};
use std::time::Duration;

use axum::body::{Body, BodyDataStream};
use bytes::Bytes;
use futures::{Stream, StreamExt as _};
use http::HeaderMap;
use http::header::{CONTENT_LENGTH, TRANSFER_ENCODING};

/// Bodies up to this size fit into what the connection has buffered already.
const SMALL: u64 = 64 * 1024;
/// How much is read of a body that nobody wants, and for how long.
const MOST: usize = 32 * 1024 * 1024;
const PATIENCE: Duration = Duration::from_secs(5);

/// The same body; what its reader leaves is read and forgotten.
pub(super) fn drained(headers: &HeaderMap, body: Body) -> Body {
    let length = headers
        .get(CONTENT_LENGTH)
        .and_then(|value| value.to_str().ok()?.parse::<u64>().ok());
    let large = length.is_some_and(|length| length > SMALL);
    if large || headers.contains_key(TRANSFER_ENCODING) {
        Body::from_stream(Drained(Some(body.into_data_stream())))
    } else {
        body
    }
}

struct Drained(Option<BodyDataStream>);

impl Stream for Drained {
    type Item = Result<Bytes, axum::Error>;

    fn poll_next(mut self: Pin<&mut Self>, context: &mut Context<'_>) -> Poll<Option<Self::Item>> {
        let Some(stream) = &mut self.0 else {
            return Poll::Ready(None);
        };
        let next = stream.poll_next_unpin(context);
        if let Poll::Ready(None | Some(Err(_))) = next {
            self.0 = None;
        }
        next
    }
}

impl Drop for Drained {
    fn drop(&mut self) {
        let (Some(stream), Ok(runtime)) = (self.0.take(), tokio::runtime::Handle::try_current())
        else {
            return;
        };
        runtime.spawn(tokio::time::timeout(PATIENCE, forget(stream)));
    }
}

async fn forget(mut stream: BodyDataStream) {
    let mut read = 0;
    while let Some(Ok(chunk)) = stream.next().await {
        read += chunk.len();
        if read > MOST {
            return;
        }
    }
}
