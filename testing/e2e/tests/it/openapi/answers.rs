//! What the product really answers has the promised form.

use reqwest::Method;
use serde_json::{Value, json};

use super::document::Document;
use crate::story::Story;

/// Asks, and holds the answer against the description.
async fn ask(
    story: &Story,
    document: &Document,
    method: Method,
    path: &str,
    id: &str,
    body: Option<&Value>,
) -> (u16, Value) {
    let address = path.replace("{id}", id);
    let (status, answer) = story.ask(method.clone(), &address, body).await;
    let template = path.split('?').next().unwrap();
    document.compare((method.as_str(), template), status.as_u16(), &answer);
    (status.as_u16(), answer)
}

#[tokio::test(flavor = "multi_thread")]
async fn everything_that_can_be_read_is_as_described() {
    let story = Story::begin().await;
    let document = Document::of(&story).await;
    story
        .customer("instagram", "700900", "Do you have gift cards?")
        .await;
    story
        .customer("whatsapp", "33600000900", "I want to talk to a human")
        .await;
    story.settle().await;
    for (path, body) in [
        (
            "/api/invitations",
            json!({ "email": "lea@studio.test", "role": "agent" }),
        ),
        (
            "/api/api-keys",
            json!({ "name": "reports", "role": "viewer" }),
        ),
    ] {
        let made = ask(&story, &document, Method::POST, path, "", Some(&body)).await;
        assert_eq!(made.0, 201);
    }
    let (mut lists, mut things) = (0, 0);
    for (method, path, _) in document.operations() {
        if method != "get" || path.contains('{') {
            continue;
        }
        let asked = if path == "/api/knowledge/search" {
            format!("{path}?q=gift")
        } else {
            path.to_owned()
        };
        let (status, answer) = ask(&story, &document, Method::GET, &asked, "", None).await;
        // What only an operator sees, or needs words to look for, is refused in the promised form.
        let Some(items) = answer["items"].as_array() else {
            continue;
        };
        assert_eq!(status, 200);
        lists += 1;
        let one = format!("{path}/{{id}}");
        let Some(id) = items.first().and_then(|item| item["id"].as_str()) else {
            continue;
        };
        if document.0["paths"][&one]["get"].is_object() {
            assert_eq!(
                ask(&story, &document, Method::GET, &one, id, None).await.0,
                200,
                "{one}"
            );
            things += 1;
            let unknown = uuid::Uuid::nil().to_string();
            let gone = ask(&story, &document, Method::GET, &one, &unknown, None).await;
            assert_eq!(gone.0, 404, "{one}");
        }
    }
    assert!(lists >= 12 && things >= 4, "{lists} lists, {things} things");
    let conversation = story.conversation_with("700900").await;
    let id = conversation["id"].as_str().unwrap();
    for path in [
        "/api/conversations/{id}/messages",
        "/api/instagram/messages/{id}",
    ] {
        let (_, messages) = ask(&story, &document, Method::GET, path, id, None).await;
        assert!(
            messages["items"].as_array().unwrap().len() >= 2,
            "{path}: {messages:#}"
        );
    }
    document.is_kept();
    story.end().await;
}

#[tokio::test(flavor = "multi_thread")]
async fn what_is_written_is_answered_as_described_also_when_it_is_wrong() {
    let story = Story::begin().await;
    let document = Document::of(&story).await;
    story
        .customer("instagram", "700901", "I want to talk to a human")
        .await;
    story.settle().await;
    let conversation = story.conversation_with("700901").await;
    let id = conversation["id"].as_str().unwrap();
    for path in [
        "/api/conversations/{id}/take-over",
        "/api/conversations/{id}/hand-back",
        "/api/conversations/{id}/resolve",
        "/api/conversations/{id}/reopen",
    ] {
        let done = ask(&story, &document, Method::POST, path, id, None).await;
        assert!(done.0 < 300, "{path}: {} {}", done.0, done.1);
    }
    let (_, settings) = ask(&story, &document, Method::GET, "/api/ai-settings", "", None).await;
    let mut kept = settings.clone();
    for shown in ["has_key", "installed_model", "version"] {
        kept.as_object_mut().unwrap().remove(shown);
    }
    let kept = json!({ "settings": kept });
    let (status, _) = ask(
        &story,
        &document,
        Method::PUT,
        "/api/ai-settings",
        "",
        Some(&kept),
    )
    .await;
    assert_eq!(status, 200);
    // Bodies that are nothing, and things that are not there.
    let unknown = uuid::Uuid::nil().to_string();
    let mut refused = 0;
    for (method, path, operation) in document.operations() {
        let ends_the_story = path.ends_with("/logout");
        let takes_json = operation["requestBody"]["content"]["application/json"].is_object();
        if method == "get"
            || ends_the_story
            || (operation["requestBody"].is_object() && !takes_json)
        {
            continue;
        }
        let method: Method = method.to_uppercase().parse().unwrap();
        let body = json!({});
        let body = takes_json.then_some(&body);
        let (status, _) = ask(&story, &document, method, path, &unknown, body).await;
        refused += u32::from(status >= 400);
    }
    assert!(refused > 20, "only {refused}");
    document.is_kept();
    story.end().await;
}
