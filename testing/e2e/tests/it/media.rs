//! Files of messages: handed over by the product itself, to those who may read the message.

use std::path::PathBuf;

use base64::Engine as _;
use base64::engine::general_purpose::STANDARD;
use reqwest::{Response, StatusCode};
use serde_json::{Value, json};

use crate::story::{Platform, Story, account_of};

const PICTURE: &[u8] = b"\x89PNG\r\n\x1a\nwhat a customer photographed";

async fn begin() -> Story {
    let story = Story::begin().await;
    let off = json!({ "settings": { "mode": "off" } });
    story.put("/api/ai-settings", &off).await;
    story
}

fn data(mime: &str, bytes: &[u8]) -> String {
    format!("data:{mime};base64,{}", STANDARD.encode(bytes))
}

/// A customer sends a file; the platform's id and ours of the message.
async fn sent(story: &Story, platform: Platform, kind: &str, url: &str) -> (String, String) {
    let path = format!("{platform}/{}/messages", account_of(platform));
    let file = json!({ "type": kind, "url": url });
    let message = json!({ "from": "33600000411", "attachments": [file] });
    let answer = story.sandbox(&path, &message).await;
    story.taken_in().await;
    let external = answer["message_id"].as_str().unwrap().to_owned();
    let id: uuid::Uuid = sqlx::query_scalar("SELECT id FROM messages WHERE external_id = $1")
        .bind(&external)
        .fetch_one(&story.tables)
        .await
        .unwrap();
    (external, kernel::MessageId::from_uuid(id).to_string())
}

async fn file(story: &Story, id: &str) -> Response {
    let address = format!("{}/media/{id}", story.url);
    let request = story.http.get(address).bearer_auth(story.token());
    request.send().await.unwrap()
}

fn header<'a>(answer: &'a Response, name: &str) -> &'a str {
    answer
        .headers()
        .get(name)
        .map_or("", |value| value.to_str().unwrap())
}

/// The files of messages on our disk.
fn kept(story: &Story) -> usize {
    on_disk(story).len()
}

fn on_disk(story: &Story) -> Vec<PathBuf> {
    let folder = story.folder().join("blobs");
    let mut files = Vec::new();
    let mut folders = vec![folder];
    while let Some(folder) = folders.pop() {
        for entry in std::fs::read_dir(folder).into_iter().flatten().flatten() {
            if entry.path().is_dir() {
                folders.push(entry.path());
            } else if entry.path().to_string_lossy().contains("/media/") {
                files.push(entry.path());
            }
        }
    }
    files
}

/// The platforms' clock jumps a week ahead: their links and files are dead.
async fn a_week_passes(story: &Story) {
    let jump = json!({ "advance_seconds": 8 * 24 * 3600 });
    story.sandbox("clock", &jump).await;
}

#[tokio::test(flavor = "multi_thread")]
async fn a_picture_is_fetched_once_and_stays_when_the_platform_forgets_it() {
    let story = begin().await;
    for platform in ["instagram", "whatsapp"] {
        let (_, id) = sent(&story, platform, "image", &data("image/png", PICTURE)).await;
        let first = file(&story, &id).await;
        assert_eq!(first.status(), StatusCode::OK);
        assert_eq!(header(&first, "content-type"), "image/png");
        assert_eq!(header(&first, "content-disposition"), "inline");
        assert_eq!(header(&first, "x-content-type-options"), "nosniff");
        assert!(header(&first, "content-security-policy").contains("sandbox"));
        assert_eq!(header(&first, "cache-control"), "private, no-cache");
        let tag = header(&first, "etag").to_owned();
        assert_eq!(first.bytes().await.unwrap(), PICTURE);
        a_week_passes(&story).await;
        let again = file(&story, &id).await;
        assert_eq!(again.bytes().await.unwrap(), PICTURE, "{platform}");
        let request = story.http.get(format!("{}/media/{id}", story.url));
        let request = request
            .bearer_auth(story.token())
            .header("if-none-match", tag);
        let unchanged = request.send().await.unwrap();
        assert_eq!(unchanged.status(), StatusCode::NOT_MODIFIED);
        let request = story.http.get(format!("{}/media/{id}", story.url));
        let request = request
            .bearer_auth(story.token())
            .header("range", "bytes=1-3");
        let piece = request.send().await.unwrap();
        assert_eq!(piece.status(), StatusCode::PARTIAL_CONTENT);
        assert_eq!(piece.bytes().await.unwrap(), "PNG");
    }
    story.end().await;
}

