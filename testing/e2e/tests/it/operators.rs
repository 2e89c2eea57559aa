//! Who sees which webhook: workspaces their own, operators those of nobody.

use serde_json::json;

use crate::story::{EMAIL, Setup, Story};

/// No JSON, and yet signed by the platform.
const BROKEN: &[u8] = b"{\"object\": ";

#[tokio::test(flavor = "multi_thread")]
async fn an_owner_who_does_not_operate_the_installation_sees_only_the_workspaces_webhooks() {
    let story = Story::begin().await;
    assert_eq!(story.webhook("instagram", BROKEN).await, 200);
    story.customer("instagram", "ig_ana", "Hello").await;
    story.settle().await;
    let parked = "SELECT count(*) FROM webhook_events WHERE state = 'parked'";
    assert_eq!(story.count(parked).await, 1);
    let page = story.get("/api/operations/journal").await;
    let rows = page["items"].as_array().unwrap();
    assert!(!rows.is_empty());
    assert!(rows.iter().all(|row| row["state"] == "done"), "{page}");
    let answer = story
        .post("/api/operations/journal/replay", &json!({}))
        .await;
    assert_eq!(answer["replayed"], 0);
    assert_eq!(story.count(parked).await, 1);
    story.end().await;
}

#[tokio::test(flavor = "multi_thread")]
async fn an_operator_sees_a_body_of_nobody_and_sends_it_through_again() {
    let story = Story::begin_with(Setup {
        settings: vec![("SOCIALSYNC_OPERATORS", EMAIL.to_owned())],
        ..Setup::default()
    })
    .await;
    assert_eq!(story.webhook("instagram", BROKEN).await, 200);
    story.settle().await;
    let page = story.get("/api/operations/journal?state=parked").await;
    assert_eq!(page["items"].as_array().unwrap().len(), 1, "{page}");
    let why = page["items"][0]["error"].as_str().unwrap();
    assert!(!why.is_empty());
    let answer = story
        .post("/api/operations/journal/replay", &json!({}))
        .await;
    assert_eq!(answer["replayed"], 1);
    story.settle().await;
    let parked = "SELECT count(*) FROM webhook_events WHERE state = 'parked'";
    assert_eq!(story.count(parked).await, 1, "it is as broken as before");
    story.end().await;
}
