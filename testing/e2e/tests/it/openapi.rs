//! The description of the API: complete, committed, and true of what the product answers.

mod answers;
mod document;

use std::collections::BTreeSet;
use std::path::PathBuf;

use serde_json::{Value, json};
use web::{Access, RouteInfo, RouteKind};

use crate::matrix;
use crate::story::Story;
use document::Document;

#[tokio::test(flavor = "multi_thread")]
async fn the_committed_description_is_what_the_product_says_of_itself() {
    let story = Story::begin().await;
    let path = PathBuf::from(env!("CARGO_MANIFEST_DIR")).join("../../docs/openapi.json");
    let committed = std::fs::read(path).unwrap();
    let committed: Value = serde_json::from_slice(&committed).unwrap();
    let served = Document::of(&story).await.0;
    assert!(
        committed == served,
        "docs/openapi.json is old: cargo xtask openapi"
    );
    story.end().await;
}

/// A key that may do everything is not let through.
async fn refuses_keys(story: &Story, key: &Value, name: &str, route: &RouteInfo) {
    let path = route
        .path
        .replace("{id}", "00000000-0000-0000-0000-000000000000");
    let answer = story
        .http
        .request(route.method.clone(), format!("{}{path}", story.url))
        .bearer_auth(key.as_str().unwrap())
        .json(&json!({}))
        .send()
        .await
        .unwrap();
    let status = answer.status().as_u16();
    assert!(
        matches!(status, 400 | 403 | 404 | 415 | 422),
        "{name}: {status}"
    );
}

#[tokio::test(flavor = "multi_thread")]
async fn every_route_of_the_api_is_described_with_its_answers_errors_and_keys() {
    let story = Story::begin().await;
    let document = Document::of(&story).await;
    assert_eq!(document.0["openapi"], "3.1.0");
    let routes = matrix::table(&story).await;
    let routes: Vec<_> = routes
        .iter()
        .filter(|one| one.kind == RouteKind::Api)
        .collect();
    let key = json!({ "name": "description", "role": "admin" });
    let key = story.post("/api/api-keys", &key).await["key"].clone();
    let mut names = BTreeSet::new();
    for route in &routes {
        let name = format!("{} {}", route.method, route.path);
        let operation = document.operation(route.method.as_str(), &route.path);
        let id = operation["operationId"]
            .as_str()
            .unwrap_or_else(|| panic!("{name}: no id"));
        assert!(
            names.insert(id.to_owned()),
            "{name}: {id} is the name of another"
        );
        assert!(operation["summary"].is_string(), "{name}: what is it for?");
        is_answered(&name, operation);
        let schemes: BTreeSet<&str> = operation["security"]
            .as_array()
            .into_iter()
            .flatten()
            .flat_map(|one| one.as_object().unwrap().keys().map(String::as_str))
            .collect();
        let wanted: &[&str] = match route.access {
            Access::Public => &[],
            Access::SignedIn => &["bearer"],
            // What only a person may do says so, and refuses keys.
            Access::Member(_) if !schemes.contains("api_key") => {
                refuses_keys(&story, &key, &name, route).await;
                &["bearer"]
            }
            Access::Member(_) => &["api_key", "bearer"],
        };
        assert_eq!(schemes.into_iter().collect::<Vec<_>>(), wanted, "{name}");
        for variable in route.path.split('/').filter(|part| part.starts_with('{')) {
            let variable = variable.trim_matches(['{', '}']);
            let parameters = operation["parameters"].as_array();
            let known = parameters.into_iter().flatten().any(|one| {
                one["name"] == variable && one["in"] == "path" && one["required"] == true
            });
            assert!(known, "{name}: what is {variable}?");
        }
        for content in document::contents(&operation["requestBody"]) {
            assert!(
                content["schema"].is_object(),
                "{name}: what is in the body?"
            );
        }
    }
    assert_eq!(
        names.len(),
        document.operations().count(),
        "described, and not there"
    );
    assert!(routes.len() > 60);
    document.is_sound();
    story.end().await;
}

/// What comes back has a form, whether it went well or not.
fn is_answered(name: &str, operation: &Value) {
    let answers = operation["responses"].as_object().unwrap();
    let good = answers.keys().filter(|status| status.starts_with('2'));
    assert_eq!(good.count(), 1, "{name}: how does it go well?");
    for (status, answer) in answers {
        assert!(
            answer["description"].is_string(),
            "{name}: what does {status} mean?"
        );
        let mut forms = document::contents(answer).map(|content| &content["schema"]);
        let form = forms.next();
        match status.as_str() {
            "202" | "204" => {}
            failure if failure.starts_with(['4', '5']) => {
                let problem = "#/components/schemas/Problem";
                assert_eq!(form.unwrap()["$ref"], problem, "{name}: {status}");
            }
            _ => assert!(
                form.is_some_and(Value::is_object),
                "{name}: {status} has no form"
            ),
        }
    }
    for status in ["429", "500"] {
        assert!(answers.contains_key(status), "{name}: {status}");
    }
}

#[tokio::test(flavor = "multi_thread")]
async fn programs_of_before_find_their_paths() {
    let story = Story::begin().await;
    let document = Document::of(&story).await;
    for (method, path) in [
        ("POST", "/api/auth/register"),
        ("POST", "/api/auth/login"),
        ("POST", "/api/instagram/connect"),
        ("GET", "/api/instagram/conversations"),
        ("GET", "/api/instagram/messages/{id}"),
        ("GET", "/api/ai-settings"),
        ("PUT", "/api/ai-settings"),
    ] {
        assert!(document.operation(method, path).is_object());
    }
    // The webhooks are no part of the API; their handshake answers a wrong token with a refusal.
    for platform in ["instagram", "whatsapp"] {
        let path = format!(
            "/webhooks/{platform}?hub.mode=subscribe&hub.verify_token=handshake&hub.challenge=77"
        );
        let answer = story
            .http
            .get(format!("{}{path}", story.url))
            .send()
            .await
            .unwrap();
        assert_eq!(answer.text().await.unwrap(), "77");
    }
    story.end().await;
}
