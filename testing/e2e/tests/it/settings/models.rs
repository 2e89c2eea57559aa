//! The models that can be chosen are those of the provider.

use reqwest::{Method, StatusCode};
use serde_json::{Value, json};

use crate::story::Story;

#[tokio::test(flavor = "multi_thread")]
async fn the_models_of_the_provider_that_call_tools_are_offered_with_their_prices() {
    let story = Story::begin().await;
    let none = story.get("/api/ai-models").await;
    assert_eq!(none, json!({"provider": null, "items": []}));
    let own = json!({
        "base_url": story.simulator.openrouter_url(), "api_key": "sk-own",
        "model": "simulated/helpful",
    });
    story.put("/api/ai-settings", &own).await;
    let offer = story.get("/api/ai-models").await;
    assert_eq!(offer["provider"], "127.0.0.1");
    let items = offer["items"].as_array().unwrap();
    assert!(items.iter().all(|model| model["calls_tools"] == true));
    let named = |id: &str| items.iter().find(|model| model["id"] == id);
    assert!(named("simulated/wordy").is_none(), "it calls no tools");
    let helpful = named("simulated/helpful").unwrap();
    assert_eq!(helpful["price"]["prompt"], 250_000);
    assert_eq!(named("simulated/auto").unwrap()["price"], Value::Null);
    let page = story.page("/agent/models").await;
    let option = "<option value=\"simulated/helpful\">Simulated: Helpful · 0.25";
    assert!(page.contains(option), "{page}");
    let form = story.page("/agent").await;
    assert!(form.contains("hx-get=\"/agent/models\""), "{form}");
    story.end().await;
}

#[tokio::test(flavor = "multi_thread")]
async fn a_provider_that_gives_no_list_is_a_sentence_and_an_empty_choice() {
    let story = Story::begin().await;
    story.with_a_model("auto").await;
    story
        .model_answers(json!([{"operation": "models", "error": {"status": 500}}]))
        .await;
    let (status, answer) = story.ask(Method::GET, "/api/ai-models", None).await;
    assert_eq!(status, StatusCode::CONFLICT);
    assert_eq!(answer["detail"]["error_code"], "MODELS_UNAVAILABLE");
    assert_eq!(story.page("/agent/models").await.trim(), "");
    story.end().await;
}
