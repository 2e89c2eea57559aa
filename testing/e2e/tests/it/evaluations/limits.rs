//! What an evaluation may cost, and what can't be compared.

use reqwest::{Method, StatusCode};
use serde_json::{Value, json};

use super::{begin, ended, results, set_of, try_the_second, two_questions, with_two_models};
use crate::model_mode::QUESTION;
use crate::story::{Story, is_an_error};

async fn start(story: &Story, body: Value) -> (StatusCode, Value) {
    story
        .ask(Method::POST, "/api/evaluations", Some(&body))
        .await
}

#[tokio::test(flavor = "multi_thread")]
async fn a_spent_budget_ends_it_and_says_so() {
    let story = with_two_models().await;
    let price = json!({ "prompt": 1_000_000, "completion": 1_000_000 });
    let prices = json!({ "simulated/first": price, "simulated/second": price });
    let budget = json!({ "daily_micro_usd": 1_000_000 });
    story
        .put(
            "/api/ai-settings",
            &json!({ "prices": prices, "budget": budget }),
        )
        .await;
    let set = two_questions(&story).await;
    let id = try_the_second(&story, &set).await;
    let found = ended(&story, &id).await;
    assert_eq!(found["state"], "done", "{found:#}");
    let cost = |side: &str| found["summary"][side]["micro_usd"].as_i64().unwrap();
    let spend = story.get("/api/ai-settings").await["spend"].clone();
    assert_eq!(
        spend["day"]["micro_usd"],
        cost("baseline") + cost("candidate")
    );
    // Room for one question and not for two. What is tried can't widen it.
    let room = spend["day"]["micro_usd"].as_i64().unwrap() + cost("baseline") / 3;
    let budget = json!({ "budget": { "daily_micro_usd": room } });
    story.put("/api/ai-settings", &budget).await;
    let changes = json!({ "model": "simulated/second", "budget": {} });
    let wider = json!({ "set_id": set, "candidate": { "changes": changes } });
    let id = begin(&story, wider.clone()).await;
    let found = ended(&story, &id).await;
    assert_eq!(
        (&found["state"], &found["ended"]),
        (&json!("stopped"), &json!("budget"))
    );
    assert!(found["done"].as_i64().unwrap() < 2, "{found:#}");
    for result in results(&story, &id, "").await {
        assert_eq!(
            result["candidate"]["model"], "simulated/second",
            "{result:#}"
        );
    }
    is_an_error(
        &start(&story, wider).await,
        StatusCode::CONFLICT,
        "BUDGET_SPENT",
    );
    story.end().await;
}

#[tokio::test(flavor = "multi_thread")]
async fn what_can_not_be_compared_is_refused_in_words() {
    let story = with_two_models().await;
    let set = two_questions(&story).await;
    let other = set_of(&story, &[json!({ "question": QUESTION })]).await;
    let id = try_the_second(&story, &set).await;
    ended(&story, &id).await;
    let changes = json!({ "model": "simulated/second" });
    for (body, field) in [
        (json!({ "set_id": set }), "candidate"),
        (
            json!({ "set_id": set, "candidate": { "changes": { "tone": "friendly" } } }),
            "candidate",
        ),
        (
            json!({ "set_id": set, "candidate": { "version": 99 } }),
            "candidate.version",
        ),
        (
            json!({ "set_id": set, "baseline": { "version": 99 } }),
            "baseline.version",
        ),
        (
            json!({ "set_id": set, "candidate": { "changes": { "mood": "sunny" } } }),
            "candidate.changes.mood",
        ),
        (
            json!({ "set_id": set, "candidate": { "changes": { "base_url": "http://elsewhere.test" } } }),
            "candidate.changes.base_url",
        ),
        (
            json!({ "set_id": kernel::EvaluationSetId::new(), "candidate": { "changes": changes } }),
            "set_id",
        ),
        (
            json!({ "set_id": other, "baseline_evaluation": id }),
            "baseline_evaluation",
        ),
        (
            json!({ "set_id": set, "baseline_evaluation": id, "baseline": { "version": 1 } }),
            "baseline",
        ),
        (
            json!({ "set_id": set, "candidate": { "changes": changes }, "note": "n".repeat(501) }),
            "note",
        ),
    ] {
        let refused = start(&story, body).await;
        is_an_error(
            &refused,
            StatusCode::UNPROCESSABLE_ENTITY,
            "VALIDATION_FAILED",
        );
        assert!(
            refused.1["detail"]["fields"][field].is_string(),
            "{field}: {refused:#?}"
        );
    }
    // The newest five wait for the model; a sixth has to wait.
    story.model_answers(json!([{ "hold": true }])).await;
    for _ in 0..5 {
        try_the_second(&story, &set).await;
    }
    let more = json!({ "set_id": set, "candidate": { "changes": changes } });
    is_an_error(
        &start(&story, more).await,
        StatusCode::CONFLICT,
        "EVALUATIONS_RUNNING",
    );
    let list = story.get("/api/evaluations?limit=4").await;
    assert_eq!(list["items"].as_array().unwrap().len(), 4);
    let next = list["next_cursor"].as_str().unwrap();
    let rest = story.get(&format!("/api/evaluations?cursor={next}")).await;
    assert_eq!(rest["items"].as_array().unwrap().len(), 2);
    let list = story.get("/api/evaluations").await;
    for one in list["items"].as_array().unwrap().iter().take(5) {
        super::act(&story, one["id"].as_str().unwrap(), "stop").await;
    }
    story.model_answers(json!([])).await;
    story.release_the_model().await;
    ended(&story, &id).await;
    story.end().await;
}
