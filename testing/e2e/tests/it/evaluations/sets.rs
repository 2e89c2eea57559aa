//! Sets of questions: out of past conversations, out of marks, and brought along.

use reqwest::{Method, StatusCode};
use serde_json::{Value, json};

use crate::model_mode::QUESTION;
use crate::story::{Story, is_an_error};

async fn make(story: &Story, body: Value) -> (StatusCode, Value) {
    story
        .ask(Method::POST, "/api/evaluation-sets", Some(&body))
        .await
}

/// Brings a file along on the page.
async fn on_the_page(story: &Story, file: &'static str) -> (StatusCode, String) {
    let part = reqwest::multipart::Part::text(file).file_name("mine.jsonl");
    let answer = story
        .http
        .post(format!("{}/agent/evaluations/sets", story.url))
        .bearer_auth(story.token())
        .multipart(reqwest::multipart::Form::new().part("file", part))
        .send()
        .await
        .unwrap();
    (answer.status(), answer.text().await.unwrap())
}

async fn cases(story: &Story, set: &Value) -> Vec<Value> {
    let id = set["id"].as_str().unwrap();
    let list = story.get(&format!("/api/evaluation-sets/{id}/cases")).await;
    list["items"].as_array().unwrap().clone()
}

#[tokio::test(flavor = "multi_thread")]
async fn past_questions_come_with_what_people_answered() {
    let story = Story::begin().await;
    let none = make(&story, json!({ "name": "Lately", "past": 5 })).await;
    is_an_error(&none, StatusCode::CONFLICT, "NO_CONVERSATIONS");
    story.customer("instagram", "701001", QUESTION).await;
    story.settle().await;
    let cycling = "Who won the cycling race in 1987?";
    story
        .customer("instagram", "701002", "Hi, good morning")
        .await;
    story.settle().await;
    story.customer("instagram", "701002", cycling).await;
    story.settle().await;
    let conversation = story.conversation_with("701002").await;
    story
        .human_reply(&conversation, "We only know about ceramics.")
        .await;
    story.settle().await;
    story
        .native_reply("instagram", "701002", "Ask a historian!")
        .await;
    story.settle().await;
    let (status, set) = make(&story, json!({ "name": "Lately", "past": 5 })).await;
    assert_eq!(status, StatusCode::CREATED, "{set:#}");
    assert_eq!(
        (&set["kind"], &set["cases"], &set["known"]),
        (&json!("past"), &json!(3), &json!(1))
    );
    let cases = cases(&story, &set).await;
    let about = |words: &str| {
        let mut cases = cases.iter();
        cases
            .find(|one| one["question"].as_str().unwrap().contains(words))
            .unwrap()
            .clone()
    };
    let asked = about("cycling");
    assert_eq!(
        asked["expected"],
        "We only know about ceramics.\nAsk a historian!"
    );
    assert_eq!(asked["thread"][0]["text"], "Hi, good morning");
    assert!(asked["asked_at"].is_string() && asked["message_id"].is_string());
    assert_eq!(about("Belgium")["expected"], "");
    // Nothing new: the same set again. Something new: another one.
    let (_, again) = make(&story, json!({ "name": "Lately", "past": 5 })).await;
    assert_eq!(again["id"], set["id"]);
    story
        .customer("instagram", "701003", "How long does delivery take?")
        .await;
    story.settle().await;
    let (_, newer) = make(&story, json!({ "name": "Lately", "past": 2 })).await;
    assert_ne!(newer["id"], set["id"]);
    assert_eq!(newer["cases"], 2);
    // A customer who goes takes the questions along.
    let contact = conversation["contact_id"].as_str().unwrap();
    story
        .ask(Method::DELETE, &format!("/api/contacts/{contact}"), None)
        .await;
    let id = set["id"].as_str().unwrap();
    assert_eq!(
        story.get(&format!("/api/evaluation-sets/{id}")).await["cases"],
        1
    );
    story.end().await;
}

