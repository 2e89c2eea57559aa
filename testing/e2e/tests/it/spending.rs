//! What models cost is written down call by call, and a spent budget stops them.

use serde_json::{Value, json};

use crate::model_mode::{QUESTION, in_model_mode};
use crate::story::Story;

async fn ledger(story: &Story) -> Vec<Value> {
    let list = story.get("/api/ai-usage").await;
    list["items"].as_array().unwrap().clone()
}

/// A model at a price of ours, with this budget.
async fn priced(budget: Value) -> Story {
    let story = in_model_mode().await;
    let price = json!({"prompt": 1_000_000, "completion": 1_000_000});
    let settings = json!({"prices": {"simulated/first": price}, "budget": budget});
    story.put("/api/ai-settings", &settings).await;
    story
}

async fn asks(story: &Story, customer: &str) -> Value {
    story.customer("instagram", customer, QUESTION).await;
    story.settle().await;
    story.decisions().await[0].clone()
}

#[tokio::test(flavor = "multi_thread")]
async fn every_call_is_written_down_with_what_it_used_and_cost() {
    let story = priced(json!({})).await;
    asks(&story, "700900").await;
    let calls = ledger(&story).await;
    assert_eq!(calls.len(), 2);
    let mut sum = 0;
    for call in &calls {
        assert_eq!(call["purpose"], "answer");
        assert_eq!(call["model"], "simulated/first");
        assert_eq!(call["price_source"], "manual");
        assert!(call["run_id"].as_str().unwrap().starts_with("run_"));
        let tokens = |field: &str| call[field].as_i64().unwrap();
        let cost = tokens("micro_usd");
        assert_eq!(cost, tokens("prompt_tokens") + tokens("completion_tokens"));
        sum += cost;
    }
    let spend = &story.get("/api/ai-settings").await["spend"];
    assert_eq!(spend["day"]["micro_usd"], sum);
    assert_eq!(spend["month"]["micro_usd"], sum);
    assert_eq!(spend["month"]["calls"], 2);
    story
        .model_answers(json!([{"error": {"status": 401}}]))
        .await;
    asks(&story, "700901").await;
    let failed = &ledger(&story).await[0];
    assert!(!failed["error"].is_null());
    story.end().await;
}

#[tokio::test(flavor = "multi_thread")]
async fn once_the_budget_is_spent_no_model_is_asked_and_people_are_told_once() {
    for (period, limit) in [("day", "daily_micro_usd"), ("month", "monthly_micro_usd")] {
        let story = priced(json!({limit: 10})).await;
        let first = asks(&story, "700902").await;
        let asked = story.model_calls().await.len();
        assert_eq!(asked, 1, "the first call spent it: {first:#}");
        assert!(story.words_to("700902").is_empty(), "{first:#}");
        for customer in ["700903", "700904"] {
            let decision = asks(&story, customer).await;
            assert_eq!(story.model_calls().await.len(), asked, "a model was asked");
            assert_eq!(decision["outcome"], "suggested", "{decision:#}");
            assert!(story.words_to(customer).is_empty());
        }
        let told = story
            .count("SELECT count(*) FROM notifications WHERE kind = 'budget_spent'")
            .await;
        assert_eq!(told, 1, "the owner, once");
        let settings = story.get("/api/ai-settings").await;
        assert_eq!(settings["spend"]["spent"], period);
        let page = story.page("/notifications").await;
        assert!(page.contains("budget"), "{page}");
        let silent = json!({"budget": {limit: 10, "when_spent": "silent"}});
        story.put("/api/ai-settings", &silent).await;
        let decision = asks(&story, "700905").await;
        assert_eq!(decision["outcome"], "silent");
        assert_eq!(decision["reason"], "budget_spent");
        let more = json!({"budget": {limit: 1_000_000_000}});
        story.put("/api/ai-settings", &more).await;
        let decision = asks(&story, "700906").await;
        assert_eq!(decision["outcome"], "answered", "{decision:#}");
        story.end().await;
    }
}

#[tokio::test(flavor = "multi_thread")]
async fn a_price_that_nobody_says_is_taken_from_the_providers_list() {
    let story = in_model_mode().await;
    let settings = json!({
        "base_url": story.simulator.openrouter_url(), "ai_model": "simulated/helpful",
        "fallback_models": [],
    });
    story.put("/api/ai-settings", &settings).await;
    // The list is fetched with patience; a run waits for it only for a moment.
    story.get("/api/ai-models").await;
    let silent = json!([{"respond": {"content": "Nobody knows.", "usage": {"cost": null}}}]);
    story.model_answers(silent).await;
    asks(&story, "700910").await;
    asks(&story, "700911").await;
    let calls = ledger(&story).await;
    assert!(calls.len() >= 2, "{calls:#?}");
    for call in &calls {
        assert_eq!(call["price_source"], "list", "{call:#}");
        let tokens = |field: &str| call[field].as_i64().unwrap();
        // 0.25 and 2 dollars for a million.
        let cost = tokens("prompt_tokens") + 8 * tokens("completion_tokens");
        let told = 4 * tokens("micro_usd");
        assert!((cost..cost + 4).contains(&told), "{call:#}");
    }
    let lists = story.provider_calls("models").await;
    assert_eq!(lists.len(), 1, "the list is kept");
    story.end().await;
}
