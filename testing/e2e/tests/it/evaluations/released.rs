//! What would change is seen question by question; a release names its evaluation, and one call
//! returns to the version before.

use reqwest::StatusCode;
use serde_json::{Value, json};

use super::{CHEEKY, act, begin, ended, results, try_the_second, two_questions, with_two_models};
use crate::story::{Story, is_an_error};

async fn versions(story: &Story) -> Vec<Value> {
    let list = story.get("/api/ai-settings/versions").await;
    list["items"].as_array().unwrap().clone()
}

#[tokio::test(flavor = "multi_thread")]
async fn another_model_is_tried_released_and_returned_from() {
    let story = with_two_models().await;
    let set = two_questions(&story).await;
    let id = try_the_second(&story, &set).await;
    let found = ended(&story, &id).await;
    assert_eq!(found["state"], "done", "{found:#}");
    assert_eq!((&found["cases"], &found["done"]), (&json!(2), &json!(2)));
    assert_eq!(found["changes"][0]["field"], "model");
    let summary = &found["summary"];
    assert_eq!(
        (&summary["worse"], &summary["same"]),
        (&json!(1), &json!(1))
    );
    assert_eq!(
        summary["baseline"]["retrieval_hit"],
        json!({"met": 1, "of": 1})
    );
    assert_eq!(summary["baseline"]["answered"], json!({"met": 2, "of": 2}));
    let before = summary["baseline"]["likeness"].as_f64().unwrap();
    assert!(summary["candidate"]["likeness"].as_f64().unwrap() < before);
    assert!(
        summary["topics"].as_array().unwrap().len() >= 2,
        "{summary:#}"
    );
    // What is worse is in front.
    let all = results(&story, &id, "").await;
    assert_eq!(
        (&all[0]["verdict"], &all[1]["verdict"]),
        (&json!("worse"), &json!("same"))
    );
    let worse = &results(&story, &id, "verdict=worse").await[0];
    assert_eq!(worse["candidate"]["text"], CHEEKY);
    assert_eq!(worse["candidate"]["model"], "simulated/second");
    assert_eq!(worse["baseline"]["model"], "simulated/first");
    assert_eq!(worse["candidate"]["grounded"], false, "{worse:#}");
    assert!(worse["baseline"]["prompt_tokens"].as_i64().unwrap() > 0);
    // Nothing was sent and nothing was changed.
    assert_eq!(story.count("SELECT count(*) FROM messages").await, 0);
    assert_eq!(
        story.get("/api/ai-settings").await["model"],
        "simulated/first"
    );
    let calls = story
        .count("SELECT count(*) FROM ai_usage WHERE purpose = 'rehearsal'")
        .await;
    assert_eq!(calls, 8, "two calls for each side of each question");
    // Released, by name.
    let number = versions(&story).await[0]["version"].as_i64().unwrap();
    let (status, released) = act(&story, &id, "release").await;
    assert_eq!(status, StatusCode::OK, "{released:#}");
    assert_eq!(released["released_version"], number + 1);
    let newest = versions(&story).await[0].clone();
    assert_eq!(
        (&newest["version"], &newest["evaluation_id"]),
        (&json!(number + 1), &json!(id))
    );
    let settings = story.get("/api/ai-settings").await;
    assert_eq!(
        (&settings["model"], &settings["has_key"]),
        (&json!("simulated/second"), &json!(true))
    );
    is_an_error(
        &act(&story, &id, "release").await,
        StatusCode::CONFLICT,
        "RELEASED",
    );
    // And back.
    let (status, _) = act(&story, &id, "return").await;
    assert_eq!(status, StatusCode::OK);
    assert_eq!(
        story.get("/api/ai-settings").await["model"],
        "simulated/first"
    );
    assert_eq!(versions(&story).await[0]["restores"], number);
    is_an_error(
        &act(&story, &id, "return").await,
        StatusCode::CONFLICT,
        "REPLACED",
    );
    // A version that was released on its strength stays explained.
    let path = format!("/api/evaluations/{id}");
    let kept = story.ask(reqwest::Method::DELETE, &path, None).await;
    is_an_error(&kept, StatusCode::CONFLICT, "RELEASED");
    let path = format!("/api/evaluation-sets/{set}");
    let kept = story.ask(reqwest::Method::DELETE, &path, None).await;
    is_an_error(&kept, StatusCode::CONFLICT, "RELEASED");
    story.end().await;
}

