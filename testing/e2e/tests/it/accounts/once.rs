//! Writes that carry an `Idempotency-Key`.

use futures::future::join_all;
use reqwest::StatusCode;
use serde_json::{Value, json};

use super::person::register;
use crate::story::{Story, is_an_error};

/// Makes a key for programs; the status, whether the answer is a repetition, and the answer.
async fn make(story: &Story, token: &str, key: &str, name: &str) -> (StatusCode, bool, Value) {
    let request = story.http.post(format!("{}/api/api-keys", story.url));
    let body = json!({ "name": name, "role": "viewer" });
    let request = request.bearer_auth(token).header("Idempotency-Key", key);
    let answer = request.json(&body).send().await.unwrap();
    let repeated = answer.headers().contains_key("idempotent-replayed");
    (answer.status(), repeated, answer.json().await.unwrap())
}

#[tokio::test(flavor = "multi_thread")]
async fn the_same_write_is_done_once_and_another_with_its_key_is_refused() {
    let story = Story::begin().await;
    let token = story.token();
    let first = make(&story, token, "one", "reports").await;
    assert_eq!(
        (first.0, first.1),
        (StatusCode::CREATED, false),
        "{}",
        first.2
    );
    let again = make(&story, token, "one", "reports").await;
    assert_eq!((again.0, again.1), (StatusCode::CREATED, true));
    assert_eq!(again.2, first.2, "the same answer, to the last letter");
    let other = make(&story, token, "one", "something else").await;
    let other = (other.0, other.2);
    is_an_error(
        &other,
        StatusCode::UNPROCESSABLE_ENTITY,
        "IDEMPOTENCY_KEY_REUSED",
    );
    // Somebody else may choose the same key.
    let stranger = register(&story, "stranger@studio.test").await;
    let theirs = make(&story, &stranger.token, "one", "something else").await;
    assert_eq!(
        (theirs.0, theirs.1),
        (StatusCode::CREATED, false),
        "{}",
        theirs.2
    );

    let keys = story.get("/api/api-keys").await;
    assert_eq!(keys["items"].as_array().unwrap().len(), 1);
    story.end().await;
}

#[tokio::test(flavor = "multi_thread")]
async fn ten_times_the_same_write_at_once_is_done_once() {
    let story = Story::begin().await;
    let token = story.token();
    let answers = join_all((0..10).map(|_| make(&story, token, "one", "reports"))).await;
    for (status, _, answer) in &answers {
        // Who comes while the first is at work is told so.
        let busy = answer["detail"]["error_code"] == "IDEMPOTENCY_KEY_IN_USE";
        assert!(*status == StatusCode::CREATED || busy, "{status} {answer}");
    }
    let keys = story.get("/api/api-keys").await;
    assert_eq!(keys["items"].as_array().unwrap().len(), 1);
    story.end().await;
}
