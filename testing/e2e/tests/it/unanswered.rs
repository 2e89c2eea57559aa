//! A question with thanks behind it is still a question: what is unanswered is judged together.

use reqwest::{Method, StatusCode};
use serde_json::json;

use crate::model_mode::QUESTION;
use crate::story::{Setup, Story};

const THANKS: &str = "Thank you!";

/// The question was answered once, and both messages have that answer as their decision.
async fn answered_once(story: &Story, customer: &str) {
    let words = story.words_to(customer);
    assert_eq!(words.len(), 1, "{words:?}");
    assert!(words[0].starts_with("Yes, we deliver to Belgium"));
    let decisions = story.decisions().await;
    for decision in decisions.iter().take(2) {
        assert_eq!(decision["outcome"], "answered", "{decision:#}");
    }
}

#[tokio::test(flavor = "multi_thread")]
async fn thanks_behind_a_question_do_not_keep_it_from_its_answer() {
    let story = Story::begin_with(Setup {
        settings: vec![("SOCIALSYNC_REPLY_DELAY_MS", "10000".to_owned())],
        ..Setup::default()
    })
    .await;
    story.customer("instagram", "701300", QUESTION).await;
    story.customer("instagram", "701300", THANKS).await;
    story.settle().await;
    answered_once(&story, "701300").await;
    story.end().await;
}

#[tokio::test(flavor = "multi_thread")]
async fn thanks_that_come_before_the_answer_leaves_do_not_keep_it_from_leaving() {
    let story = Story::begin().await;
    let held = story.hold_sends();
    story.customer("instagram", "701301", QUESTION).await;
    held.arrived().await;
    story.customer("instagram", "701301", THANKS).await;
    story.taken_in().await;
    held.release();
    story.settle().await;
    answered_once(&story, "701301").await;
    story.end().await;
}

#[tokio::test(flavor = "multi_thread")]
async fn thanks_that_come_while_a_draft_waits_leave_a_draft_for_the_question() {
    let story = Story::begin().await;
    story
        .put("/api/ai-settings", &json!({"mode": "suggest"}))
        .await;
    story.customer("instagram", "701302", QUESTION).await;
    story.settle().await;
    story.customer("instagram", "701302", THANKS).await;
    story.settle().await;
    for about in ["Belgium", THANKS] {
        let decision = story.decision_about(about).await;
        assert_eq!(decision["outcome"], "suggested", "{decision:#}");
    }
    let draft = story.decision_about("Belgium").await;
    let path = format!(
        "/api/suggestions/{}/approve",
        draft["run_id"].as_str().unwrap()
    );
    let (status, _) = story.ask(Method::POST, &path, Some(&json!({}))).await;
    assert_eq!(status, StatusCode::OK, "the draft for the question is gone");
    story.settle().await;
    assert_eq!(story.words_to("701302").len(), 1);
    // What was answered stays answered.
    story.customer("instagram", "701302", THANKS).await;
    story.settle().await;
    let last = &story.decisions().await[0];
    assert_eq!(last["reason"], "nothing_to_answer", "{last:#}");
    assert_eq!(story.words_to("701302").len(), 1);
    story.end().await;
}

#[tokio::test(flavor = "multi_thread")]
async fn a_draft_that_a_person_answered_instead_is_not_made_anew() {
    let story = Story::begin().await;
    story
        .put("/api/ai-settings", &json!({"mode": "suggest"}))
        .await;
    story.customer("instagram", "701303", QUESTION).await;
    story.settle().await;
    let conversation = story.conversation_with("701303").await;
    story.human_reply(&conversation, "Yes, we do.").await;
    story.settle().await;
    let path = format!(
        "/api/conversations/{}/hand-back",
        conversation["id"].as_str().unwrap()
    );
    story.post(&path, &json!({})).await;
    story.customer("instagram", "701303", THANKS).await;
    story.settle().await;
    let last = &story.decisions().await[0];
    assert_eq!(last["reason"], "nothing_to_answer", "{last:#}");
    let question = story.decision_about("Belgium").await;
    assert_ne!(question["reason"], "superseded");
    story.end().await;
}
