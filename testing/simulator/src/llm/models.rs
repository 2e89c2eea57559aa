//! `GET …/models`.

use axum::body::Body;
use axum::extract::{ConnectInfo, State};
use axum::http::{HeaderMap, Response};
use serde_json::{Value, json};

use crate::connection::Connection;
use crate::llm::door::{Asked, Door, Reply};
use crate::llm::{Operation, Vendor};
use crate::world::Shared;

/// OpenAI's list: names only, and only for who has a key.
pub async fn openai(
    State(shared): State<Shared>,
    ConnectInfo(connection): ConnectInfo<Connection>,
    headers: HeaderMap,
) -> Response<Body> {
    let door = door(&shared, &connection, Vendor::Openai);
    if let Err(refusal) = door.check_key(&headers) {
        return door.refuse(&refusal);
    }
    let names = [
        "simulated/helpful",
        "text-embedding-3-small",
        "text-embedding-3-large",
        "omni-moderation-latest",
    ];
    let models =
        names.map(|id| json!({"id": id, "object": "model", "created": 1, "owned_by": "simulated"}));
    answer(door, json!({"object": "list", "data": models})).await
}

/// OpenRouter's list, for everybody.
pub async fn openrouter(
    State(shared): State<Shared>,
    ConnectInfo(connection): ConnectInfo<Connection>,
) -> Response<Body> {
    let models = [
        model(
            "simulated/helpful",
            "Simulated: Helpful",
            true,
            &["text"],
            ["0.00000025", "0.000002"],
        ),
        model(
            "simulated/seeing",
            "Simulated: Seeing",
            true,
            &["text", "image"],
            ["0.000003", "0.000015"],
        ),
        model(
            "simulated/free:free",
            "Simulated: Free",
            true,
            &["text"],
            ["0", "0"],
        ),
        model(
            "simulated/wordy",
            "Simulated: Wordy (no tools)",
            false,
            &["text"],
            ["0.0000001", "0.0000004"],
        ),
        model(
            "simulated/auto",
            "Simulated: Whichever fits",
            true,
            &["text"],
            ["-1", "-1"],
        ),
    ];
    let list = json!({"total_count": models.len(), "data": models, "links": {"next": null}});
    answer(door(&shared, &connection, Vendor::Openrouter), list).await
}

fn door<'a>(shared: &'a Shared, connection: &'a Connection, vendor: Vendor) -> Door<'a> {
    Door {
        shared,
        connection,
        vendor,
        operation: Operation::Models,
    }
}

async fn answer(door: Door<'_>, list: Value) -> Response<Body> {
    let asked = Asked {
        body: &Value::Null,
        model: "",
        text: String::new(),
        tools_answered: false,
    };
    door.answer(asked, |_, _, _| Ok(Reply::Whole(list))).await
}

fn model(
    id: &str,
    name: &str,
    tools: bool,
    reads: &[&str],
    [prompt, completion]: [&str; 2],
) -> Value {
    let parameters: &[&str] = if tools {
        &["max_tokens", "temperature", "tools", "tool_choice"]
    } else {
        &["max_tokens", "temperature"]
    };
    json!({
        "id": id,
        "canonical_slug": id,
        "name": name,
        "created": 1,
        "context_length": 128_000,
        "architecture": {"input_modalities": reads, "output_modalities": ["text"],
                         "tokenizer": "Other"},
        "pricing": {"prompt": prompt, "completion": completion, "request": "0", "image": "0"},
        "top_provider": {"context_length": 128_000, "max_completion_tokens": 8000,
                         "is_moderated": false},
        "supported_parameters": parameters,
        "expiration_date": null,
    })
}
