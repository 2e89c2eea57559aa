//! Who answers comments is told that some need a person.

use reqwest::{Method, StatusCode};
use serde_json::{Value, json};

use crate::story::{Story, account_of};

const RIDDLE: &str = "Which planet do the mugs come from?";

async fn unread(story: &Story) -> Vec<Value> {
    let list = story.get("/api/notifications?unread=true").await;
    list["items"].as_array().unwrap().clone()
}

/// Somebody asks what only a person can answer: the platform's id, and ours.
async fn riddle(story: &Story, author: &str) -> (String, String) {
    let comment = story.comment(author, RIDDLE);
    story.settle().await;
    assert_eq!(story.comment_state(&comment).await, "needs_person");
    let listed = story.get("/api/comments").await;
    let newest = &listed["items"][0];
    assert_eq!(newest["external_id"], comment.as_str());
    (comment, newest["id"].as_str().unwrap().to_owned())
}

async fn does(story: &Story, id: &str, verb: &str, body: &Value) {
    let path = format!("/api/comments/{id}/{verb}");
    let (status, told) = story.ask(Method::POST, &path, Some(body)).await;
    assert_eq!(status, StatusCode::OK, "{told}");
    story.settle().await;
}

#[tokio::test(flavor = "multi_thread")]
async fn the_bell_rings_for_comments_that_need_a_person_until_none_does() {
    let story = Story::begin().await;
    story.comment("880", "So beautiful! 😍");
    story.settle().await;
    assert!(unread(&story).await.is_empty(), "praise needs nobody");

    let (_, first) = riddle(&story, "881").await;
    let told = unread(&story).await;
    assert_eq!(told.len(), 1, "{told:#?}");
    assert_eq!(told[0]["news"]["kind"], "comments");
    assert_eq!(told[0]["link"], "/comments?show=person");
    let page = story.page("/notifications").await;
    assert!(page.contains("need a person"), "{page}");

    // However many there are, it is one piece of news.
    let (_, second) = riddle(&story, "882").await;
    let again = unread(&story).await;
    assert_eq!(again.len(), 1, "{again:#?}");
    assert_ne!(again[0]["id"], told[0]["id"], "the newest counts");

    does(&story, &first, "reply", &json!({"text": "Earth."})).await;
    assert_eq!(unread(&story).await.len(), 1, "another one still waits");
    does(&story, &second, "done", &json!({})).await;
    assert!(unread(&story).await.is_empty());

    // What the shop answers elsewhere needs nobody here.
    let (third, _) = riddle(&story, "883").await;
    assert_eq!(unread(&story).await.len(), 1);
    story.comment_below(&third, account_of("instagram"), "Earth!");
    story.settle().await;
    assert!(unread(&story).await.is_empty());
    story.end().await;
}
