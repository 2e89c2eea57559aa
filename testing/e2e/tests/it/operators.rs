//! Who sees which webhook: workspaces their own, operators those of nobody.

use serde_json::json;

use crate::accounts::{PASSWORD, Person, register};
use crate::story::{EMAIL, Setup, Story};

/// No JSON, and yet signed by the platform.
const BROKEN: &[u8] = b"{\"object\": ";

#[tokio::test(flavor = "multi_thread")]
async fn an_owner_who_does_not_operate_the_installation_sees_only_the_workspaces_webhooks() {
    let story = Story::begin().await;
    assert_eq!(story.webhook("instagram", BROKEN).await, 200);
    story.customer("instagram", "ig_ana", "Hello").await;
    story.settle().await;
    // One body, however often a door that had no time let it be sent.
    let parked = "SELECT count(DISTINCT body) FROM webhook_events WHERE state = 'parked'";
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
    let times = page["items"].as_array().unwrap().len();
    assert!(times >= 1, "{page}");
    let why = page["items"][0]["error"].as_str().unwrap();
    assert!(!why.is_empty());
    let answer = story
        .post("/api/operations/journal/replay", &json!({}))
        .await;
    assert_eq!(answer["replayed"], times);
    story.settle().await;
    let parked = "SELECT count(DISTINCT body) FROM webhook_events WHERE state = 'parked'";
    assert_eq!(story.count(parked).await, 1, "it is as broken as before");
    story.end().await;
}

#[tokio::test(flavor = "multi_thread")]
async fn whoever_registers_with_an_operators_address_operates_nothing_until_it_is_proven() {
    let boss = "boss@studio.test";
    let story = Story::begin_with(Setup {
        settings: vec![("SOCIALSYNC_OPERATORS", boss.to_owned())],
        ..Setup::default()
    })
    .await;
    assert_eq!(story.webhook("instagram", BROKEN).await, 200);
    story.settle().await;
    let parked = "/api/operations/journal?state=parked";
    let somebody = register(&story, boss).await;
    assert_eq!(
        somebody.get("/dev/mail").await.0,
        404,
        "links open accounts"
    );
    assert_eq!(somebody.get(parked).await.1["items"], json!([]));

    // Whoever follows the link reads the mail of that address.
    let body = json!({ "email": boss });
    somebody.post("/api/auth/forgot-password", &body).await;
    let link = story.mailed_link(boss).await;
    let token = link.rsplit("token=").next().unwrap();
    let reset = json!({ "token": token, "password": PASSWORD });
    let (status, answer) = somebody.post("/api/auth/reset-password", &reset).await;
    assert!(status.is_success(), "{answer}");
    assert_eq!(somebody.get(parked).await.0, 401, "the first one is out");
    let operator = Person::sign_in(&story, boss).await;
    assert_eq!(operator.get("/dev/mail").await.0, 200);
    let (_, page) = operator.get(parked).await;
    assert!(!page["items"].as_array().unwrap().is_empty(), "{page}");
    story.end().await;
}
