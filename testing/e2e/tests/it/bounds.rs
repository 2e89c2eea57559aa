//! The agent's bounds hold: whatever a model does, a run ends in a decision with its reason, and
//! never in a wrong answer.

use std::time::Duration;

use serde_json::{Value, json};

use crate::model_mode::{QUESTION, answers, in_model_mode, passage};
use crate::story::{Setup, Story};

/// A shop whose runs have little time.
async fn impatient() -> Story {
    let impatient = Setup {
        longest_run: Some(Duration::from_secs(6)),
        ..Setup::default()
    };
    let story = Story::begin_with(impatient).await;
    story.with_a_model("auto").await;
    story
}

async fn ends(story: &Story, customer: &str, rules: Value) -> Value {
    story.model_answers(rules).await;
    story.customer("instagram", customer, QUESTION).await;
    story.settle().await;
    let decision = story.decisions().await[0].clone();
    assert_eq!(decision["message_text"], QUESTION);
    assert!(!decision["reason"].as_str().unwrap().is_empty());
    decision
}

/// What was said is the passage itself, word for word, or a notice: nothing of the model's.
fn said_nothing_wrong(story: &Story, customer: &str) {
    for words in story.words_to(customer) {
        let passage = words.starts_with("Yes, we deliver to Belgium");
        let notice = words.starts_with("Thank you for your message.");
        assert!(passage || notice, "{words}");
    }
}

fn calls(tool: &str, arguments: Value) -> Value {
    json!({"respond": {"tool_calls": [{"name": tool, "arguments": arguments}]}})
}

#[tokio::test(flavor = "multi_thread")]
async fn a_model_that_searches_for_ever_or_calls_a_hundred_tools_is_stopped() {
    let story = in_model_mode().await;
    let search = calls("search_knowledge", json!({"query": "Belgium"}));
    let decision = ends(&story, "701000", json!([search])).await;
    assert_eq!(story.model_calls().await.len(), 4, "{decision:#}");
    said_nothing_wrong(&story, "701000");
    let many: Vec<Value> = (0..100)
        .map(|_| json!({"name": "search_knowledge", "arguments": {"query": "Belgium"}}))
        .collect();
    let hundred = json!({"respond": {"tool_calls": many}});
    let decision = ends(&story, "701001", json!([hundred])).await;
    let tools = decision["explanation"]["tools"].as_array().unwrap();
    let run = tools.iter().filter(|tool| tool["refused"].is_null());
    assert!(run.count() <= 6, "{tools:#?}");
    said_nothing_wrong(&story, "701001");
    let unknown = calls("transfer_money", json!({"amount": 100}));
    let decision = ends(&story, "701002", json!([unknown])).await;
    let tools = decision["explanation"]["tools"].as_array().unwrap();
    assert!(
        tools
            .iter()
            .all(|tool| tool["refused"] == "There is no such tool.")
    );
    said_nothing_wrong(&story, "701002");
    story.end().await;
}

#[tokio::test(flavor = "multi_thread")]
async fn broken_answers_and_invented_sources_are_not_sent() {
    let story = in_model_mode().await;
    let source = passage(&story).await;
    let foreign = kernel::ChunkId::new().to_string();
    for (number, rules) in [
        calls("answer", json!("{\"text\": \"Free for all")),
        calls("answer", json!("[1, 2]")),
        calls("answer", json!({"text": 7, "sources": [source]})),
        calls("answer", json!({"text": "Free for all!", "confidence": 0.9, "language": "en", "sources": []})),
        calls("answer", json!({"text": "Free for all!", "confidence": "NaN", "language": "en", "sources": [source]})),
        answers("Free for all!", 0.99, &foreign),
        json!({"respond": {"content": "Free for all!"}}),
        json!({"respond": {"content": ""}}),
        json!({"respond": {"refusal": "I can't."}}),
        json!({"respond": {"content": "Free for all", "finish_reason": "content_filter"}}),
    ]
    .into_iter()
    .enumerate()
    {
        let customer = format!("70110{number}");
        let decision = ends(&story, &customer, json!([rules])).await;
        said_nothing_wrong(&story, &customer);
        assert_ne!(decision["outcome"], "answered", "{rules} {decision:#}");
    }
    story.end().await;
}

#[tokio::test(flavor = "multi_thread")]
async fn a_model_that_drips_hangs_or_fails_inside_a_success_costs_no_more_than_its_time() {
    let story = impatient().await;
    let inside = json!({"error": {"message": "Provider returned error", "code": 502}});
    for (number, rule) in [
        json!({"broken": "drip"}),
        json!({"broken": "hang"}),
        json!({"broken": "not_json"}),
        json!({"replay": {"body": inside}}),
        json!({"replay": {"body": {"choices": []}}}),
        json!({"replay": {"body": {"id": "x"}}}),
    ]
    .into_iter()
    .enumerate()
    {
        let customer = format!("70120{number}");
        let began = std::time::Instant::now();
        let decision = ends(&story, &customer, json!([rule])).await;
        assert!(began.elapsed() < Duration::from_secs(40), "{rule}");
        said_nothing_wrong(&story, &customer);
        let failed = &decision["explanation"]["calls"];
        let last = failed.as_array().unwrap().last().unwrap();
        assert!(!last["error"].is_null(), "{rule} {decision:#}");
    }
    story.end().await;
}
