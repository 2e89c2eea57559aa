//! `POST …/chat/completions`.

use axum::body::Body;
use axum::extract::{ConnectInfo, State};
use axum::http::{HeaderMap, Response};
use bytes::Bytes;

use crate::connection::Connection;
use crate::llm::door::{Asked, Door, Reply};
use crate::llm::refusal::Refusal;
use crate::llm::request::ChatRequest;
use crate::llm::{Operation, Vendor, answers, default, stream};
use crate::world::Shared;

/// OpenAI's endpoint.
pub async fn openai(
    State(shared): State<Shared>,
    ConnectInfo(connection): ConnectInfo<Connection>,
    headers: HeaderMap,
    body: Bytes,
) -> Response<Body> {
    answer(&shared, &connection, Vendor::Openai, &headers, &body).await
}

/// OpenRouter's endpoint.
pub async fn openrouter(
    State(shared): State<Shared>,
    ConnectInfo(connection): ConnectInfo<Connection>,
    headers: HeaderMap,
    body: Bytes,
) -> Response<Body> {
    answer(&shared, &connection, Vendor::Openrouter, &headers, &body).await
}

async fn answer(
    shared: &Shared,
    connection: &Connection,
    vendor: Vendor,
    headers: &HeaderMap,
    bytes: &[u8],
) -> Response<Body> {
    let door = Door {
        shared,
        connection,
        vendor,
        operation: Operation::Chat,
    };
    let body = match door.open(headers, bytes) {
        Ok(body) => body,
        Err(refusal) => return door.refuse(&refusal),
    };
    let request = ChatRequest::new(&body);
    if request.is_empty() {
        return door.refuse(&Refusal::bad("Missing required parameter: 'messages'."));
    }
    let asked = Asked {
        body: &body,
        model: request.model(),
        text: request.last_user(),
        tools_answered: !request.tool_results().is_empty(),
    };
    door.answer(asked, |world, respond, broken| {
        let respond = respond
            .cloned()
            .unwrap_or_else(|| default::respond(&request));
        let created = world.now().timestamp();
        let done = answers::complete(&mut world.rng, vendor, &request, &respond, created);
        Ok(if request.streams() {
            let usage = request.wants_stream_usage();
            Reply::Pieces(stream::events(&done, vendor, usage, broken))
        } else {
            Reply::Whole(done.whole(vendor))
        })
    })
    .await
}
