//! Documents are read by a worker: whoever uploads does not wait, and sees how far it is.

use reqwest::StatusCode;
use reqwest::multipart::{Form, Part};
use serde_json::{Value, json};
use sqlx::{Postgres, Transaction};

use crate::story::{Story, is_an_error};

pub const PARKING: &str =
    "# Parking\n\nThere is free parking behind the workshop in Rue des Potiers.\n";

pub async fn upload(story: &Story, name: &str, content: impl Into<Vec<u8>>) -> Value {
    let (status, document) = send(story, "/api/knowledge/documents", name, content).await;
    assert_eq!(status, StatusCode::CREATED, "{document}");
    document
}

/// Uploads another version of a document.
pub async fn new_version(
    story: &Story,
    document: &Value,
    name: &str,
    content: impl Into<Vec<u8>>,
) -> Value {
    let path = format!("{}/versions", address(document));
    let (status, document) = send(story, &path, name, content).await;
    assert_eq!(status, StatusCode::CREATED, "{document}");
    document
}

fn address(document: &Value) -> String {
    let id = document["id"].as_str().unwrap();
    format!("/api/knowledge/documents/{id}")
}

/// Sends a file as a form does.
pub async fn send(
    story: &Story,
    path: &str,
    name: &str,
    content: impl Into<Vec<u8>>,
) -> (StatusCode, Value) {
    let part = Part::bytes(content.into()).file_name(name.to_owned());
    let answer = story
        .http
        .post(format!("{}{path}", story.url))
        .bearer_auth(story.token())
        .multipart(Form::new().part("file", part))
        .send()
        .await
        .unwrap();
    (answer.status(), answer.json().await.unwrap())
}

async fn state(story: &Story, document: &Value) -> Value {
    story.get(&address(document)).await["document"].clone()
}

pub async fn until_state(story: &Story, document: &Value, wanted: &str) -> Value {
    story
        .until(&format!("the document is {wanted}"), async || {
            state(story, document).await["state"] == wanted
        })
        .await;
    state(story, document).await
}

