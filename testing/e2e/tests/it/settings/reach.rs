//! A workspace's own provider of models is on the public internet, or where the operator allows it.

use reqwest::{Method, StatusCode};
use serde_json::json;

use crate::model_mode::QUESTION;
use crate::story::{Setup, Story};

/// A story whose operator allows nothing beside the public internet.
async fn closed() -> Story {
    Story::begin_with(Setup {
        settings: vec![("SOCIALSYNC_FETCH_ALLOW", String::new())],
        ..Setup::default()
    })
    .await
}

#[tokio::test(flavor = "multi_thread")]
async fn a_provider_inside_the_operators_network_is_refused_however_it_is_written() {
    let story = closed().await;
    for base_url in [
        "http://127.0.0.1:11434/v1",
        "http://2130706433/v1",
        "http://0x7f.1/v1",
        "http://10.1.2.3/v1",
        "http://192.168.0.1:8080/v1",
        "http://169.254.169.254/latest/meta-data",
        "http://[::1]/v1",
        "http://[::ffff:127.0.0.1]/v1",
        "http://[fd00::1]/v1",
    ] {
        let wanted = json!({"base_url": base_url, "model": "m"});
        let (status, answer) = story
            .ask(Method::PUT, "/api/ai-settings", Some(&wanted))
            .await;
        assert_eq!(status, StatusCode::UNPROCESSABLE_ENTITY, "{base_url}");
        let said = answer["detail"]["fields"]["base_url"].as_str();
        assert!(said.unwrap().contains("SOCIALSYNC_FETCH_ALLOW"), "{answer}");
    }
    story.end().await;
}

#[tokio::test(flavor = "multi_thread")]
async fn a_name_that_leads_into_the_operators_network_is_not_called() {
    let story = closed().await;
    // A name says nothing of itself: where it leads is known when it is called.
    let base_url = story
        .simulator
        .openai_url()
        .replace("127.0.0.1", "localhost");
    let wanted = json!({"base_url": base_url, "api_key": "sk-own", "model": "m", "mode": "auto"});
    story.put("/api/ai-settings", &wanted).await;
    story.customer("instagram", "701400", QUESTION).await;
    story.settle().await;
    let decision = story.decision_about("Belgium").await;
    let calls = &decision["explanation"]["calls"];
    assert_eq!(calls[0]["error"], "transient", "{decision:#}");
    assert!(story.model_calls().await.is_empty(), "it was called");
    story.end().await;
}

#[tokio::test(flavor = "multi_thread")]
async fn an_address_that_was_kept_before_it_was_closed_is_not_called() {
    let story = closed().await;
    let open = json!({"base_url": "https://models.example/v1", "model": "m", "mode": "auto"});
    story.put("/api/ai-settings", &open).await;
    sqlx::query(
        "UPDATE ai_settings SET settings = jsonb_set(settings, '{base_url}', to_jsonb($1::text))",
    )
    .bind(story.simulator.openai_url())
    .execute(&story.tables)
    .await
    .unwrap();
    story.customer("instagram", "701401", QUESTION).await;
    story.settle().await;
    assert!(story.model_calls().await.is_empty(), "it was called");
    let decision = story.decision_about("Belgium").await;
    assert_eq!(decision["reason"], "passage_found", "{decision:#}");
    story.end().await;
}
