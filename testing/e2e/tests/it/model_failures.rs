//! A model that is busy, broken or silent: another one, another try or the passage itself answers,
//! and the customer gets one answer.

use std::time::Duration;

use serde_json::json;

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

#[tokio::test(flavor = "multi_thread")]
async fn when_a_model_fails_in_any_way_the_next_one_answers_once() {
    let impatient = Setup {
        longest_run: Some(Duration::from_secs(8)),
        ..Setup::default()
    };
    let story = Story::begin_with(impatient).await;
    let settings = json!({
        "mode": "auto",
        "base_url": story.simulator.openai_url(),
        "model": "simulated/first",
        "fallback_models": ["simulated/second"],
    });
    let key = json!({ "settings": settings, "api_key": "sk-story" });
    story.put("/api/ai-settings", &key).await;
    let failures = [
        json!({"error": {"status": 500}}),
        json!({"error": {"status": 429}}),
        json!({"error": {"status": 404, "body": {"error": {"message": "no such model", "code": "model_not_found"}}}}),
        json!({"broken": "reset"}),
        json!({"broken": "not_json"}),
        json!({"broken": "hang"}),
    ];
    for (number, mut failure) in failures.into_iter().enumerate() {
        let customer = format!("70020{number}");
        failure["model"] = json!("simulated/first");
        story.model_answers(json!([failure])).await;
        story.customer("instagram", &customer, QUESTION).await;
        story.settle().await;
        assert_eq!(story.words_to(&customer).len(), 1, "{failure}");
        let decision = &story.decisions().await[0];
        assert_eq!(decision["outcome"], "answered", "{failure} {decision:#}");
        if failure["broken"] != "hang" {
            let model = &decision["explanation"]["calls"][0]["model"];
            assert_eq!(model, "simulated/second", "{failure}");
        }
    }
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
