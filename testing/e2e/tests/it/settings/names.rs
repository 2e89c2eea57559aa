//! Settings are read and changed one by one, by the names that programs know from before, too.

use reqwest::{Method, StatusCode};
use serde_json::json;

use crate::story::{Story, is_an_error};

#[tokio::test(flavor = "multi_thread")]
async fn single_settings_are_changed_by_either_name_and_the_others_stay() {
    let story = Story::begin().await;
    let body = json!({
        "ai_model": "simulated/first", "temperature": 0.9, "top_p": 0.5, "lang": "fr",
        "tone": "formal", "system_prompt": "You sell lamps.", "instructions": "Closed in May.",
        "ai_control_enabled": true, "ai_enabled_for_chats": true, "ai_enabled_for_comments": false,
        "flagged_keywords": ["lawyer"], "flagged_phrases": ["money back"],
        "ignore_examples": ["Follow me back"],
    });
    story.put("/api/ai-settings", &body).await;
    let settings = story.get("/api/ai-settings").await;
    for (field, value) in body.as_object().unwrap() {
        assert_eq!(&settings[field], value, "{field}");
    }
    for (other, ours) in [
        ("ai_model", "model"),
        ("lang", "language"),
        ("flagged_keywords", "blocked_keywords"),
        ("flagged_phrases", "blocked_phrases"),
        ("is_active", "ai_control_enabled"),
    ] {
        assert_eq!(settings[other], settings[ours], "{other}");
    }
    assert_eq!(settings["mode"], "auto", "what was not named stays");
    let mut sent_back = settings.clone();
    sent_back["tone"] = json!("dry");
    let settings = story.put("/api/ai-settings", &sent_back).await;
    assert_eq!(settings["tone"], "dry");
    assert_eq!(settings["model"], "simulated/first");
    story.end().await;
}

#[tokio::test(flavor = "multi_thread")]
async fn a_setting_that_can_not_be_is_named() {
    let story = Story::begin().await;
    for (body, field) in [
        (json!({"mood": "sunny"}), "mood"),
        (json!({"temperature": "hot"}), "temperature"),
        (json!({"temperature": 7}), "temperature"),
        (json!({"settings": {}, "tone": "dry"}), "settings"),
        (json!({"budget": {"daily_micro_usd": -1}}), "budget"),
    ] {
        let refused = story
            .ask(Method::PUT, "/api/ai-settings", Some(&body))
            .await;
        is_an_error(
            &refused,
            StatusCode::UNPROCESSABLE_ENTITY,
            "VALIDATION_FAILED",
        );
        assert!(
            !refused.1["detail"]["fields"][field].is_null(),
            "{}",
            refused.1
        );
    }
    story.end().await;
}

#[tokio::test(flavor = "multi_thread")]
async fn a_setting_that_is_left_out_stays_and_a_newer_version_is_not_written_over() {
    let story = Story::begin().await;
    let path = "/api/ai-settings";
    let instructions = json!({"settings": {"instructions": "Closed in May.", "mode": "suggest"}});
    let read = story.put(path, &instructions).await;
    let saved = story.put(path, &json!({"settings": {"tone": "dry"}})).await;
    assert_eq!(saved["instructions"], "Closed in May.");
    assert_eq!(saved["mode"], "suggest");
    let late = json!({"tone": "warm", "version": read["version"]});
    let refused = story.ask(Method::PUT, path, Some(&late)).await;
    is_an_error(&refused, StatusCode::CONFLICT, "SETTINGS_CHANGED");
    assert_eq!(story.get(path).await["tone"], "dry");
    let fresh = json!({"tone": "warm", "version": saved["version"]});
    assert_eq!(story.put(path, &fresh).await["tone"], "warm");
    story.end().await;
}
