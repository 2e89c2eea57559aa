//! Moderation on what comes in and what goes out: here always, by OpenAI where there is a key; and
//! nothing is sent unjudged when it can't be reached.

use serde_json::{Value, json};

use crate::model_mode::{QUESTION, answers, passage};
use crate::story::{Setup, Story};

/// A story with OpenAI's moderation and a model.
async fn with_moderation() -> Story {
    let openai = Setup {
        settings: vec![("OPENAI_BASE_URL", "{simulator}/openai/v1".to_owned())],
        ..Setup::default()
    };
    let story = Story::begin_with(openai).await;
    story.with_a_model("auto").await;
    let key = json!({"moderation_key": "sk-moderation"});
    let saved = story.put("/api/ai-settings", &key).await;
    assert_eq!(saved["moderation"], true);
    assert_eq!(saved["has_moderation_key"], true);
    story
}

async fn asks(story: &Story, customer: &str, text: &str) -> Value {
    story.customer("instagram", customer, text).await;
    story.settle().await;
    let decision = story.decisions().await[0].clone();
    assert_eq!(decision["message_text"], text);
    decision
}

fn judges(scores: Value) -> Value {
    json!({"operation": "moderation", "respond": {"scores": scores}})
}

async fn judged(story: &Story) -> Vec<String> {
    let address = format!(
        "{}/_sandbox/llm/calls?operation=moderation",
        story.simulator.url()
    );
    let answer: Value = story
        .http
        .get(address)
        .send()
        .await
        .unwrap()
        .json()
        .await
        .unwrap();
    let calls = answer["items"].as_array().unwrap().clone();
    calls
        .iter()
        .map(|call| call["request"]["input"].to_string())
        .collect()
}

#[tokio::test(flavor = "multi_thread")]
async fn an_offence_and_a_call_for_help_reach_a_person_without_any_key() {
    let story = Story::begin().await;
    for (customer, text, reason) in [
        (
            "700700",
            "You are a f.u.c.k.i.n.g idiot",
            "offensive_message",
        ),
        ("700701", "I want to kill myself", "person_in_danger"),
    ] {
        let decision = asks(&story, customer, text).await;
        assert_eq!(decision["outcome"], "escalated");
        assert_eq!(decision["reason"], reason);
    }
    story.end().await;
}

#[tokio::test(flavor = "multi_thread")]
async fn openai_judges_what_comes_in_and_what_goes_out() {
    let story = with_moderation().await;
    let decision = asks(&story, "700702", QUESTION).await;
    assert_eq!(decision["outcome"], "answered", "{decision:#}");
    let words = story.words_to("700702");
    let texts = judged(&story).await;
    assert_eq!(texts.len(), 2, "{texts:?}");
    assert!(texts[0].contains(QUESTION) && texts[1].contains(&words[0]));
    let told = &decision["explanation"]["moderation"];
    assert_eq!(told[0]["side"], "incoming");
    assert_eq!(told[1]["flagged"], json!([]));
    story
        .model_answers(json!([judges(json!({"hate": 0.9}))]))
        .await;
    let decision = asks(&story, "700703", "Do you deliver to those people?").await;
    assert_eq!(decision["reason"], "offensive_message");
    story.end().await;
}

#[tokio::test(flavor = "multi_thread")]
async fn an_answer_that_openai_holds_back_waits_for_a_person() {
    let story = with_moderation().await;
    let source = passage(&story).await;
    let mut outgoing = judges(json!({"harassment": 0.9}));
    outgoing["match"] = json!("Two colours");
    let text = "Yes, we deliver to Belgium. Two colours.";
    story
        .model_answers(json!([outgoing, answers(text, 0.95, &source)]))
        .await;
    let decision = asks(&story, "700704", QUESTION).await;
    assert!(story.words_to("700704").is_empty(), "it was sent unseen");
    assert_eq!(decision["outcome"], "suggested");
    assert_eq!(decision["reason"], "moderation_out", "{decision:#}");
    story.end().await;
}

#[tokio::test(flavor = "multi_thread")]
async fn when_moderation_can_not_be_reached_the_draft_waits_for_a_person() {
    let story = with_moderation().await;
    for (number, failure) in [
        json!({"error": {"status": 500}}),
        json!({"broken": "reset"}),
        json!({"broken": "not_json"}),
        json!({"respond": {"scores": {}}, "error": {"status": 429}}),
    ]
    .into_iter()
    .enumerate()
    {
        let mut rule = failure.clone();
        rule["operation"] = json!("moderation");
        story.model_answers(json!([rule])).await;
        let customer = format!("70071{number}");
        let decision = asks(&story, &customer, QUESTION).await;
        assert!(
            story.words_to(&customer).is_empty(),
            "{failure}: it was sent unjudged"
        );
        assert_eq!(decision["outcome"], "suggested", "{failure} {decision:#}");
        assert_eq!(decision["reason"], "moderation_unavailable");
    }
    story.end().await;
}
