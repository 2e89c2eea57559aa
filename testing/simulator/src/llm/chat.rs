//! `POST …/chat/completions`.

use std::convert::Infallible;
use std::time::Duration;

use axum::body::Body;
use axum::extract::{ConnectInfo, State};
use axum::http::{HeaderMap, HeaderValue, Response};
use bytes::Bytes;
use serde_json::{Value, json};

use crate::connection::Connection;
use crate::graph::answer::json_response;
use crate::graph::perform::hold;
use crate::llm::answers::{self, Completion};
use crate::llm::request::ChatRequest;
use crate::llm::script::{Broken, ErrorAnswer, Rule};
use crate::llm::{LlmCall, Vendor, default, stream};
use crate::world::{Shared, World};

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

/// OpenRouter's list of models: one that can call tools.
pub async fn models() -> Response<Body> {
    json_response(
        200,
        &json!({"data": [{
            "id": "simulated/helpful",
            "canonical_slug": "simulated/helpful",
            "name": "Simulated: Helpful",
            "created": 1,
            "context_length": 128_000,
            "architecture": {"input_modalities": ["text"], "output_modalities": ["text"],
                             "tokenizer": "Other"},
            "pricing": {"prompt": "0.00000025", "completion": "0.000002", "request": "0",
                        "image": "0"},
            "top_provider": {"context_length": 128_000, "max_completion_tokens": 8000,
                             "is_moderated": false},
            "supported_parameters": ["tools", "temperature"],
            "expiration_date": null,
        }]}),
    )
}

/// What was decided under the lock.
enum Plan {
    Refuse(u16, Value, Option<u32>),
    Say(Completion),
}

async fn answer(
    shared: &Shared,
    connection: &Connection,
    vendor: Vendor,
    headers: &HeaderMap,
    bytes: &[u8],
) -> Response<Body> {
    let authorised = headers
        .get("authorization")
        .and_then(|value| value.to_str().ok())
        .is_some_and(|value| {
            value
                .strip_prefix("Bearer ")
                .is_some_and(|key| !key.is_empty())
        });
    if !authorised {
        let body = answers::error(vendor, 401, "You didn't provide an API key.");
        return json_response(401, &body);
    }
    let Ok(body) = serde_json::from_slice::<Value>(bytes) else {
        let body = answers::error(
            vendor,
            400,
            "We could not parse the JSON body of your request.",
        );
        return json_response(400, &body);
    };
    let request = ChatRequest::new(&body);
    if request.is_empty() {
        let body = answers::error(vendor, 400, "Missing required parameter: 'messages'.");
        return json_response(400, &body);
    }
    let (rule, plan, mut released) = {
        let mut world = shared.world();
        let (rule, plan) = decide(&mut world, vendor, &body, &request);
        (rule, plan, world.llm.released.subscribe())
    };
    if rule.as_ref().is_some_and(|rule| rule.hold) {
        // A world that was reset holds nobody either.
        released.changed().await.ok();
    }
    let (delay, broken) = rule.map_or((0, None), |rule| (rule.delay_ms, rule.broken));
    if delay > 0 {
        tokio::time::sleep(Duration::from_millis(delay)).await;
    }
    match broken {
        Some(Broken::Hang) => return hold(connection).await,
        Some(Broken::Reset) => connection.reset().await,
        Some(Broken::NotJson) => return Response::new(Body::from("<html>Bad gateway</html>")),
        _ => {}
    }
    match plan {
        Plan::Refuse(status, body, retry_after) => {
            let mut response = json_response(status, &body);
            if let Some(seconds) = retry_after {
                response
                    .headers_mut()
                    .insert("retry-after", HeaderValue::from(seconds));
            }
            response
        }
        Plan::Say(completion) if request.streams() => {
            streamed(&completion, vendor, request.wants_stream_usage(), broken)
        }
        Plan::Say(completion) => {
            let mut response = json_response(200, &completion.whole(vendor));
            let headers = response.headers_mut();
            headers.insert(
                "x-ratelimit-limit-requests",
                HeaderValue::from_static("10000"),
            );
            headers.insert(
                "x-ratelimit-remaining-requests",
                HeaderValue::from_static("9999"),
            );
            headers.insert(
                "x-ratelimit-reset-requests",
                HeaderValue::from_static("6ms"),
            );
            if let Ok(id) = HeaderValue::from_str(&completion.id) {
                headers.insert("x-generation-id", id);
            }
            response
        }
    }
}

/// Picks the rule, records the call, and makes the answer.
fn decide(
    world: &mut World,
    vendor: Vendor,
    body: &Value,
    request: &ChatRequest<'_>,
) -> (Option<Rule>, Plan) {
    let asked = request.last_user().to_lowercase();
    let tools_answered = !request.tool_results().is_empty();
    let found = world.llm.rules.iter().position(|rule| {
        rule.times != Some(0)
            && rule
                .matches
                .as_ref()
                .is_none_or(|part| asked.contains(&part.to_lowercase()))
            && rule
                .after_tools
                .is_none_or(|wanted| wanted == tools_answered)
            && rule
                .model
                .as_ref()
                .is_none_or(|model| model == request.model())
    });
    let rule = found
        .and_then(|at| world.llm.rules.get_mut(at))
        .map(|rule| {
            if let Some(times) = &mut rule.times {
                *times -= 1;
            }
            rule.clone()
        });
    let error = rule.as_ref().and_then(|rule| rule.error.as_ref());
    let plan = if let Some(ErrorAnswer {
        status,
        body,
        retry_after,
    }) = error
    {
        let shaped = || answers::error(vendor, *status, "Simulated error.");
        Plan::Refuse(*status, body.clone().unwrap_or_else(shaped), *retry_after)
    } else {
        let respond = rule
            .as_ref()
            .and_then(|rule| rule.respond.clone())
            .unwrap_or_else(|| default::respond(request));
        let created = world.now().timestamp();
        Plan::Say(answers::complete(
            &mut world.rng,
            vendor,
            request,
            &respond,
            created,
        ))
    };
    let status = match &plan {
        Plan::Refuse(status, ..) => *status,
        Plan::Say(_) => 200,
    };
    let at = world.now();
    world.llm.record(LlmCall {
        seq: 0,
        at,
        vendor,
        request: body.clone(),
        rule: found,
        status,
    });
    (rule, plan)
}

fn streamed(
    completion: &Completion,
    vendor: Vendor,
    with_usage: bool,
    broken: Option<Broken>,
) -> Response<Body> {
    let events = stream::events(completion, vendor, with_usage, broken);
    let pieces = futures::stream::iter(events.into_iter().map(Ok::<_, Infallible>));
    let mut response = Response::new(Body::from_stream(pieces));
    response.headers_mut().insert(
        "content-type",
        HeaderValue::from_static("text/event-stream; charset=utf-8"),
    );
    response
}
