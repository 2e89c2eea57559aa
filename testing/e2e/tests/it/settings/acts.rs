//! Settings that exist act: each of these stories fails when its setting is ignored.

use serde_json::{Value, json};

use crate::model_mode::{QUESTION, answers, in_model_mode, passage};
use crate::story::{Story, account_of};

async fn set(story: &Story, settings: Value) -> Value {
    story.put("/api/ai-settings", &settings).await
}

async fn outcome(story: &Story, customer: &str, text: &str) -> (String, String) {
    story.customer("instagram", customer, text).await;
    story.settle().await;
    let decision = &story.decisions().await[0];
    assert_eq!(decision["message_text"], text);
    let word = |field: &str| decision[field].as_str().unwrap().to_owned();
    (word("outcome"), word("reason"))
}

#[tokio::test(flavor = "multi_thread")]
async fn what_the_settings_say_of_the_model_is_what_the_model_is_asked() {
    let story = in_model_mode().await;
    let wanted = json!({
        "model": "simulated/other", "temperature": 1.25, "top_p": 0.5, "max_output_tokens": 432,
        "tone": "like a pirate", "language": "es", "answer_length": "long",
        "system_prompt": "You are Lumi of {{business_name}}.",
        "instructions": "Today is {{weekday}}. Never haggle with {{customer_name}}.",
    });
    set(&story, wanted).await;
    story.customer("instagram", "700500", QUESTION).await;
    story.settle().await;
    let request = &story.model_calls().await[0]["request"];
    assert_eq!(request["model"], "simulated/other");
    assert_eq!(request["temperature"], 1.25);
    assert_eq!(request["top_p"], 0.5);
    let most = [&request["max_tokens"], &request["max_completion_tokens"]];
    assert!(most.contains(&&json!(432)), "{request:#}");
    let system = request["messages"][0]["content"].as_str().unwrap();
    for words in [
        "You are Lumi of Atelier Lumen.",
        "like a pirate",
        "the tag es",
        "at length",
        "Never haggle with",
    ] {
        assert!(system.contains(words), "{words}: {system}");
    }
    assert!(!system.contains("{{"), "{system}");
    story.end().await;
}

#[tokio::test(flavor = "multi_thread")]
async fn the_switches_and_the_mode_of_a_channel_decide_who_is_answered() {
    let story = Story::begin().await;
    for (number, (field, reason)) in [
        ("ai_control_enabled", "ai_off"),
        ("ai_enabled_for_chats", "chats_off"),
    ]
    .into_iter()
    .enumerate()
    {
        set(&story, json!({ field: false })).await;
        let customer = format!("70051{number}");
        let silent = outcome(&story, &customer, QUESTION).await;
        assert_eq!(silent, ("silent".to_owned(), reason.to_owned()));
        set(&story, json!({ field: true })).await;
    }
    let accounts = story.get("/api/channels").await;
    let accounts = accounts["items"].as_array().unwrap();
    let external = account_of("instagram");
    let own = accounts.iter().find(|one| one["external_id"] == external);
    let id = own.unwrap()["id"].as_str().unwrap();
    set(&story, json!({"channel_modes": {id: "suggest"}})).await;
    assert_eq!(outcome(&story, "700512", QUESTION).await.0, "suggested");
    assert!(story.words_to("700512").is_empty());
    story.customer("whatsapp", "33600000512", QUESTION).await;
    story.settle().await;
    assert_eq!(story.words_to("33600000512").len(), 1, "the other channel");
    story.end().await;
}

#[tokio::test(flavor = "multi_thread")]
async fn flagged_words_and_ignored_examples_decide_about_words() {
    let story = Story::begin().await;
    let rules = json!({
        "flagged_keywords": ["lawyer"], "flagged_phrases": ["money back"],
        "ignore_examples": ["Follow me back please"],
    });
    set(&story, rules).await;
    for (customer, text, outcome_is, reason_is) in [
        (
            "700520",
            "My l4wyer will write to you",
            "escalated",
            "blocked_keyword",
        ),
        (
            "700521",
            "I want my money back",
            "escalated",
            "blocked_phrase",
        ),
        ("700522", "folow me back pls", "silent", "ignored_example"),
    ] {
        let got = outcome(&story, customer, text).await;
        assert_eq!(got, (outcome_is.to_owned(), reason_is.to_owned()), "{text}");
    }
    story.end().await;
}

#[tokio::test(flavor = "multi_thread")]
async fn an_answer_as_sure_as_the_settings_ask_is_sent_and_one_below_is_not() {
    let story = in_model_mode().await;
    let source = passage(&story).await;
    let text = "Yes, we deliver to Belgium.";
    story
        .model_answers(json!([answers(text, 0.6, &source)]))
        .await;
    set(&story, json!({"confidence": 0.5})).await;
    assert_eq!(outcome(&story, "700523", QUESTION).await.0, "answered");
    set(&story, json!({"confidence": 0.65})).await;
    assert_eq!(outcome(&story, "700524", QUESTION).await.0, "escalated");
    story.end().await;
}

#[tokio::test(flavor = "multi_thread")]
async fn outside_business_hours_the_agent_is_silent_when_it_should() {
    let story = Story::begin().await;
    let now = kernel::Clock::System.now() + chrono::TimeDelta::days(3);
    let day = chrono::Datelike::weekday(&now).number_from_monday();
    let elsewhere = json!([{"day": day, "from": "00:00", "to": "00:01"}]);
    set(
        &story,
        json!({"business_hours": elsewhere, "outside_hours": "silent"}),
    )
    .await;
    let silent = outcome(&story, "700530", QUESTION).await;
    assert_eq!(silent.1, "outside_hours");
    set(&story, json!({"outside_hours": "answer"})).await;
    assert_eq!(outcome(&story, "700531", QUESTION).await.0, "answered");
    story.end().await;
}

#[tokio::test(flavor = "multi_thread")]
async fn the_notice_and_the_mails_of_an_escalation_are_those_of_the_settings() {
    let story = Story::begin().await;
    let chosen = json!({
        "escalation_notice": {"en": "One moment, a colleague comes."},
        "notify_emails": ["night@shop.example"],
    });
    set(&story, chosen).await;
    outcome(&story, "700540", "I want to talk to a human").await;
    assert_eq!(story.words_to("700540"), ["One moment, a colleague comes."]);
    let folder = std::fs::read_dir(story.folder().join("mail")).unwrap();
    let mails: Vec<String> = folder
        .map(|file| std::fs::read_to_string(file.unwrap().path()).unwrap_or_default())
        .collect();
    assert!(mails.iter().any(|mail| mail.contains("night@shop.example")));
    story.end().await;
}

#[tokio::test(flavor = "multi_thread")]
async fn words_that_prove_no_language_are_answered_in_the_language_of_the_business() {
    let story = Story::begin().await;
    sqlx::query("UPDATE workspaces SET locale = 'es'")
        .execute(&story.tables)
        .await
        .unwrap();
    set(&story, json!({"flagged_keywords": ["huge"]})).await;
    outcome(&story, "700550", "huge time").await;
    let words = story.words_to("700550");
    assert!(words[0].starts_with("Gracias"), "{words:?}");
    story.end().await;
}
