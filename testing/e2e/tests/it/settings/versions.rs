//! Every save is a version; one click returns to any of them.

use reqwest::{Method, StatusCode};
use serde_json::{Value, json};

use crate::story::{Story, is_an_error};

async fn versions(story: &Story) -> Vec<Value> {
    let list = story.get("/api/ai-settings/versions").await;
    list["items"].as_array().unwrap().clone()
}

#[tokio::test(flavor = "multi_thread")]
async fn every_save_is_a_version_that_says_who_changed_what_and_why() {
    let story = Story::begin().await;
    let before = versions(&story).await.len();
    let saved = story
        .put(
            "/api/ai-settings",
            &json!({"tone": "formal", "confidence": 0.8, "note": "Complaints about jokes"}),
        )
        .await;
    let all = versions(&story).await;
    assert_eq!(all.len(), before + 1);
    let newest = &all[0];
    assert_eq!(newest["version"], saved["version"]);
    assert_eq!(newest["changed"], json!(["tone", "confidence"]));
    assert_eq!(newest["note"], "Complaints about jokes");
    assert_eq!(newest["saved_by_name"], "Camille Laurent");
    let id = newest["id"].as_str().unwrap();
    let one = story.get(&format!("/api/ai-settings/versions/{id}")).await;
    assert_eq!(one["settings"]["tone"], "formal");
    let tone = json!({"field": "tone", "before": "friendly", "after": "formal"});
    assert!(
        one["changes"].as_array().unwrap().contains(&tone),
        "{one:#}"
    );
    let page = story.page(&format!("/agent/versions/{id}")).await;
    assert!(
        page.contains("formal") && page.contains("friendly"),
        "{page}"
    );
    assert!(
        story
            .page("/agent/versions")
            .await
            .contains("Complaints about jokes")
    );
    story.end().await;
}

#[tokio::test(flavor = "multi_thread")]
async fn a_click_returns_to_an_earlier_version_as_a_new_one_and_runs_name_theirs() {
    let story = Story::begin().await;
    let first = versions(&story).await[0].clone();
    let off = story
        .put("/api/ai-settings", &json!({"mode": "off", "tone": "dry"}))
        .await;
    story
        .customer("instagram", "700400", "Do you deliver to Belgium?")
        .await;
    story.settle().await;
    let silent = story.decision_about("Belgium").await;
    assert_eq!(silent["reason"], "mode_off");
    assert_eq!(silent["explanation"]["settings_version"], off["version"]);
    let id = first["id"].as_str().unwrap();
    let path = format!("{}/agent/versions/{id}/restore", story.url);
    let click = story.http.post(path).bearer_auth(story.token());
    let answer = click.form(&[("nothing", "")]).send().await.unwrap();
    assert!(answer.status().is_success(), "{}", answer.status());
    let settings = story.get("/api/ai-settings").await;
    assert_eq!(
        (&settings["mode"], &settings["tone"]),
        (&json!("auto"), &json!("friendly"))
    );
    let newest = versions(&story).await[0].clone();
    assert_eq!(newest["restores"], first["version"]);
    assert_eq!(newest["version"], off["version"].as_i64().unwrap() + 1);
    story
        .customer("instagram", "700401", "How long does delivery take?")
        .await;
    story.settle().await;
    let answered = story.decision_about("How long").await;
    assert_eq!(answered["outcome"], "answered", "{answered:#}");
    assert_eq!(
        answered["explanation"]["settings_version"],
        newest["version"]
    );
    let unknown = kernel::SettingsVersionId::new();
    let path = format!("/api/ai-settings/versions/{unknown}/restore");
    let refused = story.ask(Method::POST, &path, Some(&json!({}))).await;
    is_an_error(&refused, StatusCode::NOT_FOUND, "NOT_FOUND");
    story.end().await;
}

#[tokio::test(flavor = "multi_thread")]
async fn two_people_who_save_at_once_get_a_version_each_and_lose_nothing() {
    let story = Story::begin().await;
    let before = versions(&story).await.len();
    let (tone, confidence) = (json!({"tone": "dry"}), json!({"confidence": 0.8}));
    let (one, other) = tokio::join!(
        story.put("/api/ai-settings", &tone),
        story.put("/api/ai-settings", &confidence)
    );
    assert_ne!(one["version"], other["version"]);
    assert_eq!(versions(&story).await.len(), before + 2);
    let settings = story.get("/api/ai-settings").await;
    assert_eq!(settings["tone"], "dry");
    assert_eq!(settings["confidence"], 0.8);
    story.end().await;
}
