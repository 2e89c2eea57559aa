use std::time::Duration;

use reqwest::Method;
use serde_json::{Value, json};

use crate::setup::{ACCOUNT, IG_TOKEN, Story};

async fn fault(story: &Story, kind: &str) {
    story
        .control(
            "faults",
            json!({"operation": "send_message", "kind": kind, "times": 1}),
        )
        .await;
}

/// A send whose client waits only for a moment; true when an answer came.
async fn impatient_send(story: &Story, text: &str) -> bool {
    story
        .http
        .post(format!(
            "{}/graph.instagram.com/me/messages",
            story.sim.url()
        ))
        .bearer_auth(IG_TOKEN)
        .timeout(Duration::from_secs(2))
        .json(&json!({"recipient": {"id": "1"}, "message": {"text": text}}))
        .send()
        .await
        .is_ok()
}

#[tokio::test]
async fn each_refusing_fault_answers_with_its_code_and_performs_nothing() {
    let story = Story::start().await;
    story.ig_writes("1", "Hello").await;
    story.wa_writes("32470000001", "Hello").await;
    for (kind, instagram, whatsapp) in [
        ("rate_limited", (400, 4), (400, 130_429)),
        ("server_error", (500, 2), (500, 131_000)),
        ("expired_token", (400, 190), (401, 190)),
    ] {
        fault(&story, kind).await;
        let (status, error) = story.ig_text("1", kind).await;
        assert_eq!(
            (status, error["error"]["code"].as_i64().unwrap()),
            instagram
        );
        fault(&story, kind).await;
        let (status, error) = story.wa_text("32470000001", kind).await;
        assert_eq!((status, error["error"]["code"].as_i64().unwrap()), whatsapp);
    }
    assert!(
        story
            .sim
            .calls(0)
            .iter()
            .all(|call| !call.performed && call.status >= 400)
    );
    assert_eq!(story.ig_text("1", "now").await.0, 200);
}

#[tokio::test]
async fn timeout_after_performs_the_write_and_never_answers() {
    let story = Story::start().await;
    story.ig_writes("1", "Hello").await;
    fault(&story, "timeout_after").await;
    assert!(!impatient_send(&story, "lost answer").await);
    let call = story.sim.calls(0).remove(0);
    assert!(call.performed);
    assert_eq!((call.status, call.target.as_str()), (0, "1"));
    let echo = story.app.wait(2).await[1].item();
    assert_eq!(echo["message"]["text"], "lost answer");
}

#[tokio::test]
async fn timeout_before_performs_nothing_and_never_answers() {
    let story = Story::start().await;
    story.ig_writes("1", "Hello").await;
    fault(&story, "timeout_before").await;
    assert!(!impatient_send(&story, "lost request").await);
    assert!(!story.sim.calls(0)[0].performed);
    let seen = story
        .get(&format!("/_sandbox/conversations/instagram/{ACCOUNT}"))
        .await;
    assert_eq!(seen["items"][0]["messages"].as_array().unwrap().len(), 1);
}

#[tokio::test]
async fn connection_reset_closes_the_connection_without_an_answer() {
    let story = Story::start().await;
    story.ig_writes("1", "Hello").await;
    fault(&story, "connection_reset").await;
    let error = story
        .http
        .post(format!(
            "{}/graph.instagram.com/me/messages",
            story.sim.url()
        ))
        .bearer_auth(IG_TOKEN)
        .timeout(Duration::from_secs(20))
        .json(&json!({"recipient": {"id": "1"}, "message": {"text": "x"}}))
        .send()
        .await
        .unwrap_err();
    assert!(!error.is_timeout() && error.status().is_none(), "{error:?}");
    assert!(!story.sim.calls(0)[0].performed);
    assert_eq!(story.ig_text("1", "again").await.0, 200);
}

#[tokio::test]
async fn webhook_faults_duplicate_delay_and_reorder() {
    let story = Story::start().await;
    let order = |kind: &str| json!({"operation": "message", "kind": kind, "delay_ms": 50});
    story.control("faults", order("duplicate_webhook")).await;
    story.ig_writes("1", "twice").await;
    let twice = story.app.wait(2).await;
    assert_eq!(twice[0].bytes, twice[1].bytes);
    story.control("faults", order("reordered_webhook")).await;
    story.ig_writes("1", "second").await;
    story.ig_writes("1", "first").await;
    story.control("faults", order("delayed_webhook")).await;
    let seen = story.app.wait(4).await;
    let text = |at: usize| seen[at].item()["message"]["text"].clone();
    assert_eq!((text(2), text(3)), (json!("first"), json!("second")));
    story.ig_writes("1", "late").await;
    assert_eq!(story.app.wait(5).await[4].item()["message"]["text"], "late");
}

#[tokio::test]
async fn the_same_seed_gives_the_same_faults() {
    let mut patterns = Vec::new();
    for seed in [5, 5, 6] {
        let story = Story::start().await;
        story.ig_writes("1", "Hello").await;
        story.control("seed", json!({"seed": seed})).await;
        let chance =
            json!({"operation": "send_message", "kind": "server_error", "probability": 0.3});
        story.control("faults", chance).await;
        let mut pattern = Vec::new();
        for n in 0..60 {
            pattern.push(story.ig_text("1", &format!("message {n}")).await.0);
        }
        patterns.push(pattern);
    }
    assert_eq!(patterns[0], patterns[1]);
    assert_ne!(patterns[0], patterns[2]);
}

#[tokio::test]
async fn faults_are_listed_checked_and_cleared() {
    let story = Story::start().await;
    fault(&story, "server_error").await;
    assert_eq!(story.get("/_sandbox/faults").await["items"][0]["times"], 1);
    let (status, _) = story
        .call(Method::DELETE, "/_sandbox/faults", None, None)
        .await;
    assert_eq!(status, 200);
    assert_eq!(story.get("/_sandbox/faults").await["items"], json!([]));
    for bad in [
        json!({"operation": "send_message", "kind": "nonsense"}),
        json!({"operation": "send_message", "kind": "server_error", "probability": 2}),
        json!({"kind": "server_error"}),
    ] {
        let (status, answer): (u16, Value) = story
            .call(Method::POST, "/_sandbox/faults", None, Some(bad))
            .await;
        assert_eq!(status, 400, "{answer}");
    }
}