#[tokio::test(flavor = "multi_thread")]
async fn a_file_that_the_platform_forgot_is_said_to_be_gone_and_not_asked_for_again() {
    let story = begin().await;
    let (_, id) = sent(&story, "whatsapp", "image", &data("image/png", PICTURE)).await;
    a_week_passes(&story).await;
    for _ in 0..2 {
        let gone = file(&story, &id).await;
        assert_eq!(gone.status(), StatusCode::NOT_FOUND);
    }
    let path = format!("/api/messages/{id}/media");
    let (status, answer) = story.ask(reqwest::Method::GET, &path, None).await;
    assert_eq!(status, StatusCode::NOT_FOUND);
    assert_eq!(answer["detail"]["error_code"], "MEDIA_GONE");
    assert_eq!(
        story
            .count("SELECT count(*) FROM message_media WHERE gone")
            .await,
        1
    );
    story.end().await;
}

#[tokio::test(flavor = "multi_thread")]
async fn what_only_calls_itself_a_picture_is_never_shown_as_a_page() {
    let story = begin().await;
    let page = b"<!doctype html><script>parent.alert(1)</script>";
    for (mime, kind) in [("image/png", "image"), ("text/html", "document")] {
        let (_, id) = sent(&story, "whatsapp", kind, &data(mime, page)).await;
        let answer = file(&story, &id).await;
        assert_eq!(answer.status(), StatusCode::OK);
        assert_eq!(header(&answer, "content-type"), "application/octet-stream");
        assert!(header(&answer, "content-disposition").starts_with("attachment"));
    }
    story.end().await;
}

#[tokio::test(flavor = "multi_thread")]
async fn nothing_is_fetched_from_elsewhere() {
    let story = begin().await;
    let elsewhere = format!("{}/healthz", story.url);
    for url in [
        elsewhere.as_str(),
        "http://169.254.169.254/latest/meta-data",
        "file:///etc/passwd",
    ] {
        let (_, id) = sent(&story, "instagram", "image", url).await;
        assert_eq!(
            file(&story, &id).await.status(),
            StatusCode::NOT_FOUND,
            "{url}"
        );
    }
    assert_eq!(kept(&story), 0);
    story.end().await;
}

#[tokio::test(flavor = "multi_thread")]
async fn what_is_taken_back_is_removed_from_our_disk_too() {
    let story = begin().await;
    let (external, id) = sent(&story, "whatsapp", "image", &data("image/png", PICTURE)).await;
    assert_eq!(file(&story, &id).await.status(), StatusCode::OK);
    assert_eq!(kept(&story), 1);
    let path = format!("whatsapp/{}/unsend", account_of("whatsapp"));
    story
        .sandbox(&path, &json!({ "message_id": external }))
        .await;
    story.taken_in().await;
    assert_eq!(file(&story, &id).await.status(), StatusCode::NOT_FOUND);
    story
        .until("the copy is removed", async || kept(&story) == 0)
        .await;
    story
        .until("its row is forgotten", async || {
            story.count("SELECT count(*) FROM message_media").await == 0
        })
        .await;
    story.end().await;
}

#[tokio::test(flavor = "multi_thread")]
async fn a_copy_that_cannot_be_removed_keeps_no_other_one() {
    let story = begin().await;
    let mut sendings = Vec::new();
    for _ in 0..2 {
        let (external, id) = sent(&story, "whatsapp", "image", &data("image/png", PICTURE)).await;
        assert_eq!(file(&story, &id).await.status(), StatusCode::OK);
        if sendings.is_empty() {
            // A folder stands where the first copy was: it can't be removed as a file.
            let first = on_disk(&story).remove(0);
            std::fs::remove_file(&first).unwrap();
            std::fs::create_dir_all(first.join("in the way")).unwrap();
        }
        sendings.push(external);
    }
    assert_eq!(kept(&story), 1);
    let path = format!("whatsapp/{}/unsend", account_of("whatsapp"));
    for external in sendings {
        story
            .sandbox(&path, &json!({ "message_id": external }))
            .await;
    }
    story
        .until("the copy is removed", async || kept(&story) == 0)
        .await;
    story
        .until("the other one is put off", async || {
            let rows = "SELECT count(*) FROM message_media WHERE keep_until > now()";
            story.count(rows).await == 1
        })
        .await;
    story.end().await;
}

#[tokio::test(flavor = "multi_thread")]
async fn no_page_and_no_list_holds_a_token() {
    let story = begin().await;
    let (_, id) = sent(&story, "whatsapp", "image", &data("image/png", PICTURE)).await;
    assert_eq!(file(&story, &id).await.status(), StatusCode::OK);
    let conversation: Value = story.conversation_with("33600000411").await;
    let conversation = conversation["id"].as_str().unwrap();
    let address = format!("{}/inbox/{conversation}", story.url);
    let request = story.http.get(address).bearer_auth(story.token());
    let page = request.send().await.unwrap().text().await.unwrap();
    assert!(
        page.contains(&format!("/media/{id}")),
        "the picture is not there"
    );
    for never in ["lookaside", "access_token", "Bearer"] {
        assert!(!page.contains(never), "{never} is in the page");
    }
    story.end().await;
}