#[tokio::test(flavor = "multi_thread")]
async fn lines_that_can_not_be_read_are_named_and_nothing_is_kept() {
    let story = Story::begin().await;
    let file = "{\"question\": \"Fine?\"}\nnot json\n\n{\"question\": \"\"}\n";
    let refused = make(&story, json!({ "name": "Mine", "jsonl": file })).await;
    is_an_error(
        &refused,
        StatusCode::UNPROCESSABLE_ENTITY,
        "VALIDATION_FAILED",
    );
    let fields = &refused.1["detail"]["fields"];
    assert!(
        fields["line 2"].is_string() && fields["line 4"].is_string(),
        "{fields:#}"
    );
    assert_eq!(fields["line 1"], Value::Null);
    let page = on_the_page(&story, file).await;
    assert_eq!(page.0, StatusCode::UNPROCESSABLE_ENTITY);
    assert!(
        page.1.contains("Line 2") && page.1.contains("Line 4"),
        "{}",
        page.1
    );
    for (body, field) in [
        (
            json!({ "name": "", "jsonl": "{\"question\": \"q\"}" }),
            "name",
        ),
        (json!({ "name": "n" }), "jsonl"),
        (json!({ "name": "n", "past": 0 }), "past"),
        (json!({ "name": "n", "past": 201 }), "past"),
        (json!({ "name": "n", "jsonl": "\n" }), "line 1"),
    ] {
        let refused = make(&story, body).await;
        assert_eq!(refused.0, StatusCode::UNPROCESSABLE_ENTITY);
        assert!(
            refused.1["detail"]["fields"][field].is_string(),
            "{refused:#?}"
        );
    }
    assert_eq!(story.count("SELECT count(*) FROM evaluation_sets").await, 0);
    let file = "{\"question\": \"Refund me\", \"should_abstain\": true, \"language\": \"en\"}";
    let (_, set) = make(&story, json!({ "name": "Mine", "jsonl": file })).await;
    assert_eq!((&set["cases"], &set["known"]), (&json!(1), &json!(1)));
    let list = story.get("/api/evaluation-sets").await;
    assert_eq!(list["items"][0]["name"], "Mine");
    let (status, page) = on_the_page(&story, file).await;
    assert_eq!(status, StatusCode::OK);
    assert!(
        page.contains("mine") && page.contains("right answer known for 1"),
        "{page}"
    );
    let path = format!("/api/evaluation-sets/{}", set["id"].as_str().unwrap());
    let (status, _) = story.ask(Method::DELETE, &path, None).await;
    assert_eq!(status, StatusCode::NO_CONTENT);
    let (status, _) = story.ask(Method::GET, &path, None).await;
    assert_eq!(status, StatusCode::NOT_FOUND);
    story.end().await;
}

#[tokio::test(flavor = "multi_thread")]
async fn the_set_of_marks_follows_the_marks_and_a_person_is_asked_rightly() {
    let story = super::with_two_models().await;
    story.customer("instagram", "701004", QUESTION).await;
    story.settle().await;
    let decision = story.decision_about("Belgium").await;
    let path = format!("/api/decisions/{}/mark", decision["id"].as_str().unwrap());
    story
        .put(&path, &json!({ "mark": "wrong", "should_abstain": true }))
        .await;
    let set = story.get("/api/evaluation-sets").await["items"][0].clone();
    assert_eq!((&set["kind"], &set["cases"]), (&json!("marks"), &json!(1)));
    let set = set["id"].as_str().unwrap();
    let candidate = json!({ "changes": { "blocked_keywords": ["belgium"] } });
    let id = super::begin(&story, json!({ "set_id": set, "candidate": candidate })).await;
    let found = super::ended(&story, &id).await;
    assert_eq!(found["summary"]["better"], 1, "{found:#}");
    assert_eq!(
        found["summary"]["baseline"]["abstained"],
        json!({"met": 0, "of": 1})
    );
    assert_eq!(
        found["summary"]["candidate"]["abstained"],
        json!({"met": 1, "of": 1})
    );
    let path = format!("/api/evaluation-sets/{set}");
    let kept = story.ask(Method::DELETE, &path, None).await;
    is_an_error(&kept, StatusCode::CONFLICT, "SET_OF_MARKS");
    story.end().await;
}
