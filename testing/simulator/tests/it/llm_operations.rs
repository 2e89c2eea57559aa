//! Embeddings, moderation and lists of models, as the vendors answer and refuse them.

use reqwest::Method;
use serde_json::{Value, json};

use crate::setup::Story;

const GEMINI: &str = "/gemini/v1beta/models";

async fn post(story: &Story, path: &str, body: Value) -> (u16, Value) {
    story
        .call(Method::POST, path, Some("key"), Some(body))
        .await
}

/// Gemini's key has a header of its own.
async fn gemini(story: &Story, call: &str, body: Value) -> (u16, Value) {
    let url = format!("{}{GEMINI}/{call}", story.sim.url());
    let request = story.http.post(url).header("x-goog-api-key", "key");
    let answer = request.json(&body).send().await.unwrap();
    let status = answer.status().as_u16();
    (status, answer.json().await.unwrap())
}

fn length(vector: &Value) -> f64 {
    let numbers = vector.as_array().unwrap().iter();
    let squares: f64 = numbers.map(|x| x.as_f64().unwrap().powi(2)).sum();
    squares.sqrt()
}

fn content(text: &str, model: &str, dimensions: usize) -> Value {
    json!({"model": format!("models/{model}"), "content": {"parts": [{"text": text}]},
           "outputDimensionality": dimensions})
}

#[tokio::test]
async fn geminis_first_model_gives_short_vectors_below_its_full_size_and_the_second_never() {
    let story = Story::start().await;
    for (model, dimensions, expected) in [
        ("gemini-embedding-001", 768, 0.5677),
        ("gemini-embedding-001", 3072, 1.0),
        ("gemini-embedding-2", 768, 1.0),
    ] {
        let one = content("Opening hours", model, dimensions);
        let (status, answer) = gemini(&story, &format!("{model}:embedContent"), one.clone()).await;
        assert_eq!(status, 200, "{answer}");
        let vector = &answer["embedding"]["values"];
        assert_eq!(vector.as_array().unwrap().len(), dimensions);
        assert!(
            (length(vector) - expected).abs() < 1e-3,
            "{model} {dimensions}"
        );
        let batch = json!({"requests": [one]});
        let call = format!("{model}:batchEmbedContents");
        let (_, answer) = gemini(&story, &call, batch).await;
        assert_eq!(&answer["embeddings"][0]["values"], vector);
        let counts = answer.get("usageMetadata").is_some();
        assert_eq!(counts, model == "gemini-embedding-2");
    }
}

#[tokio::test]
async fn gemini_refuses_what_the_real_one_refuses() {
    let story = Story::start().await;
    let model = "gemini-embedding-001";
    let one = |change: Value| {
        let mut one = content("a", model, 768);
        let fields = change.as_object().unwrap().clone();
        one.as_object_mut().unwrap().extend(fields);
        json!({"requests": [one]})
    };
    let too_many = json!({"requests": vec![content("a", model, 768); 101]});
    for (call, body, expected) in [
        (
            "text-embedding-004:batchEmbedContents",
            one(json!({})),
            (404, "NOT_FOUND"),
        ),
        (
            "gemini-embedding-001:batchEmbedContents",
            too_many,
            (400, "INVALID_ARGUMENT"),
        ),
        (
            "gemini-embedding-2:batchEmbedContents",
            one(json!({})),
            (400, "INVALID_ARGUMENT"),
        ),
        (
            "gemini-embedding-001:batchEmbedContents",
            one(json!({"taskType": "GUESS"})),
            (400, "INVALID_ARGUMENT"),
        ),
        (
            "gemini-embedding-001:batchEmbedContents",
            one(json!({"title": "Shop"})),
            (400, "INVALID_ARGUMENT"),
        ),
        (
            "gemini-embedding-001:batchEmbedContents",
            one(json!({"outputDimensionality": 4000})),
            (400, "INVALID_ARGUMENT"),
        ),
    ] {
        let (status, answer) = gemini(&story, call, body).await;
        assert_eq!(
            (status, answer["error"]["status"].as_str().unwrap()),
            expected,
            "{answer}"
        );
    }
    let path = format!("{GEMINI}/{model}:embedContent");
    let (status, answer) = post(&story, &path, content("a", model, 768)).await;
    assert_eq!(
        (status, &answer["error"]["status"]),
        (403, &json!("PERMISSION_DENIED"))
    );
}