async fn retry(story: &Story, document: &Value) -> (StatusCode, Value) {
    let path = format!("{}/retry", address(document));
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

/// A PDF of one empty page, as a scanner without text recognition makes them.
pub const SCANNED: &str = "%PDF-1.4\n1 0 obj<</Type/Catalog/Pages 2 0 R>>endobj\n\
    2 0 obj<</Type/Pages/Kids[3 0 R]/Count 1>>endobj\n\
    3 0 obj<</Type/Page/Parent 2 0 R/MediaBox[0 0 200 200]/Resources<</XObject<</I 5 0 R>>>>\
    /Contents 4 0 R>>endobj\n\
    4 0 obj<</Length 30>>stream\nq 200 0 0 200 0 0 cm /I Do Q  \nendstream endobj\n\
    5 0 obj<</Type/XObject/Subtype/Image/Width 1/Height 1/BitsPerComponent 8\
    /ColorSpace/DeviceGray/Length 1>>stream\n0\nendstream endobj\n\
    trailer<</Root 1 0 R>>\n%%EOF\n";
const LOCKED: &[u8] = include_bytes!("../../../../lib/extract/tests/files/password-aes256.pdf");
const GLAZES: &[u8] = include_bytes!("../../../simulator/src/site/pages/glazes.pdf");

#[tokio::test(flavor = "multi_thread")]
async fn what_can_not_be_read_says_why_and_is_read_again_when_asked() {
    let story = Story::begin().await;
    let picture = send(
        &story,
        "/api/knowledge/documents",
        "picture.txt",
        vec![0xff, 0xd8, 0xff, 0xe0],
    )
    .await;
    is_an_error(
        &picture,
        StatusCode::UNPROCESSABLE_ENTITY,
        "VALIDATION_FAILED",
    );
    assert!(picture.1.to_string().contains("PDF, Word"), "{}", picture.1);
    for (name, content, trouble, words) in [
        (
            "scan.pdf",
            SCANNED.as_bytes(),
            "scanned",
            "it looks scanned",
        ),
        (
            "locked.pdf",
            LOCKED,
            "password_protected",
            "protected by a password",
        ),
        (
            "half.pdf",
            b"%PDF-1.7\nnothing else",
            "damaged",
            "The file is damaged",
        ),
        (
            "sheet.xlsx",
            b"PK\x03\x04 broken",
            "damaged",
            "The file is damaged",
        ),
    ] {
        let document = upload(&story, name, content).await;
        let failed = until_state(&story, &document, "failed").await;
        assert_eq!(failed["error"], trouble, "{name}");
        let path = format!("/knowledge/documents/{}", document["id"].as_str().unwrap());
        let page = story.page(&path).await;
        assert!(page.contains(words), "{page}");
        assert!(page.contains("/retry\""), "{page}");
    }

    let document = upload(&story, "parking.md", PARKING).await;
    until_state(&story, &document, "ready").await;
    let refused = retry(&story, &document).await;
    assert_eq!(refused.0, StatusCode::CONFLICT, "{}", refused.1);
    // As if its content had been lost, and found again.
    sqlx::query("UPDATE files SET state = 'failed', error = 'broken' WHERE name = 'parking.md'")
        .execute(&story.tables)
        .await
        .unwrap();
    let workspace = story.workspace().to_string();
    let id = document["id"].as_str().unwrap();
    let content = story
        .folder()
        .join("blobs")
        .join(workspace)
        .join("documents")
        .join(id);
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
async fn a_file_is_what_its_content_says_and_a_pdf_knows_its_pages() {
    let story = Story::begin().await;
    let document = upload(&story, "glazes.txt", GLAZES).await;
    assert_eq!(document["media_type"], "application/pdf");
    let read = until_state(&story, &document, "ready").await;
    assert!(read["pages"].as_i64().unwrap() >= 1, "{read}");
    let passages = story.get(&address(&document)).await["passages"].clone();
    assert_eq!(passages[0]["page"], 1, "{passages}");
    let again = send(&story, "/api/knowledge/documents", "other.pdf", GLAZES).await;
    is_an_error(&again, StatusCode::CONFLICT, "DUPLICATE_DOCUMENT");
    story.end().await;
}

#[tokio::test(flavor = "multi_thread")]
async fn a_new_version_answers_once_it_was_read_and_the_old_one_can_return() {
    let story = Story::begin().await;
    let document = upload(&story, "parking.md", PARKING).await;
    until_state(&story, &document, "ready").await;
    // A version that can't be read leaves the old one in place.
    let broken = new_version(&story, &document, "parking.pdf", &b"%PDF-1.7\nnothing"[..]).await;
    let failed = until_state(&story, &broken, "failed").await;
    assert_eq!(
        (failed["version"].as_i64(), failed["serving"].as_i64()),
        (Some(2), Some(1))
    );
    assert_eq!(found(&story).await, 1);
    let changed = PARKING.replace("Rue des Potiers", "Rue du Moulin");
    let new = new_version(&story, &document, "parking.md", changed).await;
    let read = until_state(&story, &new, "ready").await;
    assert_eq!(read["serving"], 3);
    assert_eq!(found(&story).await, 0, "the old words are gone");
    let changes = format!("{}/versions/3/changes", address(&document));
    let changes = story.get(&changes).await["lines"].clone();
    let told = |change: &str, words: &str| {
        let mut lines = changes.as_array().unwrap().iter();
        lines.any(|line| line["change"] == change && line["text"].as_str().unwrap().contains(words))
    };
    assert!(
        told("removed", "Potiers") && told("added", "Moulin"),
        "{changes}"
    );
    let path = format!("{}/versions/1/restore", address(&document));
    let back = story.post(&path, &json!({})).await;
    assert_eq!(back["version"], 1);
    until_state(&story, &document, "ready").await;
    assert_eq!(found(&story).await, 1);
    // All versions go with the document.
    let path = address(&document);
    let (status, _) = story.ask(reqwest::Method::DELETE, &path, None).await;
    assert_eq!(status, StatusCode::NO_CONTENT);
    assert_eq!(found(&story).await, 0);
    let kept = story
        .folder()
        .join("blobs")
        .join(story.workspace().to_string());
    let id = document["id"].as_str().unwrap();
    let left = std::fs::read_dir(kept.join("documents")).unwrap();
    let demo = story.count("SELECT count(*) FROM file_versions").await;
    assert_eq!(
        left.count(),
        usize::try_from(demo).unwrap(),
        "a content of {id} stays"
    );
    story.end().await;
}

#[tokio::test(flavor = "multi_thread")]
async fn a_file_that_is_not_taken_in_says_why_beside_the_field() {
    let story = Story::begin().await;
    upload(&story, "parking.md", PARKING).await;
    let cases = [
        ("again.md", PARKING, "A document with the same content"),
        ("parking.txt", "GIF89a\u{1}\0\u{1}\0", "This is a picture"),
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