#[tokio::test(flavor = "multi_thread")]
async fn nothing_is_released_over_settings_that_changed_meanwhile() {
    let story = with_two_models().await;
    let set = two_questions(&story).await;
    let id = try_the_second(&story, &set).await;
    ended(&story, &id).await;
    story
        .put("/api/ai-settings", &json!({ "tone": "dry" }))
        .await;
    is_an_error(
        &act(&story, &id, "release").await,
        StatusCode::CONFLICT,
        "SETTINGS_CHANGED",
    );
    assert_eq!(
        story.get("/api/ai-settings").await["model"],
        "simulated/first"
    );
    // Saved back to what it was compared with, it is what it was.
    story
        .put("/api/ai-settings", &json!({ "tone": "friendly" }))
        .await;
    let (status, released) = act(&story, &id, "release").await;
    assert_eq!(status, StatusCode::OK, "{released:#}");
    story.end().await;
}

#[tokio::test(flavor = "multi_thread")]
async fn an_older_version_is_compared_with_the_one_in_force_and_released() {
    let story = with_two_models().await;
    let older = story.get("/api/ai-settings").await["version"].clone();
    story
        .put("/api/ai-settings", &json!({ "model": "simulated/second" }))
        .await;
    let set = two_questions(&story).await;
    let id = begin(
        &story,
        json!({ "set_id": set, "candidate": { "version": older } }),
    )
    .await;
    let found = ended(&story, &id).await;
    assert_eq!(found["candidate_version"], older);
    assert_eq!(found["summary"]["better"], 1, "{found:#}");
    act(&story, &id, "release").await;
    let newest = versions(&story).await[0].clone();
    assert_eq!(
        (&newest["restores"], &newest["evaluation_id"]),
        (&older, &json!(id))
    );
    assert_eq!(
        story.get("/api/ai-settings").await["model"],
        "simulated/first"
    );
    story.end().await;
}

#[tokio::test(flavor = "multi_thread")]
async fn the_knowledge_of_today_is_compared_with_that_of_then() {
    let story = with_two_models().await;
    let question = "Do you repair broken vases?";
    let line = json!({ "question": question, "expected": "Yes, we repair vases for 20 euros." });
    let set = super::set_of(&story, &[line]).await;
    let first = try_the_second(&story, &set).await;
    let found = ended(&story, &first).await;
    assert_eq!(
        found["summary"]["candidate"]["retrieval_hit"],
        json!({"met": 0, "of": 1})
    );
    let asked = story.model_calls().await.len();
    let entry = json!({ "questions": [question], "answer": "Yes, we repair vases for 20 euros." });
    story.post("/api/knowledge/faq", &entry).await;
    let again = json!({ "set_id": set, "baseline_evaluation": first });
    let id = begin(&story, again).await;
    let found = ended(&story, &id).await;
    assert_eq!(found["summary"]["better"], 1, "{found:#}");
    assert_eq!(
        found["summary"]["baseline"]["retrieval_hit"],
        json!({"met": 0, "of": 1})
    );
    assert_eq!(
        found["summary"]["candidate"]["retrieval_hit"],
        json!({"met": 1, "of": 1})
    );
    assert_eq!(found["changes"], json!([]));
    assert_eq!(
        story.model_calls().await.len(),
        asked + 2,
        "the side of then is not asked again"
    );
    story.end().await;
}