#[tokio::test]
async fn openais_vectors_come_packed_or_plain_and_only_from_texts() {
    let story = Story::start().await;
    let path = "/openai/v1/embeddings";
    let model = "text-embedding-3-small";
    let (_, plain) = post(
        &story,
        path,
        json!({"model": model, "input": "a", "dimensions": 4}),
    )
    .await;
    assert!((length(&plain["data"][0]["embedding"]) - 1.0).abs() < 1e-4);
    let packed =
        json!({"model": model, "input": ["a"], "dimensions": 4, "encoding_format": "base64"});
    let (_, packed) = post(&story, path, packed).await;
    assert_eq!(packed["data"][0]["embedding"].as_str().unwrap().len(), 24);
    for (wrong, param) in [
        (json!({"model": model, "input": []}), "input"),
        (json!({"model": model, "input": ["a", ""]}), "input"),
        (json!({"model": model, "input": vec!["a"; 2049]}), "input"),
        (
            json!({"model": model, "input": "a", "dimensions": 1537}),
            "dimensions",
        ),
        (
            json!({"model": model, "input": "a", "encoding_format": "xml"}),
            "encoding_format",
        ),
    ] {
        let (status, answer) = post(&story, path, wrong).await;
        assert_eq!((status, &answer["error"]["param"]), (400, &json!(param)));
    }
}

#[tokio::test]
async fn moderation_without_a_model_comes_from_the_old_one_and_parts_get_one_result() {
    let story = Story::start().await;
    let path = "/openai/v1/moderations";
    let (_, old) = post(&story, path, json!({"input": "I will kill you"})).await;
    assert_eq!(old["model"], "text-moderation-007");
    let categories = old["results"][0]["categories"].as_object().unwrap();
    assert!(categories.len() == 11 && !categories.contains_key("illicit"));
    assert_eq!(categories["violence"], true);
    let parts = json!([{"type": "text", "text": "Look"},
                       {"type": "image_url", "image_url": {"url": "data:image/png;base64,AA=="}}]);
    let asked = json!({"model": "omni-moderation-latest", "input": parts});
    let (_, seen) = post(&story, path, asked).await;
    assert_eq!(seen["results"].as_array().unwrap().len(), 1);
    let types = &seen["results"][0]["category_applied_input_types"];
    assert_eq!(types["violence"], json!(["text", "image"]));
    assert_eq!(types["hate"], json!(["text"]));
}

#[tokio::test]
async fn faults_and_rules_meet_only_the_operation_they_name() {
    let story = Story::start().await;
    let embeddings = json!({"model": "m", "input": "a"});
    let throttle = json!({"operation": "embeddings", "kind": "rate_limited", "delay_ms": 3000});
    story.control("faults", throttle).await;
    let elsewhere =
        json!({"operation": "embeddings", "kind": "server_error", "account_id": "gemini"});
    story.control("faults", elsewhere).await;
    let judged = post(&story, "/openai/v1/moderations", json!({"input": "a"})).await;
    assert_eq!(judged.0, 200);
    let url = format!("{}/openrouter/api/v1/embeddings", story.sim.url());
    let request = story.http.post(url).bearer_auth("key").json(&embeddings);
    let throttled = request.send().await.unwrap();
    assert_eq!(throttled.status(), 429);
    assert_eq!(throttled.headers()["retry-after"], "3");
    assert_eq!(
        post(&story, "/openai/v1/embeddings", embeddings).await.0,
        200
    );
    let one = content("a", "gemini-embedding-2", 768);
    let (status, answer) = gemini(&story, "gemini-embedding-2:embedContent", one).await;
    assert_eq!((status, &answer["error"]["code"]), (500, &json!(500)));
    let calls = story.get("/_sandbox/llm/calls?operation=embeddings").await;
    let statuses = calls["items"].as_array().unwrap().iter();
    let statuses: Vec<&Value> = statuses.map(|call| &call["status"]).collect();
    assert_eq!(statuses, [&json!(429), &json!(200), &json!(500)]);
}

#[tokio::test]
async fn openrouters_list_is_open_and_says_prices_as_texts() {
    let story = Story::start().await;
    let list = story.get("/openrouter/api/v1/models").await;
    let first = &list["data"][0];
    assert_eq!(first["id"], "simulated/helpful");
    assert_eq!(first["pricing"]["prompt"], "0.00000025");
    let (status, _) = story
        .call(Method::GET, "/openai/v1/models", None, None)
        .await;
    assert_eq!(status, 401);
}
