//! Documents are read by a worker: whoever uploads does not wait, and sees how far it is.

use reqwest::StatusCode;
use reqwest::multipart::{Form, Part};
use serde_json::{Value, json};
use sqlx::{Postgres, Transaction};

use crate::story::Story;

const PARKING: &str =
    "# Parking\n\nThere is free parking behind the workshop in Rue des Potiers.\n";

async fn upload(story: &Story, name: &str, content: impl Into<Vec<u8>>) -> Value {
    let part = Part::bytes(content.into()).file_name(name.to_owned());
    let answer = story
        .http
        .post(format!("{}/api/knowledge/documents", story.url))
        .bearer_auth(story.token())
        .multipart(Form::new().part("file", part))
        .send()
        .await
        .unwrap();
    assert_eq!(answer.status(), StatusCode::CREATED);
    answer.json().await.unwrap()
}

async fn state(story: &Story, document: &Value) -> Value {
    let path = format!(
        "/api/knowledge/documents/{}",
        document["id"].as_str().unwrap()
    );
    story.get(&path).await["document"].clone()
}

async fn until_state(story: &Story, document: &Value, wanted: &str) -> Value {
    story
        .until(&format!("the document is {wanted}"), async || {
            state(story, document).await["state"] == wanted
        })
        .await;
    state(story, document).await
}

async fn retry(story: &Story, document: &Value) -> (StatusCode, Value) {
    let id = document["id"].as_str().unwrap();
    let path = format!("/api/knowledge/documents/{id}/retry");
    story
        .ask(reqwest::Method::POST, &path, Some(&json!({})))
        .await
}

/// Nobody writes passages until this is dropped.
async fn hold_passages(story: &Story) -> Transaction<'static, Postgres> {
    let mut held = story.tables.begin().await.unwrap();
    sqlx::query("LOCK TABLE knowledge_chunks IN EXCLUSIVE MODE")
        .execute(&mut *held)
        .await
        .unwrap();
    held
}

async fn found(story: &Story) -> usize {
    let hits = story
        .get("/api/knowledge/search?q=parking%20behind%20the%20workshop")
        .await;
    let hits = hits["items"].as_array().unwrap();
    hits.iter()
        .filter(|hit| hit.to_string().contains("Potiers"))
        .count()
}

#[tokio::test(flavor = "multi_thread")]
async fn an_upload_is_answered_before_the_document_was_read() {
    let story = Story::begin().await;
    let held = hold_passages(&story).await;
    let document = upload(&story, "parking.md", PARKING).await;
    assert_eq!(document["state"], "queued");
    until_state(&story, &document, "reading").await;
    assert_eq!(found(&story).await, 0);
    held.rollback().await.unwrap();
    let read = until_state(&story, &document, "ready").await;
    assert_eq!(read["passages"], 1);
    assert_eq!(found(&story).await, 1);
    story.end().await;
}

#[tokio::test(flavor = "multi_thread")]
async fn a_document_that_was_being_read_when_the_product_died_is_read_once() {
    let mut story = Story::begin().await;
    let held = hold_passages(&story).await;
    let document = upload(&story, "parking.md", PARKING).await;
    until_state(&story, &document, "reading").await;
    story.dies_and_comes_back().await;
    held.rollback().await.unwrap();
    let read = until_state(&story, &document, "ready").await;
    assert_eq!(read["passages"], 1);
    story.settle().await;
    assert_eq!(found(&story).await, 1);
    story.end().await;
}

#[tokio::test(flavor = "multi_thread")]
async fn what_can_not_be_read_says_why_and_is_read_again_when_asked() {
    let story = Story::begin().await;
    let picture = upload(&story, "picture.txt", vec![0xff, 0xd8, 0xff, 0xe0]).await;
    let failed = until_state(&story, &picture, "failed").await;
    assert_eq!(failed["error"], "not_text");
    let path = format!("/knowledge/documents/{}", picture["id"].as_str().unwrap());
    let page = story.page(&path).await;
    assert!(page.contains("The file is not text"), "{page}");
    assert!(page.contains("/retry\""), "{page}");

    let document = upload(&story, "parking.md", PARKING).await;
    until_state(&story, &document, "ready").await;
    let refused = retry(&story, &document).await;
    assert_eq!(refused.0, StatusCode::CONFLICT, "{}", refused.1);
    // As if its content had been lost, and found again.
    sqlx::query("UPDATE files SET state = 'failed', error = 'broken' WHERE name = 'parking.md'")
        .execute(&story.tables)
        .await
        .unwrap();
    let key: String = sqlx::query_scalar("SELECT blob_key FROM files WHERE name = 'parking.md'")
        .fetch_one(&story.tables)
        .await
        .unwrap();
    let content = story.folder().join("blobs").join(key);
    std::fs::remove_file(&content).unwrap();
    assert_eq!(retry(&story, &document).await.0, StatusCode::OK);
    let failed = until_state(&story, &document, "failed").await;
    assert_eq!(failed["error"], "content_missing");
    std::fs::write(&content, PARKING).unwrap();
    assert_eq!(retry(&story, &document).await.0, StatusCode::OK);
    let read = until_state(&story, &document, "ready").await;
    assert_eq!(read["error"], Value::Null);
    story.end().await;
}

#[tokio::test(flavor = "multi_thread")]
async fn a_file_that_is_not_taken_in_says_why_beside_the_field() {
    let story = Story::begin().await;
    upload(&story, "parking.md", PARKING).await;
    let cases = [
        ("again.md", PARKING, "A document with the same content"),
        ("parking.xyz", "nobody reads this", "can’t be read here"),
        ("", "", "Choose a file first."),
    ];
    for (name, content, why) in cases {
        let part = Part::bytes(content.as_bytes()).file_name(name);
        let request = story
            .http
            .post(format!("{}/knowledge/documents", story.url))
            .bearer_auth(story.token())
            .multipart(Form::new().part("file", part));
        let answer = request.send().await.unwrap();
        assert_eq!(answer.status(), StatusCode::UNPROCESSABLE_ENTITY, "{name}");
        let page = answer.text().await.unwrap();
        let (_, note) = page.split_once("id=\"file-error\"").unwrap_or(("", ""));
        assert!(note.contains(why), "{name}: {page}");
    }
    story.end().await;
}
