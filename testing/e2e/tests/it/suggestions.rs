//! Suggest mode: drafts wait for a person, are sent once, and grow stale.

use reqwest::{Method, StatusCode};
use serde_json::{Value, json};

use crate::story::Story;

const QUESTION: &str = "Do you deliver to Belgium?";

/// A story in suggest mode with one draft; the draft's id and text.
async fn with_a_draft(customer: &str) -> (Story, String, String) {
    let story = Story::begin().await;
    story.with_a_model("suggest").await;
    story.customer("instagram", customer, QUESTION).await;
    story.settle().await;
    assert!(story.words_to(customer).is_empty(), "sent without a person");
    let decision = story.decision_about("Belgium").await;
    assert_eq!(decision["outcome"], "suggested");
    let id = decision["run_id"].as_str().unwrap().to_owned();
    let text = decision["explanation"]["answer"]
        .as_str()
        .unwrap()
        .to_owned();
    (story, id, text)
}

async fn approve(story: &Story, id: &str, body: &Value) -> StatusCode {
    let path = format!("/api/suggestions/{id}/approve");
    story.ask(Method::POST, &path, Some(body)).await.0
}

#[tokio::test(flavor = "multi_thread")]
async fn an_approved_draft_is_sent_once_however_often_it_is_approved() {
    let (story, id, text) = with_a_draft("700300").await;
    let nothing = json!({});
    let both = tokio::join!(
        approve(&story, &id, &nothing),
        approve(&story, &id, &nothing)
    );
    let done = [both.0, both.1];
    assert!(done.contains(&StatusCode::OK), "{done:?}");
    assert!(done.contains(&StatusCode::CONFLICT), "{done:?}");
    story.settle().await;
    assert_eq!(approve(&story, &id, &nothing).await, StatusCode::CONFLICT);
    story.settle().await;
    assert_eq!(story.words_to("700300"), [text]);
    story.end().await;
}

#[tokio::test(flavor = "multi_thread")]
async fn an_edited_draft_is_sent_in_the_persons_words() {
    let (story, id, _) = with_a_draft("700301").await;
    let words = json!({"text": "Yes, and it costs nothing today."});
    assert_eq!(approve(&story, &id, &words).await, StatusCode::OK);
    story.settle().await;
    assert_eq!(
        story.words_to("700301"),
        ["Yes, and it costs nothing today."]
    );
    let author = "SELECT count(*) FROM messages WHERE direction = 'outbound' AND author = 'human'";
    assert_eq!(story.count(author).await, 1);
    story.end().await;
}

#[tokio::test(flavor = "multi_thread")]
async fn a_draft_is_stale_once_the_customer_wrote_again_and_a_newer_one_waits() {
    let (story, id, _) = with_a_draft("700302").await;
    story
        .customer("instagram", "700302", "How long does delivery take?")
        .await;
    story.settle().await;
    assert_eq!(
        approve(&story, &id, &json!({})).await,
        StatusCode::CONFLICT,
        "yesterday's draft was sent"
    );
    story.settle().await;
    assert!(story.words_to("700302").is_empty());
    let newer = story.decision_about("How long").await;
    assert_eq!(newer["outcome"], "suggested", "{newer:#}");
    let newer = newer["run_id"].as_str().unwrap();
    assert_eq!(approve(&story, newer, &json!({})).await, StatusCode::OK);
    story.settle().await;
    assert_eq!(story.words_to("700302").len(), 1);
    story.end().await;
}

#[tokio::test(flavor = "multi_thread")]
async fn an_empty_draft_can_not_be_approved_and_a_foreign_id_is_unknown() {
    let (story, id, _) = with_a_draft("700303").await;
    let status = approve(&story, &id, &json!({"text": "  "})).await;
    assert_eq!(status, StatusCode::UNPROCESSABLE_ENTITY);
    let unknown = kernel::RunId::new().to_string();
    assert_eq!(
        approve(&story, &unknown, &json!({})).await,
        StatusCode::NOT_FOUND
    );
    assert_eq!(approve(&story, &id, &json!({})).await, StatusCode::OK);
    story.settle().await;
    assert_eq!(story.words_to("700303").len(), 1);
    story.end().await;
}
