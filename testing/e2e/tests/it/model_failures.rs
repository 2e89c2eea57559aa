//! A model that is busy, broken or silent: another one, another try or the passage itself answers,
//! and the customer gets one answer.

use std::time::Duration;

use serde_json::{Value, json};

use crate::model_mode::{QUESTION, asks, in_model_mode};
use crate::story::{Setup, Story};

#[tokio::test(flavor = "multi_thread")]
async fn a_busy_model_is_asked_again_and_the_customer_gets_one_answer() {
    let story = in_model_mode().await;
    let busy = json!({"error": {"status": 429, "retry_after": 1}, "times": 1});
    story.model_answers(json!([busy])).await;
    let decision = asks(&story, "700106").await;
    assert_eq!(decision["outcome"], "answered", "{decision:#}");
    assert_eq!(story.words_to("700106").len(), 1);
    assert_eq!(story.model_calls().await.len(), 3);
    story.end().await;
}

/// A shop with two models.
async fn with_two_models(setup: Setup) -> Story {
    let story = Story::begin_with(setup).await;
    let settings = json!({
        "mode": "auto",
        "base_url": story.simulator.openai_url(),
        "model": "simulated/first",
        "fallback_models": ["simulated/second"],
    });
    let key = json!({ "settings": settings, "api_key": "sk-story" });
    story.put("/api/ai-settings", &key).await;
    story
}

/// The decision about a question of a customer whom the first model fails so.
async fn failed_by_the_first(story: &Story, customer: &str, mut failure: Value) -> Value {
    failure["model"] = json!("simulated/first");
    story.model_answers(json!([failure])).await;
    story.customer("instagram", customer, QUESTION).await;
    story.settle().await;
    assert_eq!(story.words_to(customer).len(), 1, "{failure}");
    let decision = story.decisions().await[0].clone();
    assert_eq!(decision["outcome"], "answered", "{failure} {decision:#}");
    decision
}

#[tokio::test(flavor = "multi_thread")]
async fn when_a_model_fails_in_any_way_the_next_one_answers_once() {
    let story = with_two_models(Setup::default()).await;
    let failures = [
        json!({"error": {"status": 500}}),
        json!({"error": {"status": 429}}),
        json!({"error": {"status": 404, "body": {"error": {"message": "no such model", "code": "model_not_found"}}}}),
        json!({"broken": "reset"}),
        json!({"broken": "not_json"}),
    ];
    for (number, failure) in failures.into_iter().enumerate() {
        let customer = format!("70020{number}");
        let decision = failed_by_the_first(&story, &customer, failure.clone()).await;
        let model = &decision["explanation"]["calls"][0]["model"];
        assert_eq!(model, "simulated/second", "{failure}");
    }
    story.end().await;
}

#[tokio::test(flavor = "multi_thread")]
async fn a_model_that_hangs_does_not_keep_the_customer_from_one_answer() {
    let impatient = Setup {
        longest_run: Some(Duration::from_secs(8)),
        ..Setup::default()
    };
    let story = with_two_models(impatient).await;
    failed_by_the_first(&story, "700210", json!({"broken": "hang"})).await;
    story.end().await;
}

#[tokio::test(flavor = "multi_thread")]
async fn with_no_model_left_the_passage_itself_answers() {
    let story = in_model_mode().await;
    story
        .model_answers(json!([{"error": {"status": 401}}]))
        .await;
    let decision = asks(&story, "700108").await;
    let words = story.words_to("700108");
    assert_eq!(words.len(), 1);
    assert!(
        words[0].starts_with("Yes, we deliver to Belgium"),
        "{words:?}"
    );
    assert_eq!(decision["reason"], "passage_found");
    assert!(!decision["explanation"]["calls"][0]["error"].is_null());
    story.end().await;
}
