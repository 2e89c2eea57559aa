//! A webhook may name a comment and its words only: what it left out is read from the platform, and acts
//! then as it would have at once.

use reqwest::{Method, StatusCode};
use serde_json::json;

use crate::model_mode::QUESTION;
use crate::story::{Story, account_of};

/// Tells of a comment, by its id and its words.
async fn told(story: &Story, comment: &str, text: &str) {
    let value = json!({"id": comment, "text": text});
    let entry = json!({"id": account_of("instagram"),
        "time": kernel::Clock::System.now().timestamp(),
        "changes": [{"field": "comments", "value": value}]});
    let body = json!({"object": "instagram", "entry": [entry]}).to_string();
    assert_eq!(story.webhook("instagram", body.as_bytes()).await, 200);
    story.settle().await;
}

#[tokio::test(flavor = "multi_thread")]
async fn an_answer_of_the_shop_without_its_author_makes_a_draft_yesterdays() {
    let story = Story::begin().await;
    let suggest = json!({"mode": "suggest"});
    story.put("/api/ai-settings", &suggest).await;
    let comment = story.comment("880", QUESTION);
    story.settle().await;
    assert_eq!(story.comment_state(&comment).await, "suggested");
    story.lose_webhooks();
    let own = story.comment_below(&comment, account_of("instagram"), "Yes!");
    told(&story, &own, "Yes!").await;
    assert_eq!(story.comment_state(&comment).await, "answered");
    assert!(story.decided_about(&own).await.is_empty(), "it is ours");
    let drafts = "SELECT count(*) FROM comments WHERE draft IS NOT NULL";
    assert_eq!(story.count(drafts).await, 0);
    story.end().await;
}

#[tokio::test(flavor = "multi_thread")]
async fn a_question_that_comes_late_and_bare_is_not_answered_after_the_shop_did() {
    let story = Story::begin().await;
    let top = story.comment("880", "We had one of these.");
    story.settle().await;
    story.lose_webhooks();
    let question = story.comment_below(&top, "880", QUESTION);
    let own = story.comment_below(&top, account_of("instagram"), "Yes, we do.");
    told(&story, &own, "Yes, we do.").await;
    // The platform's instants are of whole seconds.
    sqlx::query("UPDATE comments SET written_at = written_at + interval '2 seconds' WHERE own")
        .execute(&story.tables)
        .await
        .unwrap();
    told(&story, &question, QUESTION).await;
    let decided = story.decision_on(&question).await;
    assert_eq!(decided, ("silent".to_owned(), "native_replied".to_owned()));
    assert_eq!(story.answers_under(&top), ["Yes, we do."]);
    story.end().await;
}

#[tokio::test(flavor = "multi_thread")]
async fn somebody_who_was_erased_does_not_come_back_by_a_bare_comment() {
    let story = Story::begin().await;
    let comment = story.comment("700885", QUESTION);
    story.settle().await;
    let listed = story.get("/api/comments").await;
    let id = listed["items"][0]["id"].as_str().unwrap();
    let path = format!("/api/comments/{id}/author");
    let (status, _) = story.ask(Method::DELETE, &path, None).await;
    assert_eq!(status, StatusCode::NO_CONTENT);
    told(&story, &comment, QUESTION).await;
    let left = "SELECT count(*) FROM comments";
    assert_eq!(story.count(left).await, 0);
    assert_eq!(story.answers_under(&comment).len(), 1, "the one before");
    story.end().await;
}
