//! People and the agent at the same comment: what a person did holds.

use reqwest::{Method, StatusCode};
use serde_json::{Value, json};

use crate::model_mode::{QUESTION, comment_that_is_thought_about, in_model_mode};
use crate::story::Story;

/// Our id of a comment.
async fn id_of(story: &Story, comment: &str) -> String {
    let listed = story.get("/api/comments").await;
    let listed = listed["items"].as_array().unwrap();
    let found = listed.iter().find(|it| it["external_id"] == comment);
    found.unwrap()["id"].as_str().unwrap().to_owned()
}

async fn does(story: &Story, id: &str, verb: &str, body: &Value) {
    let path = format!("/api/comments/{id}/{verb}");
    let (status, told) = story.ask(Method::POST, &path, Some(body)).await;
    assert_eq!(status, StatusCode::OK, "{told}");
}

async fn change(story: &Story, sql: &'static str) {
    sqlx::query(sql).execute(&story.tables).await.unwrap();
}

/// The effect that was begun last.
async fn newest_effect(story: &Story) -> String {
    let listed = story.get("/api/effects").await;
    listed["items"][0]["id"].as_str().unwrap().to_owned()
}

#[tokio::test(flavor = "multi_thread")]
async fn a_late_decision_leaves_what_became_of_a_persons_answer() {
    let story = in_model_mode().await;
    let comment = comment_that_is_thought_about(&story).await;
    let id = id_of(&story, &comment).await;
    does(&story, &id, "reply", &json!({"text": "Gladly."})).await;
    story.release_the_model().await;
    story.settle().await;
    let decided = story.decision_on(&comment).await;
    assert_eq!(decided, ("silent".to_owned(), "human_replied".to_owned()));
    assert_eq!(story.answers_under(&comment), ["Gladly."]);
    assert_eq!(story.comment_state(&comment).await, "answered");
    story.end().await;
}

#[tokio::test(flavor = "multi_thread")]
async fn a_persons_answer_is_not_followed_by_the_agents_to_the_same_author() {
    let story = Story::begin().await;
    let sends = story.hold_sends();
    let first = story.comment("880", QUESTION);
    sends.arrived().await;
    let second = story.comment_below(&first, "880", "And by when?");
    let other = story.comment_below(&first, "881", QUESTION);
    story.taken_in().await;
    let id = id_of(&story, &second).await;
    does(
        &story,
        &id,
        "reply",
        &json!({"text": "To both: by Monday."}),
    )
    .await;
    sends.release();
    story.settle().await;
    let under = story.answers_under(&first);
    assert_eq!(
        under.len(),
        2,
        "one of a person, one to somebody else: {under:?}"
    );
    assert!(under.iter().any(|text| text == "To both: by Monday."));
    let decided = story.decision_on(&first).await;
    assert_eq!(decided, ("silent".to_owned(), "human_replied".to_owned()));
    // Nobody knows whether the answer was one to this, too.
    assert_eq!(story.comment_state(&first).await, "needs_person");
    assert_eq!(story.comment_state(&second).await, "answered");
    assert_eq!(story.decision_on(&other).await.0, "answered");
    story.end().await;
}

#[tokio::test(flavor = "multi_thread")]
async fn the_last_answer_says_how_far_a_comment_is() {
    let story = Story::begin().await;
    let comment = story.comment("880", "Which planet do the mugs come from?");
    story.settle().await;
    let id = id_of(&story, &comment).await;
    does(&story, &id, "reply", &json!({"text": "Earth."})).await;
    story.settle().await;
    let first = newest_effect(&story).await;
    change(
        &story,
        "UPDATE effects SET state = 'unknown', resting = true, finished_at = NULL",
    )
    .await;
    does(&story, &id, "reply", &json!({"text": "Belgium."})).await;
    story.settle().await;
    let dropped = json!({"decision": "drop"});
    let path = format!("/api/effects/{first}/resolve");
    story.post(&path, &dropped).await;
    assert_eq!(story.comment_state(&comment).await, "answered");

    // A wish that nobody knows the end of is told of beside the comment.
    does(&story, &id, "hide", &json!({})).await;
    story.settle().await;
    let hide = newest_effect(&story).await;
    change(
        &story,
        "UPDATE effects SET state = 'unknown', resting = true, finished_at = NULL
         WHERE kind = 'hide_comment'",
    )
    .await;
    let path = format!("/api/effects/{hide}/resolve");
    story.post(&path, &dropped).await;
    let page = story.page(&format!("/comments/{id}")).await;
    assert!(
        page.contains("A person decided to leave it as it was"),
        "{page}"
    );
    story.end().await;
}
